/**
 * How long each key is left alone: passes of a key that come to the same are counted, and the pauses after them grow
 * along the schedule of their pace; another pace begins at its base, and so does another cause to wait. Not so another
 * failure: an outage that answers now 500, now 429 has not got better in between.
 */
import { Backoff } from '../kube/backoff.ts';
import type { Key } from '../kube/object.ts';
import type { Pace } from './kind.ts';
import type { Timings } from './timings.ts';

/** Of failures alone (outcome.ts): what deliberately waits goes at another. */
const failurePace: Pace = 'retry';

interface Streak {
  readonly cause: string;
  readonly passes: number;
  readonly pace: Pace;
}

export class Pacing {
  readonly #paces: Timings['paces'];
  readonly #backoff: Backoff;
  readonly #streaks = new Map<Key, Streak>();

  /** `random` yields numbers in [0, 1). */
  constructor(paces: Timings['paces'], random: () => number) {
    this.#paces = paces;
    this.#backoff = new Backoff(random);
  }

  /** How many passes in a row came to `cause`, if the present one does, too. */
  attempts(key: Key, cause: string): number {
    const streak = this.#streaks.get(key);
    return streak?.cause === cause ? streak.passes + 1 : 1;
  }

  /** Counts the present pass, which came to `cause`; returns the pause before the next one. */
  pauseMs(key: Key, cause: string, pace: Pace): number {
    const before = this.#streaks.get(key);
    const isAnotherCause = before?.cause !== cause && pace !== failurePace;
    if (before?.pace !== pace || isAnotherCause) {
      this.#backoff.forget(key);
    }
    this.#streaks.set(key, { cause, passes: this.attempts(key, cause), pace });
    return this.#backoff.next(key, this.#paces[pace]);
  }

  forget(key: Key): void {
    this.#backoff.forget(key);
    this.#streaks.delete(key);
  }
}
