/**
 * The settings with which the demo differs from the defaults, so that a run takes a minute and not an hour. They grow
 * with the number of gateways, and the demo prints them.
 */
import type { Settings } from '../cloud/settings.ts';

export interface Scale {
  readonly cloud: Partial<Settings>;
  /** Sections of the operator's configuration. */
  readonly operator: {
    readonly timings: Readonly<Record<string, unknown>>;
    readonly budget: { readonly callsPerSecond: number; readonly burst: number };
    readonly driftCheckMs: number;
  };
}

export function scaleFor(gateways: number): Scale {
  const pollMs = Math.max(500, gateways * 5);
  const driftCheckMs = 8 * pollMs;
  return {
    cloud: {
      pendingMs: 3 * pollMs,
      createMs: 9 * pollMs,
      addressMs: 4 * pollMs,
      changeMs: 3 * pollMs,
      deleteMs: 3 * pollMs,
      lockHoldMs: 20,
    },
    operator: {
      timings: {
        changing: { base: `${pollMs}ms`, max: `${2 * pollMs}ms` },
        driftCheck: `${driftCheckMs}ms`,
      },
      budget: { callsPerSecond: 20 + gateways, burst: 50 + gateways },
      driftCheckMs,
    },
  };
}
