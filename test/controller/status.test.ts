import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { CloudErrorReason } from '../../src/cloud/errors.ts';
import { findCondition } from '../../src/controller/conditions.ts';
import type { CommonStatus } from '../../src/controller/kind.ts';
import { isConclusive, type Verdict } from '../../src/controller/outcome.ts';
import { composeStatus } from '../../src/controller/status.ts';
import {
  acted,
  condition,
  differs,
  earlier,
  failed,
  now,
  nowMs,
  paused,
  report,
  resource,
  settled,
  stalled,
  waiting,
} from './samples.ts';

const reconcileAt = 'vpe-operator.io/reconcile-at';
const at = { attempts: 1, nowMs } as const;

const failureReasons: readonly CloudErrorReason[] = [
  'absent',
  'conflict',
  'denied',
  'invalid',
  'throttled',
  'unavailable',
  'unknown',
];
const verdicts: readonly Verdict[] = [
  settled,
  acted,
  differs,
  paused,
  stalled,
  waiting(),
  waiting({ stallsAfter: 2 }),
  ...failureReasons.map((reason) => failed(reason)),
];

describe('composeStatus: observedGeneration', () => {
  it('follows the generation when the pass concluded, and stays behind when it did not', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...verdicts),
        fc.integer({ min: 1, max: 5 }),
        fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
        (verdict, attempts, observedGeneration) => {
          const previous = observedGeneration === undefined ? {} : { observedGeneration };
          const status = composeStatus(resource(), previous, { verdict, attempts, nowMs });
          const expected = isConclusive(verdict, attempts) ? 3 : (observedGeneration ?? -1);
          expect(status.observedGeneration).toBe(expected);
        },
      ),
    );
  });

  it('shows a refused spec as failed to kstatus, which looks no further at an older generation', () => {
    const status = composeStatus(
      resource(),
      { observedGeneration: 2 },
      { ...at, verdict: failed('invalid') },
    );
    expect(status.observedGeneration).toBe(3);
    expect(findCondition(status.conditions, 'Stalled')).toMatchObject({
      status: 'True',
      observedGeneration: 3,
    });
  });

  it('is not moved by an intent, which concludes nothing', () => {
    const handled = resource({ metadata: { annotations: { [reconcileAt]: 'today' } } });
    const previous = { observedGeneration: 2, lastHandledReconcileAt: 'yesterday' };
    const intent = { createIntent: { name: 'x' } } as Partial<CommonStatus>;
    const status = composeStatus(handled, previous, { ...at, verdict: acted, report: report(), intent });
    expect(status).toMatchObject({ ...intent, ...previous });
    expect(findCondition(status.conditions, 'Reconciling')?.status).toBe('True');
  });
});

describe('composeStatus: account and region', () => {
  it('are fixed at the first write and then stay, whatever the spec and the token say', () => {
    const place = { accountID: 'a1', region: 'us-south' };
    const first = composeStatus(resource(), {}, { ...at, verdict: acted, report: report(), ...place });
    expect(first).toMatchObject(place);
    const second = composeStatus(resource(), first, {
      ...at,
      verdict: settled,
      report: report(),
      accountID: 'a2',
      region: 'eu-de',
    });
    expect(second).toMatchObject(place);
  });

  it('are not written by a pass that never observed', () => {
    const status = composeStatus(resource(), {}, { ...at, verdict: failed('unavailable'), accountID: 'a1' });
    expect(status).not.toHaveProperty('accountID');
    expect(status).not.toHaveProperty('region');
  });
});

describe('composeStatus: the kind’s part', () => {
  const previous: CommonStatus & { readonly id: string } = {
    state: 'Updating',
    observedGeneration: 2,
    id: 'r006-1',
    conditions: [
      condition('Ready', { status: 'False', observedGeneration: 2 }),
      condition('ZonesCovered', { observedGeneration: 2 }),
    ],
  };

  it('is replaced by a report, and what the report leaves out is gone', () => {
    const fields = { crn: 'crn:1' } as Partial<CommonStatus>;
    const status = composeStatus(resource(), previous, {
      ...at,
      verdict: settled,
      report: report({ fields }),
    });
    expect(status).toMatchObject({ state: 'Stable', crn: 'crn:1' });
    expect(status).not.toHaveProperty('id');
    expect(status.conditions?.map(({ type }) => type)).toEqual(['Ready']);
  });

  it('stays without one, conditions and their generation included', () => {
    const status = composeStatus(resource(), previous, { ...at, verdict: failed('unavailable') });
    expect(status).toMatchObject({ state: 'Updating', id: 'r006-1' });
    expect(findCondition(status.conditions, 'ZonesCovered')).toEqual(previous.conditions?.[1]);
    expect(findCondition(status.conditions, 'Ready')).toMatchObject({ observedGeneration: 3 });
  });

  it.each([
    ['nothing yet', {}, failed('unavailable'), {}, 'Pending'],
    ['suspended', { state: 'Stable' }, paused, {}, 'Paused'],
    [
      'no longer suspended, but the cloud is silent',
      { state: 'Paused' },
      failed('unavailable'),
      {},
      'Unknown',
    ],
    [
      'being deleted, but the cloud is silent',
      { state: 'Stable' },
      failed('unavailable'),
      { deletionTimestamp: now },
      'Deleting',
    ],
  ] as const)('state: %s', (_, before, verdict, metadata, state) => {
    expect(composeStatus(resource({ metadata }), before, { ...at, verdict }).state).toBe(state);
  });
});

describe('composeStatus: Ready while throttled', () => {
  const ready = condition('Ready', { message: 'The cloud matches the spec' });
  const verdict = failed('throttled');

  it('stays as it was, beside Reconciling', () => {
    const { conditions } = composeStatus(resource(), { conditions: [ready] }, { ...at, verdict });
    expect(conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ['Ready', 'Succeeded'],
      ['Reconciling', 'Throttled'],
    ]);
    expect(conditions?.[0]).toEqual(ready);
  });

  it.each([
    ['it spoke of another generation', { conditions: [{ ...ready, observedGeneration: 2 }] }, {}],
    ['something was observed meanwhile', { conditions: [ready] }, { report: report() }],
    ['there was none', {}, {}],
  ])('but not when %s', (_, previous, more) => {
    const { conditions } = composeStatus(resource(), previous, { ...at, verdict, ...more });
    expect(findCondition(conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'Throttled' });
  });
});

describe('composeStatus: lastHandledReconcileAt', () => {
  const asked = resource({ metadata: { annotations: { [reconcileAt]: 'today' } } });
  const before = { lastHandledReconcileAt: 'yesterday' };

  it.each([
    ['handled by a pass that concluded', settled, report(), 'today'],
    ['not by one that failed', failed('unavailable'), undefined, 'yesterday'],
    ['not by one that failed after observing', failed('unavailable'), report(), 'yesterday'],
    ['by one that was refused for good', failed('invalid'), undefined, 'today'],
  ] as const)('%s', (_, verdict, given, expected) => {
    const status = composeStatus(asked, before, { ...at, verdict, ...(given && { report: given }) });
    expect(status.lastHandledReconcileAt).toBe(expected);
  });
});

describe('composeStatus: transition times', () => {
  it('survive a second composition of the same, which therefore is no write', () => {
    fc.assert(
      fc.property(fc.constantFrom(...verdicts), fc.integer({ min: 1, max: 5 }), (verdict, attempts) => {
        const first = composeStatus(resource(), {}, { verdict, attempts, report: report(), nowMs });
        const later = nowMs + 3_600_000;
        const second = composeStatus(resource({ status: first }), first, {
          verdict,
          attempts,
          report: report(),
          nowMs: later,
        });
        expect(second).toEqual(first);
      }),
    );
  });

  it('move only with the condition’s status', () => {
    const before = { conditions: [condition('Ready', { status: 'False', reason: 'Progressing' })] };
    const same = composeStatus(resource(), before, { ...at, verdict: stalled });
    const changed = composeStatus(resource(), before, { ...at, verdict: settled });
    expect(findCondition(same.conditions, 'Ready')?.lastTransitionTime).toBe(earlier);
    expect(findCondition(changed.conditions, 'Ready')?.lastTransitionTime).toBe(now);
  });
});
