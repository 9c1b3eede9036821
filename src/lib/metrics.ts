/** The operator's Prometheus metrics: names, labels, meaning. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  readonly passes: Counter<'kind' | 'outcome'>;
  readonly cloudCalls: Counter<'service' | 'operation' | 'status'>;
  readonly leader: Gauge;
  /** Calls `read` whenever the metrics are read. */
  observeQueue(kind: string, read: () => { readonly depth: number; readonly oldestWaitMs: number }): void;
  /** Likewise, for the watches by the plural of what they watch. */
  observeWatches(watches: ReadonlyMap<string, WatchReading>): void;
}

export interface WatchReading {
  /** Time since the API server was last heard; `undefined`: never. */
  readonly silentForMs: number | undefined;
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
  const leader = new Gauge({
    name: 'vpe_operator_leader',
    help: '1 while this process holds the Lease and works.',
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
    help: 'Time since the API server was last heard on a watch; bookmarks come about once a minute.',
    labelNames: ['plural'] as const,
    registers,
  });
  const attempts = new Gauge({
    name: 'vpe_operator_watch_attempts',
    help: 'How often a page was asked for (listing), a watch opened (watching), a failure waited out (pausing).',
    labelNames: ['plural', 'doing'] as const,
    registers,
  });
  return {
    registry,
    passes,
    cloudCalls,
    leader,
    observeQueue: (kind, read) => {
      readings.push(() => {
        const { depth: keys, oldestWaitMs } = read();
        depth.set({ kind }, keys);
        oldest.set({ kind }, oldestWaitMs / 1000);
      });
    },
    observeWatches: (watches) => {
      readings.push(() => {
        for (const [plural, watch] of watches) {
          silence.set({ plural }, (watch.silentForMs ?? 0) / 1000);
          Object.entries(watch.attempts).forEach(([doing, count]) => attempts.set({ plural, doing }, count));
        }
      });
    },
  };
}
