/** The operator's Prometheus metrics: names, labels, meaning. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  readonly passes: Counter<'kind' | 'outcome'>;
  readonly cloudCalls: Counter<'service' | 'operation' | 'status'>;
  readonly probes: Counter<'check' | 'result'>;
  readonly leader: Gauge;
  readonly orphans: Gauge<'kind' | 'account'>;
  readonly orphanSweepTimestamp: Gauge<'kind' | 'account'>;
  /** Calls `read` whenever the metrics are read. */
  observeQueue(kind: string, read: () => { readonly depth: number; readonly oldestWaitMs: number }): void;
  /** Likewise. */
  observeWatches(watches: readonly WatchReading[]): void;
}

export interface WatchReading {
  readonly plural: string;
  /** The namespace that is watched; `undefined`: all. */
  readonly scope: string | undefined;
  /** Time since the API server was last heard, or since the start. */
  readonly silentForMs: number;
  readonly attempts: Readonly<Record<string, number>>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const passes = new Counter({
    name: 'vpe_operator_passes_total',
    help: 'Reconcile passes by kind and by what they came to.',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  });
  const cloudCalls = new Counter({
    name: 'vpe_operator_cloud_calls_total',
    help: 'Calls to IBM Cloud by service, operation and HTTP status ("error": no answer).',
    labelNames: ['service', 'operation', 'status'] as const,
    registers,
  });
  const probes = new Counter({
    name: 'vpe_operator_probes_total',
    help: 'Questions to resolvers (dns) and connections to gateways (tcp, tls) by what came of them.',
    labelNames: ['check', 'result'] as const,
    registers,
  });
  const leader = new Gauge({
    name: 'vpe_operator_leader',
    help: '1 while this process holds the Lease and works.',
    registers,
  });
  const orphans = new Gauge({
    name: 'vpe_operator_orphans',
    help: 'Tags of objects that do not exist, found in use in the account by the last sweep.',
    labelNames: ['kind', 'account'] as const,
    registers,
  });
  const orphanSweepTimestamp = new Gauge({
    name: 'vpe_operator_orphan_sweep_timestamp_seconds',
    help: 'When the account was last swept for orphans, in Unix seconds: vpe_operator_orphans is as old.',
    labelNames: ['kind', 'account'] as const,
    registers,
  });
  const readings: (() => void)[] = [];
  const collect = (): void => readings.forEach((read) => read());
  const depth = new Gauge({
    name: 'vpe_operator_queue_depth',
    help: 'Keys that are ready and wait for a worker.',
    labelNames: ['kind'] as const,
    registers,
    collect,
  });
  const oldest = new Gauge({
    name: 'vpe_operator_queue_oldest_wait_seconds',
    help: 'How long the oldest ready key has waited for a worker.',
    labelNames: ['kind'] as const,
    registers,
  });
  const silence = new Gauge({
    name: 'vpe_operator_watch_silent_seconds',
    help: 'Time since the API server was last heard on a watch, or since its start; bookmarks come about once a minute.',
    labelNames: ['plural', 'namespace'] as const,
    registers,
  });
  const attempts = new Gauge({
    name: 'vpe_operator_watch_attempts',
    help: 'How often a page was asked for (listing), a watch opened (watching), a failure waited out (pausing).',
    labelNames: ['plural', 'namespace', 'doing'] as const,
    registers,
  });
  return {
    registry,
    passes,
    cloudCalls,
    probes,
    leader,
    orphans,
    orphanSweepTimestamp,
    observeQueue: (kind, read) => {
      readings.push(() => {
        const { depth: keys, oldestWaitMs } = read();
        depth.set({ kind }, keys);
        oldest.set({ kind }, oldestWaitMs / 1000);
      });
    },
    observeWatches: (watches) => {
      readings.push(() => {
        for (const { plural, scope: namespace = '', silentForMs, attempts: counts } of watches) {
          silence.set({ plural, namespace }, silentForMs / 1000);
          Object.entries(counts).forEach(([doing, count]) =>
            attempts.set({ plural, namespace, doing }, count),
          );
        }
      });
    },
  };
}
