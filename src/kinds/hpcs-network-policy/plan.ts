/** What to do about an instance's policy, given what was observed. Pure: the same snapshot always plans the same. */
import type { Plan } from '../../controller/kind.ts';
import { isObserved } from '../../controller/management.ts';
import type { Action } from './actions.ts';
import type { Observed, PolicyResource } from './observed.ts';
import { planChange } from './plan/change.ts';
import { planClosing } from './plan/closing.ts';
import { planOpening } from './plan/opening.ts';
import { inactive, instanceProblem, nothingToOpen, notOurs, whileGoing } from './plan/problems.ts';
import type { Reason } from './reasons.ts';

export type PolicyPlan = Plan<Action, Reason>;

export function plan(resource: PolicyResource, observed: Observed): PolicyPlan {
  const kept = notOurs(resource, observed);
  if (kept !== undefined) {
    return kept;
  }
  if (observed.sent !== undefined) {
    return justSent(observed.sent);
  }
  const { guard } = observed;
  if (guard.change !== undefined && !isObserved(resource)) {
    return whileGoing(observed) ?? planChange(resource, observed, guard.change);
  }
  const problem = instanceProblem(resource, observed);
  if (problem !== undefined) {
    return problem;
  }
  return resource.spec.allowedNetwork === 'PrivateOnly'
    ? planClosing(resource, observed)
    : planOpening(resource, observed);
}

/** A closing that is under way is brought to its end first: nobody must be left behind a path that is not there. */
export function planDeletion(resource: PolicyResource, observed: Observed): PolicyPlan {
  const { isAllowed, rival, guard, sent } = observed;
  const isOpened = resource.spec.deletionPolicy === 'Open' && !isObserved(resource);
  if (rival !== undefined || (!isAllowed && !isOpened)) {
    return { kind: 'settled' };
  }
  if (!isAllowed) {
    return notOurs(resource, observed) ?? { kind: 'settled' };
  }
  if (sent !== undefined) {
    return justSent(sent);
  }
  const unneeded = nothingToOpen(resource, observed);
  if (unneeded !== undefined) {
    return unneeded;
  }
  if (guard.change !== undefined) {
    return planChange(resource, observed, guard.change);
  }
  return isOpened
    ? (inactive(resource, observed.instance) ?? planOpening(resource, observed))
    : { kind: 'settled' };
}

const sentWords = {
  Close: ['Closing', 'The closing was sent, and is confirmed over the private path next'],
  Open: ['Opening', 'The opening was sent, and is read back next'],
  PutBack: ['PuttingBack', 'What was there before is being put back, which is read back next'],
} as const;

function justSent(kind: Action['kind']): PolicyPlan {
  const [reason, message] = sentWords[kind];
  return { kind: 'wait', reason, message, pace: 'changing', againInMs: readBackMs };
}

const readBackMs = 1_000;
