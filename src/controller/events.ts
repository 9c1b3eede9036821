/** Which Kubernetes events a pass is worth. One for each change of what Ready says, and no more. Pure. */
import type { Occurrence } from '../kube/recorder.ts';
import { findCondition } from './conditions.ts';
import type { Resource } from './kind.ts';
import { explain, isStalled } from './outcome.ts';
import { isDeleting } from './finalizer.ts';
import type { PassResult } from './reconcile.ts';

export function passEvents(before: Resource, result: PassResult): readonly Occurrence[] {
  const { verdict, attempts, resource, released } = result;
  const deleting = isDeleting(resource);
  const { reason, message } = explain(verdict, deleting);
  const ready = findCondition(before.status?.conditions, 'Ready');
  const stalled = isStalled(verdict, attempts);
  if (released || ready?.reason === reason) {
    return [];
  }
  if (verdict.kind === 'settled') {
    return [{ type: 'Normal', reason, action: 'Reconcile', note: message }];
  }
  return stalled || verdict.kind === 'failed'
    ? [{ type: 'Warning', reason, action: 'Reconcile', note: message }]
    : [];
}
