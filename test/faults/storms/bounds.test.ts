import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';

import { Backoff } from '../../../src/kube/backoff.ts';
import { excesses, inTurn, jittered, mostCalls, pausesOf, timesWithin } from './bounds.ts';

const schedule = { baseMs: 1_000, maxMs: 120_000 };
const extent = { objects: 20, passes: 7, windowMs: 60_000 };

function first(count: number, pauses: Iterable<number>): readonly number[] {
  const found: number[] = [];
  for (const pause of pauses) {
    found.push(pause);
    if (found.length === count) {
      break;
    }
  }
  return found;
}

describe('pauses', () => {
  it('double up to the longest, and can be gone through again', () => {
    const pauses = pausesOf(schedule);
    const expected = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000];
    expect(first(9, pauses)).toEqual(expected);
    expect(first(9, pauses)).toEqual(expected);
  });

  it('are as long as the server asks for, and as many as asked for', () => {
    expect([...pausesOf(schedule, { atLeastMs: 3_000, times: 4 })]).toEqual([3_000, 3_000, 4_000, 8_000]);
  });

  it('of two schedules follow each other', () => {
    const pauses = inTurn(
      pausesOf(schedule, { times: 2 }),
      pausesOf(jittered({ baseMs: 600_000, maxMs: 600_000 })),
    );
    expect(first(4, pauses)).toEqual([1_000, 2_000, 300_000, 300_000]);
  });
});

describe('how often something may happen', () => {
  it.each([
    [0, 1],
    [400, 1],
    [500, 2],
    [1_500, 3],
    [60_000, 7],
    [63_500, 8],
  ])('within %d ms of the default retries is %d times', (windowMs, times) => {
    expect(timesWithin(windowMs, pausesOf(jittered(schedule)))).toBe(times);
  });

  it('ends with the pauses, and also when a pause is none', () => {
    expect(timesWithin(60_000, [0, 0])).toBe(3);
    expect(timesWithin(10, pausesOf({ baseMs: 0, maxMs: 0 }))).toBe(11);
  });

  test('property: the operator keeps to it, whatever chance says', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.infiniteStream(chance), fc.integer({ min: 0, max: 600_000 }), (draws, windowMs) => {
        const backoff = new Backoff(() => draws.next().value ?? 0);
        let times = 0;
        for (let atMs = 0; atMs <= windowMs; atMs += backoff.next('key', schedule)) {
          times += 1;
        }
        expect(times).toBeLessThanOrEqual(timesWithin(windowMs, pausesOf(jittered(schedule))));
      }),
    );
  });
});

describe('calls', () => {
  it.each([
    [{}, 0],
    [{ pass: 1 }, 140],
    [{ object: 2 }, 40],
    [{ attempt: 1 }, 7],
    [{ shared: 1 }, 1],
    [{ shared: 1, everyMs: 1_000 }, 61],
    [{ pass: 2, object: 1, shared: 3 }, 303],
  ])('of %j are at most %d', (allowance, most) => {
    expect(mostCalls(allowance, extent)).toBe(most);
  });

  it('are too many above that, and when they are not foreseen', () => {
    const counts = new Map([
      ['GET vpcs', 140],
      ['GET subnets', 2],
      ['POST token', 1],
    ]);
    expect(excesses(counts, { 'GET vpcs': { pass: 1 }, 'GET subnets': { shared: 1 } }, extent)).toEqual([
      '2 calls GET subnets, of at most 1',
      '1 calls POST token, of at most 0',
    ]);
  });
});
