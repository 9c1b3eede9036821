import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { inShort, none, settle, type Spec } from '../gateway-model.ts';

function asked(ids: readonly string[]): Spec {
  return { securityGroups: ids.map((id) => ({ id })) };
}

describe('security groups', () => {
  const groups = ['sg-0', 'sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5', 'sg-6', 'sg-7', 'sg-8', 'sg-9'];

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['are added before any is removed', ['sg-0'], ['sg-1', 'sg-2'], ['+sg-1', '+sg-2', '-sg-0']],
    [
      'make room one by one when there are five',
      ['sg-0', 'sg-1', 'sg-2', 'sg-3', 'sg-4'],
      ['sg-5', 'sg-6', 'sg-4'],
      ['-sg-0', '+sg-5', '-sg-1', '+sg-6', '-sg-2', '-sg-3'],
    ],
    ['of an old gateway that has none are added', [], ['sg-1'], ['+sg-1']],
    ['stay when they are as wanted, in any order', ['sg-1', 'sg-0'], ['sg-0', 'sg-1'], []],
  ])('%s', (_, attached, wanted, expected) => {
    expect(inShort(settle({ ...none, groups: attached }, asked(wanted)).done)).toEqual(expected);
  });

  it('are never none, never more than five, and as many as possible on the way', () => {
    const some = fc.uniqueArray(fc.constantFrom(...groups), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(some, some, (attached, wanted) => {
        const { states, done } = settle({ ...none, groups: attached }, asked(wanted));
        expect(states.at(-1)?.groups.toSorted()).toEqual(wanted.toSorted());
        const least = Math.min(attached.length, wanted.length, 4);
        for (const state of states) {
          expect(state.groups.length).toBeGreaterThanOrEqual(least);
          expect(state.groups.length).toBeLessThanOrEqual(5);
        }
        const changed = [...attached, ...wanted].filter(
          (id) => !(attached.includes(id) && wanted.includes(id)),
        );
        expect(done).toHaveLength(changed.length);
      }),
    );
  });
});
