/**
 * What an end-to-end test stands on: a control plane with the operator's CRDs and rules, a simulated IBM Cloud, and
 * the operator as a process, with shortened times.
 */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

import { type Cloud, type CloudOptions, startCloud } from '../cloud/cloud.ts';
import type { Side } from '../cloud/network/sides.ts';
import { operatorConfig } from '../cloud/operator-config.ts';
import { fastSettings, type Settings } from '../cloud/settings.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { canaryApiKey } from '../lib/canary.ts';
import { makeTetheredFolder } from '../lib/tether.ts';
import { ensureBuilt } from './build.ts';
import type { GatewayManifest } from './gateways.ts';
import { type GatewayWatch, watchGateways } from './gateway-watch.ts';
import { install, operatorAccount } from './install.ts';
import { startOracle } from './kstatus-oracle.ts';
import { kubectl, type KubectlOptions } from './kubectl.ts';
import { type OperatorProcess, startOperator } from './operator-process.ts';
import { expectNoSecretIn } from './outputs.ts';

/** Seconds instead of minutes; `terminal` and `driftCheck` are what tests wait for most. */
const shortTimings = {
  changing: { base: '150ms', max: '300ms' },
  slow: { base: '300ms', max: '600ms' },
  retry: { base: '100ms', max: '500ms' },
  terminal: { base: '500ms', max: '1s' },
  driftCheck: '1s',
} as const;

export interface OperatorChanges {
  /** Sections of the configuration that differ from the usual. */
  readonly config?: object;
  readonly kubeconfig?: string;
  readonly logLevel?: string;
  /** Where it is in the simulated network; on this machine when absent. */
  readonly side?: Side;
}

export interface World {
  readonly plane: ControlPlane;
  readonly cloud: Cloud;
  readonly watch: GatewayWatch;
  /** The operator's kubeconfig. */
  readonly kubeconfig: string;
  /** The file that the operator reads its API key from, a canary. */
  readonly apiKeyFile: string;
  readonly operators: readonly OperatorProcess[];
  startOperator(changes?: OperatorChanges): Promise<OperatorProcess>;
  /** Makes a namespace and returns its name. */
  namespace(): Promise<string>;
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<string>;
  /** Applies manifests in a namespace and returns the key of the first. */
  apply(namespace: string, ...manifests: readonly GatewayManifest[]): Promise<string>;
  /**
   * Ends everything. Throws when a secret is in anything that was written meanwhile, or when a status ever said that
   * the cloud matches a spec before it did, or long after did not say so.
   */
  stop(): Promise<void>;
}

export async function startWorld(
  settings: Partial<Settings> = {},
  { regions }: Pick<CloudOptions, 'regions'> = {},
): Promise<World> {
  await ensureBuilt();
  await using starting = new AsyncDisposableStack();
  const plane = await startControlPlane();
  starting.defer(async () => plane.stop());
  const cloud = await startCloud({
    settings: { ...fastSettings, ...settings },
    ...(regions !== undefined && { regions }),
  });
  starting.defer(async () => cloud.stop());
  const folder = await makeTetheredFolder(join(tmpdir(), 'vpe-operator-world-'));
  starting.defer(async () => folder.remove());
  const kubeconfig = await install(plane);
  const apiKeyFile = join(folder.path, 'api-key');
  await writeFile(apiKeyFile, newApiKey(cloud), { mode: 0o600 });
  const usual = await usualConfig(cloud, apiKeyFile);
  const clusterID = await clusterIDOf(plane);
  const clusterIDs: string[] = [];
  const watch: GatewayWatch = watchGateways(plane.kubeconfig, (object) => oracle.saw(object));
  starting.defer(async () => watch.stop());
  const oracle = startOracle({ kubeconfig: plane.kubeconfig, cloud, watch, clusterIDs });
  starting.defer(async () => oracle.stop());
  const operators: OperatorProcess[] = [];
  starting.defer(async () => void (await Promise.all(operators.map(async (operator) => operator.stop()))));
  const running = starting.move();
  let namespaces = 0;
  const ask: World['kubectl'] = async (args, options) => kubectl(plane, args, options);
  const world: World = {
    plane,
    cloud,
    watch,
    kubeconfig,
    apiKeyFile,
    operators,
    kubectl: ask,
    async startOperator({ config, side: place, ...changes } = {}) {
      const configured: { readonly clusterID?: string } = { ...usual, ...config };
      clusterIDs.push(configured.clusterID ?? clusterID);
      const side = place === undefined ? {} : { side: await (await cloud.network()).sideConfig(place) };
      const operator = await startOperator({ kubeconfig, config: configured, ...side, ...changes });
      operators.push(operator);
      return operator;
    },
    async namespace() {
      namespaces += 1;
      const name = `team-${namespaces}`;
      await ask(['create', 'namespace', name]);
      return name;
    },
    async apply(namespace, ...manifests) {
      const input = manifests.map((manifest) => stringify(manifest)).join('---\n');
      await ask(['apply', '-n', namespace, '-f', '-'], { input });
      return `${namespace}/${manifests[0]?.metadata.name ?? ''}`;
    },
    async stop() {
      await using _ = running;
      await oracle.stop();
      await Promise.all(operators.map(async (operator) => operator.stop()));
      await expectNoSecretIn(world);
      const falsehoods = oracle.falsehoods();
      if (falsehoods.length > 0) {
        throw new Error(`statuses that were not true:\n${falsehoods.join('\n')}`);
      }
    },
  };
  return world;
}

/** The uid by which operators know the cluster unless they are configured otherwise. */
async function clusterIDOf(plane: ControlPlane): Promise<string> {
  return kubectl(plane, ['get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}']);
}

/** Another API key of the default account, a canary. */
export function newApiKey(cloud: Cloud): string {
  return cloud.control.seed.apiKey('default', { apiKey: canaryApiKey() });
}

/** Account `default` is open to all namespaces, `closed` to the operator's own only. */
async function usualConfig(cloud: Cloud, apiKeyFile: string): Promise<object> {
  const account = { auth: { apiKeyFile }, budget: { callsPerSecond: 200, burst: 400 } };
  return {
    ...(await operatorConfig(cloud)),
    accounts: [
      { ...account, name: 'default', allowedNamespaces: ['*'] },
      { ...account, name: 'closed', allowedNamespaces: [operatorAccount.namespace] },
    ],
    timings: shortTimings,
    http: { host: '127.0.0.1', port: 0 },
  };
}
