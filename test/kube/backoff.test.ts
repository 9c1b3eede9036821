import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Backoff, exponentialMs } from '../../src/kube/backoff.ts';

const bounds = { baseMs: 1_000, maxMs: 120_000 };

test('doubles from the base to the most, by key, until forgotten', () => {
  // The random number that yields the whole of the exponential value.
  const backoff = new Backoff(() => 1);
  const delays = Array.from({ length: 9 }, () => backoff.next('a', bounds));
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000]);
  expect(backoff.next('b', bounds)).toBe(1_000);
  expect(backoff.failures('a')).toBe(9);
  backoff.forget('a');
  expect(backoff.failures('a')).toBe(0);
  expect(backoff.next('a', bounds)).toBe(1_000);
});

test('property: jitter keeps every delay between half of the exponential value and all of it', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 0, max: 5_000 }),
      (random, failures) => {
        const backoff = new Backoff(() => random);
        let delay = 0;
        for (let count = 0; count <= failures; count += 1) {
          delay = backoff.next('a', bounds);
        }
        const full = exponentialMs(failures, bounds);
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(Math.min(full, bounds.maxMs));
      },
    ),
    { numRuns: 50 },
  );
});
