/** How long to leave something alone after its nth failure in a row. */
export interface BackoffBounds {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** `baseMs` doubled for every failure before this one, at most `maxMs`. */
export function exponentialMs(failuresBefore: number, { baseMs, maxMs }: BackoffBounds): number {
  return Math.min(maxMs, baseMs * 2 ** failuresBefore);
}

/**
 * Failures counted by key. Delays lie between half of the exponential value and all of it, so that a thousand
 * objects that failed together do not come back together, and `maxMs` is never exceeded. Counters live until
 * they are forgotten: call `forget` on success, on deliberate waiting and when the object is gone.
 */
export class Backoff {
  readonly #random: () => number;
  readonly #failures = new Map<string, number>();

  /** `random` yields numbers in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Counts one more failure of `key` and says how long to wait before the next try. */
  next(key: string, bounds: BackoffBounds): number {
    const before = this.failures(key);
    this.#failures.set(key, before + 1);
    const fullMs = exponentialMs(before, bounds);
    return Math.round(fullMs / 2 + (this.#random() * fullMs) / 2);
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }
}
