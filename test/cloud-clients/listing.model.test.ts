/**
 * Any order of reads, answers, failures, time and abandoned reads, against what a listing promises: one at a time,
 * never older than asked for, never the result of a failure, and everybody is answered.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Listing } from '../../src/cloud/listing.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';

/** The cloud: one thing that changes all the time, so that a snapshot shows when it was taken. */
class Cloud {
  readonly underWay = new Map<number, { answer(): void; fail(): void }>();
  mostAtOnce = 0;
  #begun = 0;

  async list(): Promise<ReadonlyMap<string, { readonly id: string }>> {
    this.#begun += 1;
    const ordinal = this.#begun;
    return new Promise((resolve, reject) => {
      this.underWay.set(ordinal, {
        answer: () => {
          this.underWay.delete(ordinal);
          resolve(new Map([[String(ordinal), { id: String(ordinal) }]]));
        },
        fail: () => {
          this.underWay.delete(ordinal);
          reject(new Error(`listing ${ordinal} failed`));
        },
      });
      this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay.size);
    });
  }

  get begun(): number {
    return this.#begun;
  }

  finish(how: 'answer' | 'fail'): void {
    for (const listing of this.underWay.values()) {
      listing[how]();
    }
  }
}

interface Reader {
  readonly notOlderThanMs: number;
  /** Listings that had begun when it asked. */
  readonly begunBefore: number;
  readonly stop: AbortController;
  readonly result: Promise<string>;
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read'), ms: fc.integer({ min: -100, max: 5_000 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.integer({ min: 0, max: 3_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('back'), ms: fc.integer({ min: 1, max: 3_000 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer'), ms: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail'), ms: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('quit'), ms: fc.nat(100) }) },
);

test('a listing keeps its promises', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const clock = new FakeClock();
      const cloud = new Cloud();
      const listing = new Listing(clock, async () => cloud.list());
      const readers: Reader[] = [];
      const read = (ageMs: number): void => {
        const stop = new AbortController();
        const notOlderThanMs = clock.now() - ageMs;
        const begunBefore = cloud.begun;
        const check = async (): Promise<string> => {
          const { byId, begunAtMs } = await listing.read(notOlderThanMs, stop.signal);
          const [ordinal = ''] = byId.keys();
          const began = Number(ordinal) > begunBefore ? 'during the call' : 'before it';
          expect(`${began}, ${begunAtMs >= notOlderThanMs ? 'new enough' : 'too old'}`).not.toBe(
            'before it, too old',
          );
          return ordinal;
        };
        const result = check();
        result.catch(() => undefined);
        readers.push({ notOlderThanMs, begunBefore, stop, result });
      };
      for (const { do: what, ms } of steps) {
        if (what === 'read') {
          read(ms);
        } else if (what === 'pass' || what === 'back') {
          await clock.advance(what === 'pass' ? ms : -ms);
        } else if (what === 'quit') {
          readers[ms % Math.max(1, readers.length)]?.stop.abort(new Error('quit'));
        } else {
          cloud.finish(what);
        }
        await settle();
      }
      while (cloud.underWay.size > 0) {
        cloud.finish('answer');
        await settle();
      }
      const ends = await Promise.allSettled(readers.map(async ({ result }) => result));
      const failures = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
      expect(failures.filter((failure) => !/^Error: (quit|listing \d+ failed)$/.test(failure))).toEqual([]);
      expect(cloud.mostAtOnce).toBeLessThanOrEqual(1);
      expect(cloud.begun).toBeLessThanOrEqual(readers.length);
    }),
    { numRuns: 200 },
  );
}, 60_000);
