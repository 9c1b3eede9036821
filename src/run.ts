/**
 * The program between start and stop: composes the layers, leads, works, and on the signal drains, releases the
 * Lease and returns. Everything ambient (clock, chance, log, Kubernetes access) is given, so that a test can run the
 * very same program on its own.
 */
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import { Accounts } from './cloud/accounts.ts';
import { resolveEndpoints } from './cloud/endpoints.ts';
import type { Config } from './config.ts';
import { Controller } from './controller/controller.ts';
import { checkDrift } from './controller/drift.ts';
import { kinds } from './kinds/index.ts';
import { createKubeClient, type KubeClient } from './kube/client.ts';
import { LeaseElection } from './kube/lease.ts';
import { defaultLeaseTimes } from './kube/lease-record.ts';
import { EventRecorder } from './kube/recorder.ts';
import { type Clock, sleep, type Timer } from './lib/clock.ts';
import { serveHttp } from './lib/http-server.ts';
import { createMetrics, type Metrics } from './lib/metrics.ts';
import { IbmCloudOperator } from './shell/operator.ts';

export interface Surroundings {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
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
const leaseName = 'vpe-operator';

/** Runs until `stop` aborts or the Lease is lost. */
export async function run(config: Config, around: Surroundings, stop: AbortSignal): Promise<Ending> {
  const { clock, log, kubeConfig, random } = around;
  const userAgent = `vpe-operator/${around.version} (${config.podName})`;
  const client = createKubeClient(kubeConfig, { userAgent, requestTimeoutMs: kubeTimeoutMs, clock });
  const metrics = createMetrics();
  const ended = new AbortController();
  const accounts = openAccounts(config, around, { userAgent, metrics, signal: ended.signal });
  const recorder = new EventRecorder({ client, clock, log, reportingInstance: config.podName });
  const controllers: Controller[] = [];
  const operator = new IbmCloudOperator({ kubeConfig, client, controllers, clock, random, log });
  const server = await serveHttp({
    ...config.http,
    live: () => notAlive(operator),
    ready: () => notReady(controllers),
    metrics: async () => ({
      contentType: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
  });
  log.info({ version: around.version, httpPort: server.port, namespace: around.namespace }, 'starting');
  try {
    const clusterID = await readClusterID(client, around, stop);
    const shared = { client, accounts, recorder, clock, random, log, clusterID };
    controllers.push(...kinds.map((kind) => createController(kind, { ...shared, config, metrics })));
    await operator.start();
    return await lead(config, around, { client, accounts, controllers, metrics }, stop);
  } catch (error) {
    if (stop.aborted) {
      return 'stopped';
    }
    throw error;
  } finally {
    ended.abort();
    operator.stop();
    await operator.ended();
    await recorder.flush(2_000);
    await server.close();
    log.info('ended');
  }
}

interface Parts {
  readonly client: KubeClient;
  readonly accounts: Accounts;
  readonly controllers: readonly Controller[];
  readonly metrics: Metrics;
}

/** Waits for the Lease, works while it is held, and hands it over. */
async function lead(config: Config, around: Surroundings, parts: Parts, stop: AbortSignal): Promise<Ending> {
  const { clock, log, random, namespace, identity } = around;
  const election = new LeaseElection({
    client: parts.client,
    namespace,
    name: leaseName,
    identity,
    times: defaultLeaseTimes,
    clock,
    random,
    log,
  });
  const leadership = await election.acquire(stop);
  parts.metrics.leader.set(1);
  const passes = new AbortController();
  let grace: Timer | undefined;
  stop.addEventListener('abort', () => {
    grace = clock.setTimer(drainMs, () => passes.abort(stop.reason));
  });
  // A lost Lease leaves no time to drain: another replica may be at work already.
  leadership.lost.addEventListener('abort', () => passes.abort(leadership.lost.reason));
  await work(config, around, parts, {
    halt: AbortSignal.any([stop, leadership.lost]),
    passes: passes.signal,
  });
  grace?.cancel();
  parts.metrics.leader.set(0);
  await leadership.release();
  return leadership.lost.aborted ? 'leadership-lost' : 'stopped';
}

/** Works until `halt` aborts and the passes under way have ended; their own signal is `passes`. */
async function work(
  config: Config,
  { clock, log, random }: Surroundings,
  { accounts, controllers }: Parts,
  { halt, passes }: { readonly halt: AbortSignal; readonly passes: AbortSignal },
): Promise<void> {
  const everyMs = config.timings.driftCheckMs;
  await Promise.all(
    controllers.flatMap((controller) => [
      controller.run(halt, passes),
      checkDrift({ controller, accounts, clock, log, everyMs, random }, halt),
    ]),
  );
}

function openAccounts(
  config: Config,
  { clock, namespace }: Surroundings,
  shared: { readonly userAgent: string; readonly metrics: Metrics; readonly signal: AbortSignal },
): Accounts {
  const accounts = config.accounts.map((account) => ({
    ...account,
    allowedNamespaces: account.allowedNamespaces ?? [namespace],
  }));
  const ca = config.caBundle === undefined ? undefined : [...rootCertificates, config.caBundle];
  return new Accounts(accounts, {
    clock,
    endpoints: resolveEndpoints(config.endpoints),
    httpsAgent: new Agent({ keepAlive: true, ...(ca !== undefined && { ca }) }),
    userAgent: shared.userAgent,
    timeoutMs: config.timeoutMs,
    onCall: ({ service, operation, status }) => {
      shared.metrics.cloudCalls.inc({ service, operation, status: String(status) });
    },
    signal: shared.signal,
  });
}

function createController(
  kind: Controller['kind'],
  deps: Omit<ConstructorParameters<typeof Controller>[0], 'kind' | 'workers' | 'timings' | 'onPass'> & {
    readonly config: Config;
    readonly metrics: Metrics;
  },
): Controller {
  const { config, metrics, ...shared } = deps;
  const name = kind.type.kind;
  const controller = new Controller({
    ...shared,
    kind,
    workers: config.workers,
    timings: config.timings,
    onPass: (outcome) => metrics.passes.inc({ kind: name, outcome }),
  });
  metrics.observeQueue(name, () => ({
    depth: controller.queue.length,
    oldestWaitMs: controller.queue.oldestWaitMs(),
  }));
  return controller;
}

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
      log.warn({ err: error }, 'the cluster cannot be identified yet');
      await sleep(clock, 2_000, stop);
    }
  }
}

function notAlive(operator: IbmCloudOperator): readonly string[] {
  return [...operator.watchHealth].flatMap(([plural, health]) =>
    health.alive ? [] : [`the watch of ${plural} has made no attempt for two minutes`],
  );
}

function notReady(controllers: readonly Controller[]): readonly string[] {
  if (controllers.length === 0) {
    return ['the cluster has not been identified yet'];
  }
  return controllers.flatMap(({ kind, store }) =>
    store.synced ? [] : [`${kind.type.kind} is not synced yet`],
  );
}
