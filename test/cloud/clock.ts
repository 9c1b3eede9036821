/**
 * The simulator's time: it runs along with a base clock until somebody freezes, advances or sets it. Timers
 * fire in the order in which they are due, each seeing its own due time as `now()`, so that a test which
 * advances an hour observes the same sequence of states as one that waits for it.
 */
import { systemClock, type Clock, type Timer } from '../../src/lib/clock.ts';

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
}

export class SettableClock implements Clock {
  readonly #base: Clock;
  /** In order of creation, which decides between timers due at the same time. */
  readonly #pending = new Set<Pending>();
  #offsetMs = 0;
  #frozenAtMs: number | undefined;
  #wake: Timer | undefined;

  constructor(base: Clock = systemClock) {
    this.#base = base;
  }

  now(): number {
    return this.#frozenAtMs ?? this.#base.now() + this.#offsetMs;
  }

  /** The base's: no setting moves it, and no timer of this clock keeps to it. */
  monotonic(): number {
    return this.#base.monotonic();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { dueMs: this.now() + Math.max(0, delayMs), callback };
    this.#pending.add(timer);
    this.#arm();
    return { cancel: () => void this.#pending.delete(timer) };
  }

  /** Moves time forward and fires every timer that becomes due before it returns. */
  advance(ms: number): void {
    this.set(this.now() + ms);
  }

  /** Moves to an absolute time; backwards fires nothing and postpones what is pending (a skewed clock). */
  set(epochMs: number): void {
    for (let next = this.#next(epochMs); next !== undefined; next = this.#next(epochMs)) {
      this.#moveTo(Math.max(this.now(), next.dueMs));
      this.#fire(next);
    }
    this.#moveTo(epochMs);
    this.#arm();
  }

  /** Stops time; only `advance` and `set` move it from here on. */
  freeze(): void {
    this.#frozenAtMs = this.now();
    this.#arm();
  }

  /** Lets time run again from where it stands. */
  resume(): void {
    this.#offsetMs = this.now() - this.#base.now();
    this.#frozenAtMs = undefined;
    this.#arm();
  }

  /** Drops every pending timer. */
  stop(): void {
    this.#pending.clear();
    this.#arm();
  }

  #moveTo(epochMs: number): void {
    this.#offsetMs = epochMs - this.#base.now();
    if (this.#frozenAtMs !== undefined) {
      this.#frozenAtMs = epochMs;
    }
  }

  /** The earliest timer that is due by then. */
  #next(epochMs: number): Pending | undefined {
    let next: Pending | undefined;
    for (const timer of this.#pending) {
      if (timer.dueMs <= epochMs && (next === undefined || timer.dueMs < next.dueMs)) {
        next = timer;
      }
    }
    return next;
  }

  #fire(timer: Pending): void {
    this.#pending.delete(timer);
    timer.callback();
  }

  /** Has the base clock wake this one when its next timer is due; a frozen clock fires only what is due now. */
  #arm(): void {
    this.#wake?.cancel();
    this.#wake = undefined;
    const next = this.#next(this.#frozenAtMs ?? Infinity);
    if (next !== undefined) {
      this.#wake = this.#base.setTimer(Math.max(0, next.dueMs - this.now()), () => this.#fireDue());
    }
  }

  #fireDue(): void {
    for (let next = this.#next(this.now()); next !== undefined; next = this.#next(this.now())) {
      this.#fire(next);
    }
    this.#arm();
  }
}
