import type { Clock } from '../lib/clock.ts';

/**
 * The cloud's clock as its `Date` headers tell it, so that an intent's time can be compared with `created_at`
 * whatever the local clock says (design §4.5). Accurate to a second plus the way of one answer.
 */
export class CloudTime {
  readonly #clock: Clock;
  #offsetMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Learns from the `Date` header of an answer that just arrived. */
  learn(dateHeader: unknown): void {
    const date = typeof dateHeader === 'string' ? Date.parse(dateHeader) : Number.NaN;
    if (!Number.isNaN(date)) {
      this.#offsetMs = date - this.#clock.now();
    }
  }

  /** Whether there was an answer to learn from: until then, nothing that the cloud has dated can be called old. */
  get isKnown(): boolean {
    return this.#offsetMs !== undefined;
  }

  /** Milliseconds since the Unix epoch by the cloud's clock; the local clock while it is not known. */
  now(): number {
    return this.#clock.now() + (this.#offsetMs ?? 0);
  }
}
