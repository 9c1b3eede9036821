import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sample } from './sample.ts';

const named = (name: string): { readonly name: string } => ({ name });
const items = fc
  .uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 })
  .map((names) => names.map((name) => named(name)));

test('property: so many of the items, in their order, the same for the same seed', () => {
  fc.assert(
    fc.property(items, fc.nat(60), fc.string(), (all, size, seed) => {
      const chosen = sample(all, size, seed);
      expect(chosen).toHaveLength(Math.min(size, all.length));
      expect(chosen).toEqual(all.filter((item) => chosen.includes(item)));
      expect(sample(all, size, seed)).toEqual(chosen);
    }),
  );
});

test('property: an item that is added drives out one other at most', () => {
  fc.assert(
    fc.property(items, fc.nat(10), fc.string(), (all, size, seed) => {
      const before = sample(all.slice(1), size, seed);
      const after = sample(all, size, seed);
      expect(before.filter((item) => !after.includes(item)).length).toBeLessThanOrEqual(1);
    }),
  );
});

test('another seed makes another choice', () => {
  const all = Array.from({ length: 100 }, (_, index) => named(`case ${index}`));
  expect(sample(all, 10, 'one')).not.toEqual(sample(all, 10, 'two'));
});
