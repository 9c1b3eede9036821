/**
 * The settings with which the demo differs from the defaults, so that a run takes a minute and not an hour. They grow
 * with the number of gateways, and the demo prints them.
 */
import type { Settings } from '../cloud/settings.ts';

export interface Scale {
  readonly cloud: Partial<Settings>;
  /** Sections of the operator's configuration. */
  readonly operator: {
    readonly timings: {
      readonly changing: { readonly base: string; readonly max: string };
      readonly slow: { readonly base: string; readonly max: string };
      readonly driftCheck: string;
    };
    readonly changeBudget: { readonly deletesPerHour: number };
    readonly budget: { readonly callsPerSecond: number; readonly burst: number };
    readonly probes: { readonly interval: string; readonly retry: string; readonly timeout: string };
  };
}

/** On a busy machine so long passes for each create, and until all are sent nobody looks at the first ones. */
const createEveryMs = 200;

export function scaleFor(gateways: number): Scale {
  const pollMs = Math.max(500, gateways * 5);
  return {
    cloud: {
      pendingMs: 3 * pollMs,
      createMs: 3 * pollMs + Math.max(6 * pollMs, gateways * createEveryMs),
      addressMs: 4 * pollMs,
      changeMs: 3 * pollMs,
      deleteMs: 3 * pollMs,
      lockHoldMs: 20,
    },
    operator: {
      timings: {
        changing: { base: `${pollMs}ms`, max: `${2 * pollMs}ms` },
        slow: { base: `${4 * pollMs}ms`, max: `${4 * pollMs}ms` },
        driftCheck: `${8 * pollMs}ms`,
      },
      changeBudget: { deletesPerHour: 100 + gateways },
      budget: { callsPerSecond: 20 + gateways, burst: 50 + gateways },
      probes: { interval: `${4 * pollMs}ms`, retry: `${pollMs / 2}ms`, timeout: '2s' },
    },
  };
}
