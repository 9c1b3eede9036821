/** Reminders: each asker is called back once, a while after it has asked first. */
import type { Clock, Timer } from '../lib/clock.ts';

const laterMs = 30_000;

export class Later {
  readonly #clock: Clock;
  readonly #callBack: (asker: string) => void;
  readonly #timers = new Map<string, Timer>();
  #hasEnded = false;

  constructor(clock: Clock, callBack: (asker: string) => void) {
    this.#clock = clock;
    this.#callBack = callBack;
  }

  ask(asker: string): void {
    if (this.#hasEnded || this.#timers.has(asker)) {
      return;
    }
    const timer = this.#clock.setTimer(laterMs, () => {
      this.#timers.delete(asker);
      this.#callBack(asker);
    });
    this.#timers.set(asker, timer);
  }

  forget(asker: string): void {
    this.#timers.get(asker)?.cancel();
    this.#timers.delete(asker);
  }

  /** Nobody is called back any more. */
  end(): void {
    this.#hasEnded = true;
    [...this.#timers.keys()].forEach((asker) => this.forget(asker));
  }
}
