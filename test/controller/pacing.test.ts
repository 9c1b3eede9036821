import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Pace } from '../../src/controller/kind.ts';
import { Pacing } from '../../src/controller/pacing.ts';
import { defaultTimings } from '../../src/controller/timings.ts';

const { paces } = defaultTimings;
let pacing: Pacing;

beforeEach(() => {
  // The longest delay that chance allows is the schedule itself.
  pacing = new Pacing(paces, () => 1 - Number.EPSILON);
});

function pauses(passes: readonly (readonly [cause: string, pace: Pace])[]): readonly number[] {
  return passes.map(([cause, pace]) => pacing.pauseMs('key', cause, pace));
}

describe('attempts', () => {
  it('counts what came to the same in a row, by key', () => {
    const counts = ['a', 'a', 'b', 'b', 'b', 'a'].map((cause) => {
      const attempts = pacing.attempts('key', cause);
      pacing.pauseMs('key', cause, 'retry');
      return attempts;
    });
    expect(counts).toEqual([1, 2, 1, 2, 3, 1]);
    expect(pacing.attempts('other', 'a')).toBe(1);
    pacing.forget('key');
    expect(pacing.attempts('key', 'a')).toBe(1);
  });

  it('changes nothing by being asked', () => {
    pacing.pauseMs('key', 'a', 'retry');
    expect([pacing.attempts('key', 'a'), pacing.attempts('key', 'b'), pacing.attempts('key', 'a')]).toEqual([
      2, 1, 2,
    ]);
  });
});

describe('pauses', () => {
  it.each<[Pace, readonly number[]]>([
    ['changing', [5_000, 10_000, 20_000, 30_000, 30_000]],
    ['slow', [30_000, 60_000, 120_000, 240_000, 300_000]],
    ['retry', [1_000, 2_000, 4_000, 8_000, 16_000]],
    ['terminal', [600_000, 1_200_000, 2_400_000, 4_800_000, 9_600_000]],
  ])('at the pace %s double from its base to its bound (design §4, "Defaults")', (pace, expected) => {
    expect(pauses(expected.map(() => ['same', pace]))).toEqual(expected);
  });

  it('begin afresh with another cause to wait', () => {
    expect(
      pauses([
        ['waiting/AddressAllocating', 'changing'],
        ['waiting/AddressAllocating', 'changing'],
        ['waiting/Progressing', 'changing'],
      ]),
    ).toEqual([5_000, 10_000, 5_000]);
  });

  it('go on growing while passes fail, for whatever cause, while each cause is counted afresh', () => {
    // An outage answers now 500, now 429: it has not got better in between.
    const causes = ['unavailable', 'throttled', 'unavailable', 'throttled', 'unavailable'];
    expect(pauses(causes.map((cause) => [cause, 'retry']))).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
    expect(pacing.attempts('key', 'throttled')).toBe(1);
  });

  it('begin afresh with another pace, while the count goes on', () => {
    // Ten minutes, not ten minutes times the patience that there was before.
    expect(
      pauses([
        ['denied', 'retry'],
        ['denied', 'retry'],
        ['denied', 'terminal'],
        ['denied', 'terminal'],
      ]),
    ).toEqual([1_000, 2_000, 600_000, 1_200_000]);
    expect(pacing.attempts('key', 'denied')).toBe(5);
  });

  it('stay within their schedule, whatever chance says', () => {
    const pace = fc.constantFrom<Pace>('changing', 'slow', 'retry', 'terminal');
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(pace, fc.constantFrom('a', 'b'), chance)), (passes) => {
        let random = 0;
        const any = new Pacing(paces, () => random);
        for (const [next, cause, drawn] of passes) {
          random = drawn;
          const delayMs = any.pauseMs('key', cause, next);
          expect(delayMs).toBeGreaterThanOrEqual(paces[next].baseMs / 2);
          expect(delayMs).toBeLessThanOrEqual(paces[next].maxMs);
        }
      }),
    );
  });
});
