/** Whether public calls to a closed instance are seen to be denied: asked for until it is known, for a while often. Pure. */
import { isClosed, type NetworkPolicy } from '../../cloud/key-types.ts';
import { type Condition, findCondition } from '../../controller/conditions.ts';
import type { Observed, PolicyResource } from './observed.ts';
import type { PolicyPlan } from './plan.ts';

/** How long a change may take to be enforced: IBM gives no number (UNCONFIRMED, U4). */
const enforcedWithinMs = 600_000;
const lookAgainMs = 15_000;

/** It stays so for the policy as it is. */
export function isFinal({ status, reason }: Pick<Condition, 'status' | 'reason'>): boolean {
  return status === 'True' || reason === 'NoPublicEgress';
}

/** What was found out about this very policy. */
export function isEnforcementKnown(
  { status }: PolicyResource,
  policy: Pick<NetworkPolicy, 'lastUpdated'> | undefined,
): boolean {
  const enforced = findCondition(status?.conditions, 'Enforced');
  const isSame = status?.access === 'PrivateOnly' && status.policy?.lastUpdated === policy?.lastUpdated;
  return isSame && enforced !== undefined && isFinal(enforced);
}

/** Of an instance that its policy closes. Ready does not depend on whether the policy is enforced. */
export function planEnforcement({ private: inner, public: outer, cloudNowMs }: Observed): PolicyPlan {
  const setAt = inner?.kind === 'answered' ? inner.policy?.lastUpdated : undefined;
  const isFresh = cloudNowMs - Date.parse(setAt ?? '') < enforcedWithinMs;
  if (!isFresh || (outer?.kind !== 'answered' && outer?.kind !== 'failed')) {
    return { kind: 'settled' };
  }
  const againInMs = lookAgainMs;
  if (outer.kind === 'failed' || isClosed(outer.policy)) {
    return { kind: 'settled', againInMs };
  }
  const message =
    'The private endpoint reads the policy as private-only, and the public one, asked later, as open: somebody opens the instance just now, or the change does not show everywhere yet';
  return { kind: 'wait', reason: 'Confirming', message, pace: 'changing', againInMs };
}
