/** Opening an instance: any working path will do, and there is no end to the trying (design §6). Pure. */
import { isClosed } from '../../../cloud/key-types.ts';
import { isDeleting } from '../../../controller/finalizer.ts';
import { type Action, open } from '../actions.ts';
import { diagnose } from '../diagnosis.ts';
import { isOfNow } from '../guard/wishes.ts';
import { type Answer, isRead, type Observed, type PolicyResource } from '../observed.ts';
import type { PolicyPlan } from '../plan.ts';
import { afterTrouble } from './pauses.ts';
import { letGo, missing } from './problems.ts';

export function planOpening(resource: PolicyResource, observed: Observed): PolicyPlan {
  const { private: inner, public: outer } = observed;
  const over: Action['over'] | undefined =
    inner?.kind === 'answered' ? 'private' : outer?.kind === 'answered' ? 'public' : undefined;
  if (over === undefined) {
    return noWorkingPath(resource, observed);
  }
  const answer = over === 'private' ? inner : outer;
  if (answer?.kind !== 'answered' || !isClosed(answer.policy)) {
    return { kind: 'settled' };
  }
  return drift(resource, answer) ?? { kind: 'act', actions: [open(over)] };
}

/** What somebody else changes back is seen as soon as by a drift check, which leaves out what is not Ready. */
export const watchedEveryMs = 300_000;

/** Somebody closed what was open for the spec as it is. */
function drift(
  resource: PolicyResource,
  { policy }: Extract<Answer, { kind: 'answered' }>,
): PolicyPlan | undefined {
  const { spec, status } = resource;
  if (spec.driftPolicy !== 'Report' || isDeleting(resource) || !isOfNow(status?.applied, resource)) {
    return undefined;
  }
  const message = `${policy?.updatedBy ?? 'somebody'} closed the instance to the public network, and driftPolicy is Report: it stays closed until the spec or the annotation vpe-operator.io/reconcile-at changes`;
  return {
    kind: 'stalled',
    reason: 'ClosedOutside',
    message,
    againInMs: watchedEveryMs,
    left: [open('private')],
  };
}

export function noWorkingPath(resource: PolicyResource, observed: Observed): PolicyPlan {
  const { private: inner, public: outer, instance, guid } = observed;
  const found = inner && diagnose(inner, observed);
  if (found === undefined) {
    return missing(resource, { instance: isRead(instance) ? undefined : instance, guid });
  }
  const publicly =
    outer?.kind === 'denied'
      ? '; the public endpoint denies the call: the instance is closed, or the credentials lack the service role Manager'
      : outer === undefined || outer.kind === 'answered'
        ? ''
        : '; the public endpoint cannot be used either';
  const message = `${found.message}${publicly}${letGo(resource)}`;
  const reason = inner?.kind === 'noWay' && outer?.kind === 'denied' ? 'NoWorkingPath' : found.reason;
  const stalls = inner?.kind === 'denied' ? { stallsAfter: 3 } : {};
  return { kind: 'wait', reason, message, ...afterTrouble(observed), ...stalls };
}
