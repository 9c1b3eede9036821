/**
 * Whether the public endpoint is asked: as a step of the guard, after a change, or where no private way tells what an
 * instance that shall be open is (fact sheet §11.2). Pure.
 */
import { isClosed } from '../../../cloud/key-types.ts';
import { findCondition } from '../../../controller/conditions.ts';
import { type Change, isLate, wantsOpen } from '../guard.ts';
import type { Answer, PolicyResource } from '../observed.ts';

/** How long a change may take to be enforced: IBM gives no number (UNCONFIRMED, U4). */
export const enforcedWithinMs = 600_000;

export interface Times {
  readonly cloudNowMs: number;
  readonly timeoutMs: number;
}

/** `change`: what is left of it after the private endpoint was asked. */
export function needsPublic(
  resource: PolicyResource,
  inner: Answer,
  { change, ...times }: Times & { readonly change: Change | undefined },
): boolean {
  if (change !== undefined) {
    const isDue = wantsOpen(resource) || isLate(change, resource, times);
    return change.putBackAt === undefined ? inner.kind === 'noWay' && isDue : inner.kind !== 'answered';
  }
  if (inner.kind !== 'answered') {
    return inner.kind === 'noWay' && wantsOpen(resource);
  }
  return isClosed(inner.policy) && !isEnforcementKnown(resource, inner, times);
}

/** One that the public endpoint was not asked about since it was closed; or that it denies not yet, for a while. */
function isEnforcementKnown(
  { status }: PolicyResource,
  { policy }: Extract<Answer, { kind: 'answered' }>,
  { cloudNowMs }: Times,
): boolean {
  const enforced = findCondition(status?.conditions, 'Enforced');
  if (enforced === undefined || status?.access !== 'PrivateOnly' || status.change !== undefined) {
    return false;
  }
  const isFinal = enforced.status === 'True' || enforced.reason === 'NoPublicEgress';
  return isFinal || cloudNowMs - Date.parse(policy?.lastUpdated ?? '') >= enforcedWithinMs;
}
