/**
 * IBM Cloud as far as this product touches it, on loopback: one listener per service, over TLS under a CA of its
 * own and over plain HTTP, and an in-process control. Nothing of it outlives `stop()` or the process.
 *
 *   const cloud = await startCloud({ settings: fastSettings });
 *   // … point IBM's clients at cloud.endpoints, trust cloud.caFile …
 *   await cloud.stop();
 */
import { setMaxListeners } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/lib/clock.ts';
import { makeTetheredFolder } from '../lib/tether.ts';
import { Accounts } from './accounts.ts';
import { createApps, endpointsOf, type Endpoints, type KeyFiles } from './apps.ts';
import { createCertificates } from './certificate.ts';
import { SettableClock } from './clock.ts';
import { createControl, type Control } from './control.ts';
import { errorOfStatus } from './errors.ts';
import { FaultPlan } from './faults.ts';
import { Clusters } from './iam/clusters.ts';
import { Policies } from './iam/policies.ts';
import { createTokens } from './iam/tokens.ts';
import { TrustedProfiles } from './iam/trusted-profiles.ts';
import { listen, type Listener, type Ports } from './listener.ts';
import { NetworkControl } from './network/network-control.ts';
import { startNetwork, type CloudNetwork } from './network/network.ts';
import { OnDemand } from './network/on-demand.ts';
import type { SideConfigs } from './network/sides.ts';
import { RequestLog } from './request-log.ts';
import { seedDefaults } from './default-seed.ts';
import { Seed } from './seed.ts';
import { standardSettings, type Settings } from './settings.ts';
import { StateLog } from './state-log.ts';
import { Tags } from './tagging/tags.ts';
import type { World } from './world.ts';

export interface Cloud {
  /** Over TLS. */
  readonly endpoints: Endpoints;
  /** Over plain HTTP, for `curl`. */
  readonly plainEndpoints: Endpoints;
  readonly caFile: string;
  readonly caPem: string;
  readonly control: Control;
  /** A file that holds an API key of the account, and nothing else; removed by `stop`. */
  apiKeyFile(account: string): Promise<string>;
  /** The simulated network, which is started when first asked for. */
  network(): Promise<CloudNetwork>;
  stop(): Promise<void>;
}

export interface CloudOptions {
  /** Regions whose VPC API is served; `us-south` when absent. */
  readonly regions?: readonly string[];
  /** What differs from `standardSettings`. */
  readonly settings?: Partial<Settings>;
  /** What the simulated clock runs along with; the system's clock when absent. */
  readonly clock?: Clock;
  /** Starts without accounts and networks when false. */
  readonly defaultSeed?: boolean;
  /** How many entries the request log and the state log keep each; all when absent. */
  readonly logLimit?: number;
  /** Starts the simulated network at once. */
  readonly network?: boolean;
  /** Fixed ports, by `vpc/<region>`, `admin` or the name of another service in `faults.ts`. */
  readonly ports?: Readonly<Record<string, Ports>>;
}

/** Whatever was started is stopped again when a later step fails. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  await using started = new AsyncDisposableStack();
  const { regions = ['us-south'], ports = {} } = options;
  const folder = await createFolder(started);
  const stopping = new AbortController();
  // Every request under way may wait on it.
  setMaxListeners(0, stopping.signal);
  const world = await createWorld(options, stopping.signal);
  const seed = new Seed(world);
  if (options.defaultSeed !== false) {
    seedDefaults(seed);
  }
  const control = createControl(world, seed);
  const { caPem, server: certificate, authority } = await createCertificates();
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, caPem);
  const keyFiles = createKeyFiles(control, folder);
  const listeners = new Map<string, Listener>();
  const networks = new OnDemand<CloudNetwork>();
  const network = async (): Promise<CloudNetwork> =>
    networks.get('', async () => startNetwork({ world, regions, apps, authority }));
  const sideConfigs: SideConfigs = async (side) => (await network()).sideConfig(side);
  const apps = createApps(world, { control, keyFiles, sideConfigs, regions });
  for (const [name, app] of apps) {
    listeners.set(name, started.use(await listen(app, certificate, ports[name])));
  }
  started.use(networks);
  if (options.network === true) {
    await network();
  }
  started.defer(() => {
    stopping.abort(errorOfStatus(503, 'The simulated cloud is stopping.'));
    world.clock.stop();
  });
  const running = started.move();
  return {
    endpoints: endpointsOf(listeners, 'tlsUrl'),
    plainEndpoints: endpointsOf(listeners, 'plainUrl'),
    caFile,
    caPem,
    control,
    apiKeyFile: keyFiles,
    network,
    stop: async () => running.disposeAsync(),
  };
}

/** A folder that is gone when the cloud, or its process, is. */
async function createFolder(started: AsyncDisposableStack): Promise<string> {
  const folder = await makeTetheredFolder(join(tmpdir(), 'vpe-cloud-'));
  started.defer(async () => folder.remove());
  return folder.path;
}

async function createWorld(options: CloudOptions, stopped: AbortSignal): Promise<World> {
  const clock = new SettableClock(options.clock);
  return {
    clock,
    settings: { ...standardSettings, ...options.settings },
    accounts: new Accounts(),
    tokens: await createTokens(clock),
    iam: { clusters: new Clusters(clock), profiles: new TrustedProfiles() },
    authorizations: new Policies(),
    metadata: { instance: undefined },
    network: new NetworkControl(clock, options.logLimit),
    tags: new Tags(clock),
    refusedTags: new Map(),
    instances: new Map(),
    faults: new FaultPlan(),
    requestLog: new RequestLog(options.logLimit),
    stateLog: new StateLog(options.logLimit),
    targetsSeenAtMs: new Map(),
    areas: new Map(),
    stopped,
  };
}

/** One key and one file per account, made when first asked for and readable by its owner only. */
function createKeyFiles(control: Control, folder: string): KeyFiles {
  const files = new Map<string, Promise<string>>();
  return async (account) => {
    const write = async (): Promise<string> => {
      const path = join(folder, `api-key-${account}`);
      await writeFile(path, control.seed.apiKey(account), { mode: 0o600 });
      return path;
    };
    const file = files.get(account) ?? write();
    files.set(account, file);
    return file;
  };
}
