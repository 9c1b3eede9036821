/** When to look again. Pure. */
import { agrees, type History } from './history.ts';

/** Milliseconds. */
export interface Pace {
  /** Between rounds while all is well; no pause is longer. */
  readonly intervalMs: number;
  /** The first pause when something is not; it doubles from round to round. */
  readonly retryMs: number;
}

/** Whether a verdict is still to be reached or has just been contradicted, so that somebody waits for the next round. */
export function isUnsettled({ rounds, verdict }: History<unknown>): boolean {
  const last = rounds.at(-1);
  return verdict.status === 'Unproven' || (last !== undefined && !agrees(verdict.status, last));
}

/**
 * The pause before the next round of something with these histories, each with a round; `beforeMs` is what this
 * function answered last time. `undefined`: all is well, `intervalMs` will do.
 *
 * What fails is looked at again and again, so that its recovery is noticed early. A round that contradicts a verdict
 * begins anew with the shortest pause, unless one of the two before it did so as well: a path that alternates would
 * otherwise never be left in peace.
 */
export function nextRetryMs(
  beforeMs: number | undefined,
  histories: readonly History<unknown>[],
  pace: Pace,
): number | undefined {
  if (histories.every((history) => history.verdict.status === 'Proven' && !isUnsettled(history))) {
    return undefined;
  }
  return histories.some(hasTurned) ? pace.retryMs : longerRetryMs(beforeMs, pace);
}

/** The pause after one more round that settled nothing. */
export function longerRetryMs(beforeMs: number | undefined, { retryMs, intervalMs }: Pace): number {
  return beforeMs === undefined ? retryMs : Math.min(2 * beforeMs, intervalMs);
}

function hasTurned(history: History<unknown>): boolean {
  const { rounds, verdict } = history;
  const before = rounds.slice(-3, -1);
  return (
    verdict.status !== 'Unproven' &&
    isUnsettled(history) &&
    before.every((round) => agrees(verdict.status, round))
  );
}
