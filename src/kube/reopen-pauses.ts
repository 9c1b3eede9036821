import type { Clock } from '../lib/clock.ts';
import { exponentialMs } from './backoff.ts';
import { KubeError } from './errors.ts';

const bounds = { baseMs: 800, maxMs: 30_000 };
const healthyMs = 120_000;
const shortLivedMs = 1_000;
const watchSeconds = { atLeast: 240, spread: 240 };

/**
 * How long the watches of one loop live, and how long one that broke is left alone, as with client-go's reflector
 * (style-models §1.2): twice as long each time, with jitter, longer when the server asks for that; from the start
 * again after two healthy minutes.
 */
export class ReopenPauses {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #resumedAtMs = 0;
  #openedAtMs = 0;

  /** `random` yields numbers in [0, 1). */
  constructor({ clock, random }: { readonly clock: Clock; readonly random: () => number }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A watch is opened now: the seconds to ask for, so many that those opened together do not end together. */
  open(): number {
    this.#openedAtMs = this.#clock.monotonic();
    return watchSeconds.atLeast + Math.floor(this.#random() * (watchSeconds.spread + 1));
  }

  /** That watch has ended in order: the failure that this counts as when it came within a second, or the loop is hot. */
  endedAtOnce(): KubeError | undefined {
    return this.#clock.monotonic() - this.#openedAtMs < shortLivedMs
      ? new KubeError('the watch ended at once', { reason: 'unavailable' })
      : undefined;
  }

  /** Counts a failure and says how long to wait from now. */
  next({ retryAfterMs = 0 }: KubeError): number {
    const now = this.#clock.monotonic();
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
