/**
 * A closing that was, or may have been, sent: it is confirmed over the private path, repeated once, or what was there
 * before is put back. Only a path that fails leads there: whoever is denied, throttled or told of a fault waits (design
 * §6). Pure.
 */
import { isClosed } from '../../../cloud/key-types.ts';
import { type Action, putBack } from '../actions.ts';
import { diagnose } from '../diagnosis.ts';
import { type Change, isClosing, isLate, nextProofInMs, rulesOf } from '../guard.ts';
import type { Observed, PolicyResource } from '../observed.ts';
import type { PolicyPlan } from '../plan.ts';
import { closing } from './closing.ts';

export function planChange(resource: PolicyResource, observed: Observed, change: Change): PolicyPlan {
  const { private: inner, public: outer } = observed;
  if (change.putBackAt !== undefined) {
    const over = inner?.kind === 'answered' ? 'private' : outer?.kind === 'answered' ? 'public' : undefined;
    return over === undefined ? unconfirmed(resource, observed) : act(putBack(change, over));
  }
  switch (inner?.kind) {
    case 'answered':
      return isClosed(inner.policy)
        ? planProvenAnew(resource, observed, change)
        : planUntaken(resource, observed, change);
    case 'noWay':
      return planWithoutWay(resource, observed, change);
    default:
      return confirming(resource, observed);
  }
}

/** The path was lost after the closing, and answers again: it has to prove itself like before the closing. */
function planProvenAnew(resource: PolicyResource, observed: Observed, change: Change): PolicyPlan {
  const { successes } = rulesOf(resource);
  const { guard, cloudNowMs } = observed;
  const isOver = change.provenBy !== undefined && cloudNowMs >= Date.parse(change.provenBy);
  if (isOver && change.failedAgain === true) {
    return act(putBack(change, 'private'));
  }
  const againInMs = nextProofInMs(resource, observed);
  const message = `The instance is closed, and the private path, which was lost, answers again: ${guard.proofs.length} of ${successes} times`;
  return { kind: 'wait', reason: 'ChangeUnconfirmed', message, pace: 'changing', againInMs };
}

/** The policy that is read does not say yet what was sent. */
function planUntaken(resource: PolicyResource, observed: Observed, change: Change): PolicyPlan {
  const rules = rulesOf(resource);
  const isDue = isLate(change, resource, observed);
  const { length } = observed.guard.proofs;
  const againInMs = nextProofInMs(resource, observed);
  if (isDue && isClosing(resource) && length >= rules.successes) {
    return act(closing(resource, observed));
  }
  const message = isDue
    ? `The closing was sent without effect, and is sent once more when the private path is proven again: ${length} of ${rules.successes} times`
    : 'The closing was sent, and does not show yet';
  return { kind: 'wait', reason: 'Confirming', message, pace: 'changing', againInMs };
}

function planWithoutWay(resource: PolicyResource, observed: Observed, change: Change): PolicyPlan {
  const { public: outer } = observed;
  if (change.lostAt === undefined && change.provenBy === undefined) {
    return confirming(resource, observed);
  }
  // It answers although the policy closes it: so it still takes the policy that was there before.
  return outer?.kind === 'answered' ? act(putBack(change, 'public')) : unconfirmed(resource, observed);
}

function confirming(resource: PolicyResource, observed: Observed): PolicyPlan {
  const found = observed.private && diagnose(observed.private, observed);
  const message = `The closing was sent and is being confirmed over the private path${found === undefined ? '' : `: ${found.message}`}`;
  const againInMs = nextProofInMs(resource, observed);
  return { kind: 'wait', reason: 'Confirming', message, pace: 'changing', againInMs };
}

function unconfirmed(resource: PolicyResource, observed: Observed): PolicyPlan {
  const found = observed.private && diagnose(observed.private, observed);
  const message = `The instance may be closed, and no path leads there from the operator: ${found?.message ?? ''}. When one does, the closing is confirmed or taken back`;
  const againInMs = nextProofInMs(resource, observed);
  return { kind: 'wait', reason: 'ChangeUnconfirmed', message, pace: 'changing', againInMs };
}

function act(action: Action): PolicyPlan {
  return { kind: 'act', actions: [action] };
}
