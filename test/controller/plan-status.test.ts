import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { CommonStatus, PlannedAction } from '../../src/controller/kind.ts';
import type { Verdict } from '../../src/controller/outcome.ts';
import { planStatus, sayActions } from '../../src/controller/plan-status.ts';
import { composeStatus } from '../../src/controller/status.ts';
import {
  acted,
  condition,
  differs,
  failed,
  nowMs,
  paused,
  report,
  resource,
  settled,
  stalled,
  waiting,
} from './samples.ts';

const action = (sentence: string, marks: Partial<PlannedAction> = {}): PlannedAction => ({
  kind: 'Do',
  sentence,
  pause: false,
  ...marks,
});

describe('planStatus', () => {
  it('is absent when nothing is left', () => {
    expect(planStatus([])).toBeUndefined();
  });

  it('says what is done, and which of it destroys or cannot be taken back', () => {
    const actions = [
      action('rename it', { event: 'Updating', verb: 'adopt' }),
      action('remove it', { destructive: true, irreversible: true }),
    ];
    expect(planStatus(actions)).toEqual({
      total: 2,
      actions: [{ action: 'rename it' }, { action: 'remove it', destructive: true, irreversible: true }],
    });
  });

  it('never holds more than the schema takes, and counts all', () => {
    const sentence = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 50 }), (sentences) => {
        const status = planStatus(sentences.map((text) => action(text)));
        expect(status?.total).toBe(sentences.length);
        expect(status?.actions).toHaveLength(Math.min(sentences.length, 20));
        for (const [index, { action: shown }] of (status?.actions ?? []).entries()) {
          const whole = sentences[index] ?? '';
          expect(Array.from(shown).length).toBeLessThanOrEqual(256);
          expect(Array.from(whole).length <= 256 ? shown === whole : shown.endsWith('…')).toBe(true);
          expect(shown.isWellFormed()).toBe(whole.isWellFormed());
        }
      }),
    );
  });

  it('is one line in a message, as bounded', () => {
    expect(sayActions([action('do a'), action('do b')])).toBe('do a; do b');
    const many = Array.from({ length: 23 }, (_, index) => action(`do ${index}`));
    expect(sayActions(many)).toMatch(/; do 19; and 3 more$/);
  });
});

describe('composeStatus: the plan', () => {
  const left = [action('do b')];
  const shown = { total: 1, actions: [{ action: 'do b' }] };
  const before: CommonStatus = {
    observedGeneration: 3,
    plan: { total: 1, actions: [{ action: 'do a' }] },
    conditions: [condition('Ready', { status: 'False', reason: 'Progressing' })],
  };
  const at = { attempts: 1, nowMs };

  /** What a row says: verdict, what the pass knows to be left, whether it observed, the previous status, the plan. */
  const table: readonly (readonly [
    what: string,
    verdict: Verdict,
    left: readonly PlannedAction[] | undefined,
    observed: boolean,
    previous: CommonStatus,
    plan: CommonStatus['plan'],
  ])[] = [
    ['settled', settled, [], true, before, undefined],
    ['acted', acted, left, true, before, shown],
    ['an observed difference', differs, left, true, before, shown],
    ['waiting after one of several actions', waiting(), left, true, before, shown],
    ['waiting after the last action', waiting(), [], true, before, undefined],
    ['waiting on for the same', waiting(), undefined, true, before, before.plan],
    ['waiting for something else', waiting({ reason: 'VPCNotFound' }), undefined, true, before, undefined],
    [
      'waiting in another generation',
      waiting(),
      undefined,
      true,
      { ...before, observedGeneration: 2 },
      undefined,
    ],
    ['stalled by the plan', stalled, [], true, before, undefined],
    [
      'stalled on the way',
      { kind: 'stalled', reason: 'BudgetExceeded', message: '', againInMs: 1 },
      left,
      true,
      before,
      shown,
    ],
    ['refused before looking', stalled, undefined, false, before, undefined],
    ['failed before looking', failed('unavailable'), undefined, false, before, before.plan],
    ['failed on the way, the cloud’s answer known', failed('denied'), left, true, before, shown],
    ['failed on the way, the answer lost', failed('unavailable'), left, false, before, shown],
    ['suspended', paused, undefined, false, before, undefined],
  ];

  it.each(table)('%s', (_, verdict, known, observed, previous, plan) => {
    const status = composeStatus(resource(), previous, {
      ...at,
      verdict,
      ...(known !== undefined && { left: known }),
      ...(observed && { report: report() }),
    });
    expect(status.plan).toEqual(plan);
  });
});
