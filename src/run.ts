/**
 * The program between start and stop: watches, leads, works, and on the signal drains, releases the Lease and returns.
 * Everything ambient (clock, chance, log, Kubernetes access) is given, so that a test can run the very same program
 * on its own.
 */
import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Accounts } from './cloud/accounts.ts';
import { openAccounts } from './compose/accounts.ts';
import { createControllers } from './compose/controllers.ts';
import { dependantsIn } from './compose/dependants.ts';
import { composeProofs, type Dependant } from './compose/paths.ts';
import type { Config } from './config.ts';
import type { Controller, ControllerDeps, PassBounds } from './controller/controller.ts';
import { checkDrift } from './controller/drift.ts';
import type { Resource } from './controller/kind.ts';
import { sweepOrphans } from './controller/sweep.ts';
import { notAlive, notReady } from './health.ts';
import { createKubeClient, type KubeClient } from './kube/client.ts';
import { KubeError } from './kube/errors.ts';
import { LeaseElection } from './kube/lease.ts';
import { type Lease, leaseType } from './kube/lease-record.ts';
import { Nodes } from './kube/nodes.ts';
import { EventRecorder } from './kube/recorder.ts';
import type { Store } from './kube/store.ts';
import { abortable } from './lib/abortable.ts';
import { type Clock, sleep, type Timer } from './lib/clock.ts';
import { serveHttp } from './lib/http-server.ts';
import { createMetrics, type Metrics } from './lib/metrics.ts';
import type { Network } from './lib/network.ts';
import { IbmCloudOperator } from './shell/operator.ts';

export interface Surroundings {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  readonly network: Network;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly log: Logger;
  readonly version: string;
  /** Unique to this process, for the Lease. */
  readonly identity: string;
  /** The operator's own namespace: its Lease lies there. */
  readonly namespace: string;
}

/** How the program ended: told to stop and drained, or the Lease was lost. */
export type Ending = 'stopped' | 'leadership-lost';

const kubeTimeoutMs = 30_000;
/** Passes under way get this long to end after the signal; then they are aborted. */
const drainMs = 20_000;

/** Runs until `stop` aborts or the Lease is lost; throws what nothing can mend, such as a port in use. */
export async function run(config: Config, around: Surroundings, stop: AbortSignal): Promise<Ending> {
  const { clock, network, log, kubeConfig, random, namespace } = around;
  const userAgent = `vpe-operator/${around.version} (${config.podName})`;
  const client = createKubeClient(kubeConfig, { userAgent, requestTimeoutMs: kubeTimeoutMs, clock });
  const metrics = createMetrics();
  const ended = new AbortController();
  const shared = { clock, network, metrics };
  const accounts = openAccounts(config, { ...shared, namespace, userAgent, signal: ended.signal });
  const recorder = new EventRecorder({ client, clock, log, reportingInstance: config.podName });
  const controllers: Controller[] = [];
  const operator = new IbmCloudOperator({ kubeConfig, client, controllers, clock, random, log });
  const server = await serveHttp({
    ...config.http,
    live: () => notAlive(operator.watchHealth),
    ready: () => notReady(controllers, operator.watchHealth),
    metrics: async () => ({
      contentType: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
  });
  log.info({ version: around.version, httpPort: server.port, namespace }, 'starting');
  try {
    const clusterID = config.clusterID ?? (await readClusterID(client, around, stop));
    const nodes = new Nodes({ client, clock, signal: ended.signal });
    const nodeZones: ControllerDeps['nodeZones'] = async (signal) => (await nodes.read(signal))?.zones;
    const offer = (asker: string, inMs: number): void =>
      controllers.forEach((controller) => controller.offerProven(asker, inMs));
    const dependants = (): readonly Dependant[] => dependantsIn(controllers);
    const { pathsOf, prove } = composeProofs(config, { ...shared, nodes, random, log, offer, dependants });
    const find: ControllerDeps['find'] = async (kind, key) =>
      controllers.find((controller) => controller.kind.type.kind === kind)?.store.get(key);
    const own = { clusterID, identity: around.identity };
    const means = { client, accounts, recorder, clock, random, log, ...own, nodeZones, pathsOf, find };
    controllers.push(...createControllers(config, metrics, means));
    await operator.start();
    metrics.observeWatches(operator.watchHealth);
    const crashed = new AbortController();
    operator.ended().catch((error: unknown) => crashed.abort(error));
    const halt = AbortSignal.any([stop, crashed.signal]);
    const parts = { client, accounts, recorder, clusterID, nodeZones, find, controllers, metrics, prove };
    const ending = await lead(config, around, parts, halt);
    crashed.signal.throwIfAborted();
    return ending;
  } catch (error) {
    if (error === stop.reason) {
      return 'stopped';
    }
    throw error;
  } finally {
    ended.abort();
    operator.stop();
    await Promise.allSettled([operator.ended()]);
    await recorder.flush(2_000);
    await server.close();
    log.info('ended');
  }
}

interface Parts {
  readonly client: KubeClient;
  readonly accounts: Accounts;
  readonly recorder: EventRecorder;
  readonly clusterID: string;
  readonly nodeZones: ControllerDeps['nodeZones'];
  readonly find: ControllerDeps['find'];
  readonly controllers: readonly Controller[];
  readonly metrics: Metrics;
  readonly prove: (signal: AbortSignal) => Promise<void>;
}

/** Waits for the Lease, works while it is held, and hands it over. */
async function lead(config: Config, around: Surroundings, parts: Parts, stop: AbortSignal): Promise<Ending> {
  const { clock, log, random, namespace, identity } = around;
  const { client, metrics } = parts;
  const { leaseName: name, times } = config.leaderElection;
  const election = new LeaseElection({ client, namespace, name, identity, times, clock, random, log });
  const leadership = await election.acquire(stop);
  metrics.leader.set(1);
  const passes = new AbortController();
  let grace: Timer | undefined;
  stop.addEventListener('abort', () => {
    grace = clock.setTimer(drainMs, () => passes.abort(stop.reason));
  });
  // A lost Lease leaves no time to drain: another replica may be at work already.
  leadership.lost.addEventListener('abort', () => passes.abort(leadership.lost.reason));
  const halt = AbortSignal.any([stop, leadership.lost]);
  try {
    const bounds: PassBounds = { signal: passes.signal, fence: () => leadership.assertHeld() };
    await work(config, around, parts, { halt, passes: bounds });
  } finally {
    grace?.cancel();
    metrics.leader.set(0);
    await leadership.release();
  }
  return leadership.lost.aborted ? 'leadership-lost' : 'stopped';
}

/** Works until `halt` aborts and the passes under way have ended; those end by `passes`. */
async function work(
  config: Config,
  { clock, log, random, namespace }: Surroundings,
  { client, accounts, recorder, clusterID, nodeZones, find, controllers, metrics, prove }: Parts,
  { halt, passes }: { readonly halt: AbortSignal; readonly passes: PassBounds },
): Promise<void> {
  const { dryRun, timings } = config;
  const { driftCheckMs, orphanSweepMs } = timings;
  const lease = `${namespace}/${config.leaderElection.leaseName}`;
  const self = async (signal: AbortSignal): Promise<Lease> => client.get<Lease>(leaseType, lease, signal);
  const stores = controllers.map(({ store }) => store);
  if (!(await allKnown(stores, halt))) {
    return;
  }
  await Promise.all([
    prove(halt),
    ...controllers.flatMap((controller) => {
      const { type, driftChecks = 1 } = controller.kind;
      const { kind } = type;
      const onSwept = (account: string, orphans: number): void => {
        metrics.orphans.set({ kind, account }, orphans);
        metrics.orphanSweepTimestamp.set({ kind, account }, clock.now() / 1000);
      };
      const shared = { controller, accounts, clock, log, random };
      const sweep = { ...shared, stores, recorder, clusterID, self, onSwept, everyMs: orphanSweepMs };
      return [
        controller.run(halt, passes),
        checkDrift({ ...shared, nodeZones, find, everyMs: driftCheckMs / driftChecks, dryRun }, halt),
        sweepOrphans(sweep, halt),
      ];
    }),
  ]);
}

/** What depends on a gateway, and which object is the oldest, nobody can tell before. False: it is to end first. */
async function allKnown(stores: readonly Store<Resource>[], halt: AbortSignal): Promise<boolean> {
  const known = Promise.all(stores.map(async (store) => store.whenKnown));
  return abortable(known, halt).then(
    () => true,
    () => false,
  );
}

const clusterIDAdvice =
  'set clusterID in the configuration, or let the ServiceAccount read the namespace kube-system';

/** The uid of `kube-system` names the cluster in ownership tags. Waits for an API server that is not there yet. */
async function readClusterID(
  client: KubeClient,
  { clock, log }: Surroundings,
  stop: AbortSignal,
): Promise<string> {
  for (;;) {
    try {
      return await client.namespaceUid('kube-system', stop);
    } catch (error) {
      stop.throwIfAborted();
      const advice = error instanceof KubeError && error.reason === 'denied' ? `; ${clusterIDAdvice}` : '';
      log.warn({ err: error }, `the cluster cannot be identified yet${advice}`);
      await sleep(clock, 2_000, stop);
    }
  }
}
