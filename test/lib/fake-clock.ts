import type { Clock, Timer } from '../../src/lib/clock.ts';

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
}

/**
 * A Clock whose time moves only by `advance`, which runs the timers that come due, in order, each at its own
 * time, and lets the code that they wake run on before the next one.
 */
export class FakeClock implements Clock {
  #nowMs: number;
  /** In order of creation, which decides between timers due at the same time. */
  readonly #pending = new Set<Pending>();

  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = nowMs;
  }

  /** How long from now each pending timer is due, soonest first. */
  get delaysMs(): readonly number[] {
    return Array.from(this.#pending, ({ dueMs }) => dueMs - this.#nowMs).toSorted((a, b) => a - b);
  }

  now(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer: Pending = { dueMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let timer = this.#next(untilMs); timer !== undefined; timer = this.#next(untilMs)) {
      this.#pending.delete(timer);
      this.#nowMs = timer.dueMs;
      timer.callback();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number): Pending | undefined {
    let next: Pending | undefined;
    for (const timer of this.#pending) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) {
        next = timer;
      }
    }
    return next;
  }
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
