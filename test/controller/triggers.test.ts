import { describe, expect, it } from '@jest/globals';

import { isWorthAPass } from '../../src/controller/triggers.ts';
import { now, resource, type ResourceParts } from './samples.ts';

const finalizer = 'vpe-operator.io/thing';
const ours = ['vpe-operator.io/of-the-kind'] as const;
const reconcileAt = { 'vpe-operator.io/reconcile-at': 'now' };

describe('isWorthAPass', () => {
  it.each<[string, ResourceParts, ResourceParts, boolean]>([
    ['nothing changed', {}, {}, false],
    ['our own status write', {}, { status: { state: 'Stable' } }, false],
    ['a status that was wiped', { status: { observedGeneration: 3 } }, {}, true],
    ['a status put back', { status: { observedGeneration: 3 } }, { status: { observedGeneration: 2 } }, true],
    ['a new version alone', {}, { metadata: { resourceVersion: '2' } }, false],
    ['a label', {}, { metadata: { labels: { a: 'b' } } }, false],
    ['an annotation of somebody else', {}, { metadata: { annotations: { a: 'b' } } }, false],
    ['an annotation of the kind', {}, { metadata: { annotations: { [ours[0]]: 'b' } } }, true],
    ['a spec change', {}, { metadata: { generation: 4 } }, true],
    ['a deletion', {}, { metadata: { deletionTimestamp: now } }, true],
    ['an object made anew under its name', {}, { metadata: { uid: 'uid-2' } }, true],
    ['a wish to reconcile', {}, { metadata: { annotations: reconcileAt } }, true],
    [
      'another wish to reconcile',
      { metadata: { annotations: reconcileAt } },
      { metadata: { annotations: { 'vpe-operator.io/reconcile-at': 'later' } } },
      true,
    ],
    ['our finalizer, just added', {}, { metadata: { finalizers: [finalizer] } }, false],
    ['our finalizer, taken away', { metadata: { finalizers: [finalizer] } }, { metadata: {} }, true],
    [
      'the finalizer of somebody else, added to ours',
      { metadata: { finalizers: [finalizer] } },
      { metadata: { finalizers: ['a', finalizer] } },
      false,
    ],
  ])('%s', (_, before, after, expected) => {
    expect(isWorthAPass(resource(before), resource(after), ours)).toBe(expected);
  });

  it('takes what comes and what goes', () => {
    expect(isWorthAPass(undefined, resource(), ours)).toBe(true);
    expect(isWorthAPass(resource(), undefined, ours)).toBe(true);
  });
});
