import { abortable } from '../lib/abortable.ts';

/**
 * One holder per key at a time, first come, first served. Serialises our writes to one VPC, because concurrent
 * changes collide in the cloud with 409 "vpc is locked" (vpc-endpoint-gateways R24).
 */
export class KeyedMutex {
  readonly #tails = new Map<string, Promise<void>>();

  /** Rejects with the signal's reason when it aborts before the turn comes; `work` heeds the signal by itself. */
  async run<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    // Who gives up waiting still stands in line: the next one's turn comes after everybody before.
    const tail = before.then(async () => done);
    this.#tails.set(key, tail);
    try {
      await abortable(before, signal);
      return await work();
    } finally {
      release();
      void this.#forgetAfter(tail, key);
    }
  }

  async #forgetAfter(tail: Promise<void>, key: string): Promise<void> {
    await tail;
    if (this.#tails.get(key) === tail) {
      this.#tails.delete(key);
    }
  }
}
