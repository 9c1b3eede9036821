/**
 * How long each key is left alone: passes of a key that come to the same are counted, and the pauses after them grow
 * along the schedule of their pace; another cause, and another pace, begin at the pace's base again.
 */
import { Backoff } from '../kube/backoff.ts';
import type { Key } from '../kube/object.ts';
import type { Pace } from './kind.ts';
import type { Timings } from './timings.ts';

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
    if (before?.cause !== cause || before.pace !== pace) {
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
