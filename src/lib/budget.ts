import type { Clock, Timer } from './clock.ts';

/** Somebody waits for `user`; `background` is what the operator does by itself. */
export type Priority = 'user' | 'background';

export interface BudgetOptions {
  readonly callsPerSecond: number;
  readonly burst: number;
}

interface Waiter {
  readonly grant: () => void;
}

/**
 * How fast something outside may be called: a token bucket for all who call it. Waiters of priority `user` are served
 * first; within a priority the order is first come, first served. Without waiters there is no timer.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #options: BudgetOptions;
  readonly #waiting: Record<Priority, Set<Waiter>> = { user: new Set(), background: new Set() };
  #tokens: number;
  #filledAt: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, options: BudgetOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#tokens = options.burst;
    this.#filledAt = clock.now();
  }

  /** Resolves when one call may be made; rejects with the signal's reason when it aborts first. */
  async acquire(priority: Priority, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        grant: () => {
          signal.removeEventListener('abort', abandon);
          resolve();
        },
      };
      const abandon = (): void => {
        this.#waiting[priority].delete(waiter);
        if (this.waiting === 0) {
          this.#timer?.cancel();
          this.#timer = undefined;
        }
        reject(signal.reason);
      };
      signal.addEventListener('abort', abandon, { once: true });
      this.#waiting[priority].add(waiter);
      this.#serve();
    });
  }

  /** Calls that wait for the budget now. */
  get waiting(): number {
    return this.#waiting.user.size + this.#waiting.background.size;
  }

  #serve(): void {
    this.#refill();
    for (const queue of [this.#waiting.user, this.#waiting.background]) {
      for (const waiter of queue) {
        if (this.#tokens < 1) {
          this.#wakeWhenFilled();
          return;
        }
        this.#tokens -= 1;
        queue.delete(waiter);
        waiter.grant();
      }
    }
  }

  #refill(): void {
    const now = this.#clock.now();
    const earned = ((now - this.#filledAt) / 1000) * this.#options.callsPerSecond;
    this.#tokens = Math.min(this.#options.burst, this.#tokens + Math.max(0, earned));
    this.#filledAt = now;
  }

  #wakeWhenFilled(): void {
    this.#timer ??= this.#clock.setTimer(
      Math.ceil(((1 - this.#tokens) / this.#options.callsPerSecond) * 1000),
      () => {
        this.#timer = undefined;
        this.#serve();
      },
    );
  }
}
