import { type Clock, sleep } from '../lib/clock.ts';

export interface Period {
  readonly clock: Clock;
  /** Mean pause before each time; each is jittered by ± 20 %. */
  readonly everyMs: number;
  /** The first pause, as it is; absent: like the others. */
  readonly firstMs?: number;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
}

/** Pauses and works, again and again, until the signal aborts; work that is under way then is waited for. */
export async function periodically(
  { clock, everyMs, firstMs, random }: Period,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  const pauseMs = (): number => (everyMs * (4 + 2 * random())) / 5;
  for (let nextMs = firstMs ?? pauseMs(); !signal.aborted; nextMs = pauseMs()) {
    try {
      await sleep(clock, nextMs, signal);
    } catch {
      return;
    }
    await work();
  }
}
