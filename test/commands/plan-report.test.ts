import { describe, expect, it } from '@jest/globals';

import { type PlannedObject, reportPlan } from '../../src/commands/plan-report.ts';
import type { PlannedAction } from '../../src/controller/kind.ts';
import type { Verdict } from '../../src/controller/outcome.ts';
import { differs, failed, paused, settled, stalled, waiting } from '../controller/samples.ts';

const rename: PlannedAction = { kind: 'Rename', sentence: 'rename it', pause: true };
const remove: PlannedAction = {
  kind: 'Remove',
  sentence: 'remove it',
  pause: true,
  destructive: true,
  irreversible: true,
};

function object(verdict: Verdict, actions: readonly PlannedAction[] = []): PlannedObject {
  return { kind: 'Box', namespace: 'team', name: 'box', observed: false, found: { verdict, actions } };
}

const invalid: PlannedObject = {
  kind: 'Box',
  namespace: 'team',
  name: 'box',
  observed: false,
  refusal: { invalid: true, messages: ['spec.size: too large', 'spec.colour: unknown'] },
};
const unreadable: PlannedObject = { ...invalid, refusal: { invalid: false, messages: ['it is closed'] } };

describe('reportPlan', () => {
  it.each<[what: string, object: PlannedObject, text: string, exitCode: number]>([
    ['nothing', object(settled), 'Box team/box: nothing to do\n', 0],
    ['a suspended object', object(paused), 'Box team/box: nothing to do: suspended\n', 0],
    [
      'actions, with what cannot be taken back',
      object(differs, [rename, remove]),
      'Box team/box: 2 to do\n  - rename it\n  - remove it (destructive, irreversible)\n',
      3,
    ],
    [
      'an observed object',
      { ...object(differs, [rename]), observed: true },
      'Box team/box: 1 to do (only observed)\n  - rename it\n',
      3,
    ],
    ['a wait', object(waiting()), 'Box team/box: to wait for: Progressing: working on it\n', 3],
    [
      'a wait that only a person ends',
      object(waiting({ reason: 'VPCNotFound', stallsAfter: 3 })),
      'Box team/box: problem: VPCNotFound: working on it\n',
      1,
    ],
    ['what stands in the way', object(stalled), 'Box team/box: problem: Collision: there is another\n', 1],
    [
      'what is not allowed, with what would be done',
      object({ kind: 'stalled', reason: 'NotAllowed', message: 'no' }, [remove]),
      'Box team/box: problem: NotAllowed: no\n  - remove it (destructive, irreversible)\n',
      1,
    ],
    [
      'a cloud that does not answer',
      object(failed('unavailable')),
      'Box team/box: problem: Unavailable: it is unavailable\n',
      1,
    ],
    ['a cluster that does not answer', unreadable, 'Box team/box: problem: it is closed\n', 1],
    [
      'what the API server refuses',
      invalid,
      'Box team/box: invalid:\n    spec.size: too large\n    spec.colour: unknown\n',
      2,
    ],
  ])('says %s', (_, planned, output, exitCode) => {
    expect(reportPlan([planned], false)).toEqual({ output, exitCode });
  });

  it('ends as the worst of several objects does', () => {
    const ordered = [object(settled), object(differs, [rename]), object(stalled), invalid];
    const codes = ordered.map((_, index) => reportPlan(ordered.slice(0, index + 1), false).exitCode);
    expect(codes).toEqual([0, 3, 1, 2]);
  });

  it('says the same to programs', () => {
    const { output, exitCode } = reportPlan([object(differs, [rename, remove]), invalid], true);
    expect(exitCode).toBe(2);
    expect(JSON.parse(output)).toEqual({
      items: [
        {
          kind: 'Box',
          namespace: 'team',
          name: 'box',
          observed: false,
          result: 'ToDo',
          reason: 'Differs',
          messages: ['rename it'],
          actions: [{ action: 'rename it' }, { action: 'remove it', destructive: true, irreversible: true }],
        },
        {
          kind: 'Box',
          namespace: 'team',
          name: 'box',
          observed: false,
          result: 'Invalid',
          messages: ['spec.size: too large', 'spec.colour: unknown'],
          actions: [],
        },
      ],
    });
  });
});
