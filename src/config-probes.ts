/** Proofs in a configuration file: what may be said about them (JSON Schema), and what is assumed when it is not. */
import { durationMs } from './lib/duration.ts';
import type { ProbeOptions } from './probe/prober.ts';

export interface ProbesConfig extends ProbeOptions {
  /** Whether anything is proven at all. */
  readonly enabled: boolean;
  /** How long a proof that the spec requires may fail before the gateway counts as stalled. */
  readonly convergenceMs: number;
}

/** The same in the file. */
export interface ProbesInFile {
  readonly enabled?: boolean;
  readonly interval?: string;
  readonly retry?: string;
  readonly timeout?: string;
  readonly perSecond?: number;
  readonly convergence?: string;
}

export function probesOf(probes: ProbesInFile = {}): ProbesConfig {
  return {
    enabled: probes.enabled ?? true,
    intervalMs: durationMs(probes.interval, 300_000),
    retryMs: durationMs(probes.retry, 5_000),
    timeoutMs: durationMs(probes.timeout, 5_000),
    perSecond: probes.perSecond ?? 20,
    // DNS of a new gateway takes minutes in places (vpc-endpoint-gateways §5.3).
    convergenceMs: durationMs(probes.convergence, 600_000),
  };
}

export function probesSchema(duration: object): object {
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      enabled: { type: 'boolean' },
      interval: duration,
      retry: duration,
      timeout: duration,
      perSecond: { type: 'number', exclusiveMinimum: 0, maximum: 1_000 },
      convergence: duration,
    },
  };
}
