import type { Pace } from './kind.ts';

/** A delay that doubles from `baseMs` to `maxMs` while passes of a key come to the same. */
export interface Schedule {
  readonly baseMs: number;
  readonly maxMs: number;
}

export interface Timings {
  readonly paces: Readonly<Record<Pace, Schedule>>;
  /** Mean time between checks of settled objects against the cloud; each is jittered by ± 20 %. */
  readonly driftCheckMs: number;
  /** Likewise, between sweeps for resources that carry our tag and have no object. */
  readonly orphanSweepMs: number;
  /** Deadline of one pass. */
  readonly passMs: number;
}

/** Design §4, "Defaults". */
export const defaultTimings: Timings = {
  paces: {
    changing: { baseMs: 5_000, maxMs: 30_000 },
    slow: { baseMs: 30_000, maxMs: 300_000 },
    retry: { baseMs: 1_000, maxMs: 120_000 },
    terminal: { baseMs: 600_000, maxMs: 21_600_000 },
  },
  driftCheckMs: 600_000,
  orphanSweepMs: 3_600_000,
  passMs: 300_000,
};
