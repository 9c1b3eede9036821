/** How often a fault of the network strikes. */
import { expect, test } from '@jest/globals';
import { SettableClock } from '../clock.ts';
import { FaultList, type Limits } from './fault-list.ts';

interface Rule extends Limits {
  readonly kind: string;
  readonly at?: string;
}

const clock = new SettableClock();
clock.freeze();

function list(...rules: readonly Rule[]): FaultList<Rule, string> {
  const faults = new FaultList<Rule, string>(
    clock,
    'fault',
    ({ at }) =>
      (subject) =>
        (at ?? subject) === subject,
  );
  rules.forEach((rule) => faults.add(rule));
  return faults;
}

function strikes(faults: FaultList<Rule, string>, times: number, subject = 'here'): string {
  return Array.from({ length: times }, () => faults.strike(subject)?.kind ?? '-').join('');
}

test.each<[string, Rule[], string]>([
  ['until it is cleared', [{ kind: 'a' }], 'aaaaaa'],
  ['a number of times', [{ kind: 'a', count: 2 }], 'aa----'],
  ['every third time', [{ kind: 'a', every: 3 }], '--a--a'],
  ['every second time, twice', [{ kind: 'a', every: 2, count: 2 }], '-a-a--'],
  ['only what it concerns', [{ kind: 'a', at: 'there' }], '------'],
  [
    'the first that strikes',
    [
      { kind: 'a', every: 2 },
      { kind: 'b', count: 2 },
    ],
    'baba-a',
  ],
])('%s', (_, rules, expected) => {
  expect(strikes(list(...rules), 6)).toBe(expected);
});

test('for some simulated time', () => {
  const faults = list({ kind: 'a', forMs: 1_000 });
  clock.advance(999);
  expect(strikes(faults, 2)).toBe('aa');
  clock.advance(1);
  expect(strikes(faults, 2)).toBe('--');
});

test('it tells how often it was asked and struck, and can be cleared', () => {
  const faults = list({ kind: 'a', every: 2 }, { kind: 'b', at: 'there' });
  strikes(faults, 3);
  expect(faults.list()).toEqual([
    { id: 'fault-1', kind: 'a', every: 2, matched: 3, struck: 1 },
    { id: 'fault-2', kind: 'b', at: 'there', matched: 0, struck: 0 },
  ]);
  faults.clear('fault-1');
  expect(faults.list().map(({ id }) => id)).toEqual(['fault-2']);
  faults.clear();
  expect(faults.list()).toEqual([]);
});
