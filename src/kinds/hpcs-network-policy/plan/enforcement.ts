/** An instance that is closed by its policy: whether public calls are denied is looked at for a while. Pure. */
import { isClosed } from '../../../cloud/key-types.ts';
import type { Answer, Observed } from '../observed.ts';
import { enforcedWithinMs } from '../observe/needs-public.ts';
import type { PolicyPlan } from '../plan.ts';

const lookAgainMs = 15_000;

/** The policy is what the spec asks for; whether it is enforced, Ready does not depend on. */
export function enforcement({ private: inner, cloudNowMs }: Observed, outer: Answer | undefined): PolicyPlan {
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
