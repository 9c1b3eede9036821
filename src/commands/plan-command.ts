/** `vpe-operator plan` from its options to its answer. */
import { composePaths } from '../compose/paths.ts';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import type { Resource } from '../controller/kind.ts';
import { kinds } from '../kinds/index.ts';
import { createKubeClient, type KubeClient } from '../kube/client.ts';
import { KubeError } from '../kube/errors.ts';
import { Nodes } from '../kube/nodes.ts';
import type { Key } from '../kube/object.ts';
import { createLog } from '../log.ts';
import { type CommandResult, UsageError } from './exit-codes.ts';
import { readManifests } from './manifests.ts';
import { planManifests } from './plan.ts';
import { reportPlan } from './plan-report.ts';
import { accountsFor, type CommandSurroundings, noSignal, userAgentOf } from './surroundings.ts';

export interface PlanOptions {
  readonly config?: string;
  readonly filename: string;
  readonly namespace?: string;
  readonly json?: boolean;
}

const kubeTimeoutMs = 30_000;

export async function planCommand(
  { config: configPath, filename: path, namespace, json = false }: PlanOptions,
  around: CommandSurroundings,
): Promise<CommandResult> {
  const config = loadConfig(configPath);
  const text = read(path, around);
  const kubeConfig = around.loadKubeConfig();
  const ownNamespace = kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace ?? 'default';
  const file = readManifests(text, { path, kinds, namespace, defaultNamespace: ownNamespace });
  const { clock } = around;
  const userAgent = userAgentOf(around, 'plan');
  const client = createKubeClient(kubeConfig, { userAgent, requestTimeoutMs: kubeTimeoutMs, clock });
  const nodes = new Nodes({ client, clock, signal: noSignal });
  // What the operator would tell its log, without what goes well.
  const log = createLog('warn', process.stderr);
  const planned = await planManifests(file.manifests, {
    client,
    accounts: accountsFor(config, around, { command: 'plan', namespace: ownNamespace }),
    clusterID: await clusterIDOf(config, client),
    nodeZones: async (signal) => (await nodes.read(signal))?.zones,
    // What depends on a gateway in the cluster is the operator's to know, too.
    pathsFor: composePaths(config, { nodes, log, dependants: () => [] }),
    // Which objects of this cluster still live is the operator's to know.
    mayTakeOver: (cluster) => config.takeOverFrom.includes(cluster),
    // Which of several objects is the oldest is, too.
    objects: { find: async (kind, key) => findObject(client, kind, key), rivals: () => [] },
    watchNamespaces: config.watchNamespaces,
    clock,
    log,
    signal: noSignal,
  });
  const notes = file.skipped.map((what) => `skipped ${what}: not an object of this operator`);
  return { ...reportPlan(planned, json), notes };
}

/** With what the user may read; an object that may not be read is none. */
async function findObject(
  client: Pick<KubeClient, 'get'>,
  kind: string,
  key: Key,
): Promise<Resource | undefined> {
  const type = kinds.find((one) => one.type.kind === kind)?.type;
  try {
    return type && (await client.get<Resource>(type, key, noSignal));
  } catch (error) {
    if (error instanceof KubeError && (error.reason === 'absent' || error.reason === 'denied')) {
      return undefined;
    }
    throw error;
  }
}

function read(path: string, { readFile }: CommandSurroundings): string {
  try {
    return readFile(path);
  } catch (error) {
    throw new UsageError(`the manifests cannot be read: ${(error as Error).message}`);
  }
}

/** It names the installation in the tags of what is its own. */
async function clusterIDOf({ clusterID }: Config, client: KubeClient): Promise<string> {
  try {
    return clusterID ?? (await client.namespaceUid('kube-system', noSignal));
  } catch (error) {
    if (error instanceof KubeError && error.reason === 'denied') {
      const advice = 'set clusterID in the configuration, or use an account that may read kube-system';
      throw new ConfigError(`the cluster cannot be identified: ${error.message}; ${advice}`);
    }
    throw error;
  }
}
