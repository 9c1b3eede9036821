import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  findCondition,
  sortConditions,
  stampConditions,
  type Condition,
  type ReportedCondition,
} from '../../src/controller/conditions.ts';
import { condition, earlier, now, nowMs } from './samples.ts';

const at = { generation: 4, nowMs };
const reported: ReportedCondition = { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'new' };

describe('stampConditions', () => {
  it('gives a new condition the generation and the present time, in seconds', () => {
    expect(stampConditions([], [reported], at)).toEqual([
      { ...reported, observedGeneration: 4, lastTransitionTime: now },
    ]);
  });

  it('keeps the transition time while the status stays, whatever else changes', () => {
    const before = condition('Ready', { reason: 'Other', message: 'old', observedGeneration: 1 });
    expect(stampConditions([before], [reported], at)).toEqual([
      { ...reported, observedGeneration: 4, lastTransitionTime: earlier },
    ]);
  });

  it('moves the transition time when the status changes', () => {
    const before = condition('Ready', { status: 'False' });
    expect(stampConditions([before], [reported], at)[0]?.lastTransitionTime).toBe(now);
  });

  it('yields exactly what is reported, whatever was there before', () => {
    const types = fc.uniqueArray(fc.constantFrom<string>('Ready', 'Stalled', 'A', 'B', 'C'));
    const status = fc.constantFrom('True', 'False', 'Unknown');
    fc.assert(
      fc.property(types, types, status, (before, next, value) => {
        const previous = before.map((type) => condition(type));
        const wanted = next.map((type) => ({ ...reported, type, status: value }) as const);
        const stamped = stampConditions(previous, wanted, at);
        expect(stamped.map(({ type }) => type)).toEqual(next);
        for (const { type, status: is, lastTransitionTime } of stamped) {
          const stayed = before.includes(type) && is === 'True';
          expect(lastTransitionTime).toBe(stayed ? earlier : now);
        }
      }),
    );
  });
});

it('sortConditions puts what kstatus reads first, the rest by name', () => {
  const types = ['ZonesCovered', 'Stalled', 'Advisory', 'Ready', 'Reconciling'];
  expect(sortConditions(types.map((type) => condition(type))).map(({ type }) => type)).toEqual([
    'Ready',
    'Reconciling',
    'Stalled',
    'Advisory',
    'ZonesCovered',
  ]);
});

it('findCondition finds by type', () => {
  const list: readonly Condition[] = [condition('A'), condition('B')];
  expect(findCondition(list, 'B')).toBe(list[1]);
  expect(findCondition(list, 'C')).toBeUndefined();
  expect(findCondition(undefined, 'B')).toBeUndefined();
});
