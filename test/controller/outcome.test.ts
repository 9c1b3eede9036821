import { describe, expect, it } from '@jest/globals';

import {
  causeOf,
  commonConditions,
  explain,
  isConclusive,
  isStalled,
  keepsReady,
  requeueOf,
  verdictOfPlan,
  verdictOfShownPlan,
  type Requeue,
  type Verdict,
} from '../../src/controller/outcome.ts';
import { reasons } from '../../src/controller/reasons.ts';
import { acted, differs, failed, paused, settled, stalled, waiting } from './samples.ts';

/** What a row says: `Ready reason`, then the condition beside it, when it is looked at again, whether it concludes. */
type Row = readonly [
  what: string,
  verdict: Verdict,
  attempts: number,
  ready: string,
  beside: 'Reconciling' | 'Stalled' | undefined,
  again: Requeue | undefined,
  conclusive: boolean,
];

const retry = { pace: 'retry' } as const;
const terminal = { pace: 'terminal' } as const;
const patient = waiting({ reason: 'VPCNotFound', pace: 'slow', stallsAfter: 3 });

/** style-models §5.2, "Outcome table", and design §4.6. */
const table: readonly Row[] = [
  ['settled', settled, 1, 'True Succeeded', undefined, undefined, true],
  ['acted', acted, 1, 'False Progressing', 'Reconciling', { pace: 'changing' }, true],
  ['waiting', waiting(), 1, 'False Progressing', 'Reconciling', { pace: 'changing' }, true],
  ['waiting for ever', waiting(), 1000, 'False Progressing', 'Reconciling', { pace: 'changing' }, true],
  ['patience', patient, 2, 'False VPCNotFound', 'Reconciling', { pace: 'slow' }, true],
  ['patience at its end', patient, 3, 'False VPCNotFound', 'Stalled', { pace: 'slow' }, true],
  ['stalled', stalled, 1, 'False Collision', 'Stalled', terminal, true],
  [
    'stalled until a known time',
    { kind: 'stalled', reason: 'BudgetExceeded', message: '', againInMs: 7_000 },
    5,
    'False BudgetExceeded',
    'Stalled',
    { pace: 'terminal', inMs: 7_000 },
    true,
  ],
  ['paused', paused, 1, 'False Paused', undefined, undefined, true],
  ['throttled', failed('throttled'), 1, 'False Throttled', 'Reconciling', retry, false],
  ['throttled for ever', failed('throttled'), 1000, 'False Throttled', 'Reconciling', retry, false],
  [
    'throttled, with a time',
    failed('throttled', 7_000),
    1,
    'False Throttled',
    'Reconciling',
    { pace: 'retry', atLeastMs: 7_000 },
    false,
  ],
  ['unavailable', failed('unavailable'), 1000, 'False Unavailable', 'Reconciling', retry, false],
  ['conflict', failed('conflict'), 1000, 'False Conflict', 'Reconciling', retry, false],
  ['unknown', failed('unknown'), 1000, 'False InternalError', 'Reconciling', retry, false],
  ['denied', failed('denied'), 2, 'False AccessDenied', 'Reconciling', retry, false],
  ['denied thrice', failed('denied'), 3, 'False AccessDenied', 'Stalled', terminal, true],
  ['absent', failed('absent'), 2, 'False NotFound', 'Reconciling', retry, false],
  ['absent thrice', failed('absent'), 3, 'False NotFound', 'Stalled', terminal, true],
  ['invalid', failed('invalid'), 1, 'False Rejected', 'Stalled', terminal, true],
];

describe('the outcome table', () => {
  it.each(table)('%s', (_, verdict, attempts, ready, beside, again, conclusive) => {
    const context = { attempts, deleting: false, unknownState: false, observed: false };
    const conditions = commonConditions(verdict, context);
    const [first] = conditions;
    expect(`${first?.status} ${first?.reason}`).toBe(ready);
    expect(conditions).toEqual([
      { ...first, type: 'Ready' },
      ...(beside === undefined ? [] : [{ ...first, type: beside, status: 'True' }]),
    ]);
    expect(isStalled(verdict, attempts)).toBe(beside === 'Stalled');
    expect(requeueOf(verdict, attempts)).toEqual(again);
    expect(isConclusive(verdict, attempts)).toBe(conclusive);
  });

  it('is never Ready while deleting', () => {
    const context = { attempts: 1, deleting: true, unknownState: false, observed: false };
    for (const [, verdict] of table) {
      expect(commonConditions(verdict, context)[0]?.status).toBe('False');
    }
    expect(explain(acted, true).reason).toBe('Deleting');
  });

  it('of an observed object has Ready alone, True exactly when the cloud matches', () => {
    const context = { attempts: 1000, deleting: false, unknownState: false, observed: true };
    for (const [, verdict] of [...table, ['differs', differs] as const]) {
      const status = verdict.kind === 'settled' ? 'True' : 'False';
      expect(commonConditions(verdict, context)).toEqual([
        { type: 'Ready', status, ...explain(verdict, false) },
      ]);
    }
    expect(explain(differs, false)).toEqual({ reason: 'Differs', message: 'rename it' });
    expect(requeueOf(differs, 1)).toEqual({ pace: 'terminal' });
    expect(isConclusive(differs, 1)).toBe(true);
  });

  it('says Unknown where the state is', () => {
    const context = { attempts: 1, deleting: false, unknownState: true, observed: false };
    expect(commonConditions(waiting(), context)[0]).toMatchObject({ type: 'Ready', status: 'Unknown' });
    expect(commonConditions(settled, context)[0]).toMatchObject({ type: 'Ready', status: 'True' });
  });

  it('leaves Ready alone only when throttled, which says nothing about the cloud', () => {
    const keeping = table.filter(([, verdict]) => keepsReady(verdict)).map(([name]) => name);
    expect(keeping).toEqual(['throttled', 'throttled for ever', 'throttled, with a time']);
  });

  it('uses documented reasons for everything that it names itself', () => {
    const own = table.filter(([, verdict]) => verdict.kind !== 'waiting' && verdict.kind !== 'stalled');
    const named = own.flatMap(([, verdict]) => [
      explain(verdict, false).reason,
      explain(verdict, true).reason,
    ]);
    expect(Object.keys(reasons)).toEqual(expect.arrayContaining(named));
  });
});

describe('causeOf', () => {
  it('tells apart what patience is counted for', () => {
    const verdicts = [
      settled,
      acted,
      differs,
      paused,
      waiting(),
      patient,
      waiting({ reason: 'Faulted', pace: 'slow', stallsAfter: 8 }),
      stalled,
      { ...stalled, reason: 'RecreateRequired' },
      failed('denied'),
      failed('throttled'),
    ];
    const causes = verdicts.map(causeOf);
    expect(new Set(causes).size).toBe(causes.length);
  });

  it('takes no notice of messages, which may hold counts and names', () => {
    expect(causeOf(waiting({ message: '1 of 3' }))).toBe(causeOf(waiting({ message: '2 of 3' })));
  });
});

describe('verdictOfPlan', () => {
  const action = { kind: 'A', sentence: 'do a', pause: false };

  it('keeps what a plan says, and joins what is still to be done', () => {
    const wait = { reason: 'R', message: 'm', pace: 'slow', stallsAfter: 2 } as const;
    expect(verdictOfPlan({ kind: 'settled' })).toEqual(settled);
    expect(verdictOfPlan({ kind: 'wait', ...wait })).toEqual({ kind: 'waiting', ...wait });
    expect(verdictOfPlan({ kind: 'stalled', reason: 'R', message: 'm' })).toEqual({
      kind: 'stalled',
      reason: 'R',
      message: 'm',
    });
    expect(verdictOfPlan({ kind: 'act', actions: [action, { ...action, sentence: 'do b' }] })).toEqual({
      kind: 'acted',
      message: 'do a; do b',
    });
  });

  it('of what is only shown, says what would be done', () => {
    expect(verdictOfShownPlan({ kind: 'act', actions: [action] })).toEqual({
      kind: 'differs',
      message: 'do a',
    });
    expect(verdictOfShownPlan({ kind: 'settled' })).toEqual(settled);
    expect(verdictOfShownPlan({ kind: 'stalled', reason: 'R', message: 'm' }).kind).toBe('stalled');
  });
});
