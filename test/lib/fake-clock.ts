import type { Clock, Timer } from '../../src/lib/clock.ts';

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
}

/**
 * A Clock whose time moves only by `advance`, which runs the timers that come due, in order, each at its own
 * time, and lets the code that they wake run on before the next one. Its two readings have nothing in common but
 * their pace, so that who mixes them up is found out.
 */
export class FakeClock implements Clock {
  #passedMs = 0;
  #startedAtMs: number;
  /** In order of creation, which decides between timers due at the same time. */
  readonly #pending = new Set<Pending>();

  constructor(nowMs = Date.UTC(2026, 0, 1)) {
    this.#startedAtMs = nowMs;
  }

  /** How long from now each pending timer is due, soonest first. */
  get delaysMs(): readonly number[] {
    return Array.from(this.#pending, ({ dueMs }) => dueMs - this.#passedMs).toSorted((a, b) => a - b);
  }

  now(): number {
    return this.#startedAtMs + this.#passedMs;
  }

  monotonic(): number {
    return this.#passedMs;
  }

  /** Sets the clock by so much, as NTP does: no time passes. */
  step(ms: number): void {
    this.#startedAtMs += ms;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer: Pending = { dueMs: this.#passedMs + Math.max(0, delayMs), callback };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  async advance(ms: number): Promise<void> {
    const untilMs = this.#passedMs + ms;
    await settle();
    for (let timer = this.#next(untilMs); timer !== undefined; timer = this.#next(untilMs)) {
      this.#pending.delete(timer);
      this.#passedMs = timer.dueMs;
      timer.callback();
      await settle();
    }
    this.#passedMs = untilMs;
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
