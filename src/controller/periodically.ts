import { type Clock, sleep } from '../lib/clock.ts';

export interface Period {
  readonly clock: Clock;
  /** Mean pause before each time; each is jittered by ± 20 %. */
  readonly everyMs: number;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
}

/** Pauses and works, again and again, until the signal aborts; work that is under way then is waited for. */
export async function periodically(
  { clock, everyMs, random }: Period,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await sleep(clock, everyMs * (0.8 + 0.4 * random()), signal);
    } catch {
      return;
    }
    await work();
  }
}
