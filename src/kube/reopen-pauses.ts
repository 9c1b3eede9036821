import type { Clock } from '../lib/clock.ts';
import { exponentialMs } from './backoff.ts';
import type { KubeError } from './errors.ts';

const bounds = { baseMs: 800, maxMs: 30_000 };
const healthyMs = 120_000;

/**
 * How long a watch that broke is left alone, as with client-go's reflector (style-models §1.2): twice as long each
 * time, with jitter, longer when the server asks for that; from the start again after two healthy minutes.
 */
export class ReopenPauses {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #resumedAtMs = 0;

  /** `random` yields numbers in [0, 1). */
  constructor({ clock, random }: { readonly clock: Clock; readonly random: () => number }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Counts a failure and says how long to wait from now. */
  next({ retryAfterMs = 0 }: KubeError): number {
    const now = this.#clock.now();
    if (now - this.#resumedAtMs >= healthyMs) {
      this.#failures = 0;
    }
    const backoffMs = exponentialMs(this.#failures, bounds) * (1 + this.#random());
    const pauseMs = Math.round(Math.max(backoffMs, retryAfterMs));
    this.#failures += 1;
    this.#resumedAtMs = now + pauseMs;
    return pauseMs;
  }
}
