/**
 * Which Kubernetes events a pass is worth: one for each change of why the object is Ready or not, one when patience
 * ends, and what the kind itself finds worth telling. Pure.
 */
import type { Occurrence } from '../kube/recorder.ts';
import { findCondition } from './conditions.ts';
import type { AnyKind, Resource } from './kind.ts';
import type { PassResult } from './reconcile.ts';

export function passEvents(
  kind: Pick<AnyKind, 'notices'>,
  before: Resource,
  result: PassResult,
): readonly Occurrence[] {
  const notices = kind.notices?.(before, result.resource) ?? [];
  const told = notices.map((notice) => ({ type: 'Normal', action: 'Reconcile', ...notice }) as const);
  return [...told, ...readyEvents(before, result)];
}

function readyEvents(before: Resource, { verdict, resource }: PassResult): readonly Occurrence[] {
  const [was, is] = [headline(before), headline(resource)];
  if (is.ready === undefined || (is.ready.reason === was.ready?.reason && is.stalled === was.stalled)) {
    return [];
  }
  const { reason, message: note } = is.ready;
  if (verdict.kind === 'settled') {
    return [{ type: 'Normal', reason, action: 'Reconcile', note }];
  }
  return is.stalled || verdict.kind === 'stalled' || verdict.kind === 'failed'
    ? [{ type: 'Warning', reason, action: 'Reconcile', note }]
    : [];
}

function headline({ status }: Resource): {
  readonly ready: ReturnType<typeof findCondition>;
  readonly stalled: boolean;
} {
  const { conditions } = status ?? {};
  return {
    ready: findCondition(conditions, 'Ready'),
    stalled: findCondition(conditions, 'Stalled') !== undefined,
  };
}
