import type { Clock, Timer } from '../lib/clock.ts';

/**
 * An AbortSignal for one piece of work inside a longer-lived one: it aborts with its parent, or when a
 * time limit passes. Disposing detaches it from the parent, so that scopes opened in a loop under one
 * program-long signal do not pile up (which `AbortSignal.any` and `AbortSignal.timeout` would leave to the
 * garbage collector), and puts time under the injected clock.
 */
export class AbortScope implements Disposable {
  readonly #clock: Clock;
  readonly #parent: AbortSignal;
  readonly #controller = new AbortController();
  readonly #onParentAbort = (): void => this.#controller.abort(this.#parent.reason);
  #timer: Timer | undefined;
  #timedOut = false;

  constructor(clock: Clock, parent: AbortSignal) {
    this.#clock = clock;
    this.#parent = parent;
    if (parent.aborted) {
      this.#onParentAbort();
    } else {
      parent.addEventListener('abort', this.#onParentAbort, { once: true });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the limit, not the parent, that ended the work. */
  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Starts the limit, anew when one is running. */
  limit(afterMs: number): void {
    this.unlimit();
    this.#timer = this.#clock.setTimer(afterMs, () => {
      this.#timedOut = !this.signal.aborted;
      this.#controller.abort(new Error(`nothing within ${afterMs} ms`));
    });
  }

  unlimit(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  [Symbol.dispose](): void {
    this.unlimit();
    this.#parent.removeEventListener('abort', this.#onParentAbort);
  }
}
