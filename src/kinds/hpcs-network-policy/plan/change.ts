/**
 * A closing that was, or may have been, sent: it is confirmed over the private path, or what was there before is put
 * back. Only a path that fails leads there: whoever is denied, throttled or told of a fault waits (design §6). Pure.
 */
import { isClosed } from '../../../cloud/key-types.ts';
import { wayOut } from '../../../controller/management.ts';
import { type Action, open, putBack } from '../actions.ts';
import { diagnose } from '../diagnosis.ts';
import type { Change } from '../guard/change.ts';
import { rulesOf, wantsOpen } from '../guard/wishes.ts';
import type { Observed, PolicyResource } from '../observed.ts';
import type { PolicyPlan } from '../plan.ts';
import { gatewayProblem } from './closing.ts';
import { noWorkingPath } from './opening.ts';
import { lookAgain } from './pauses.ts';

export function planChange(resource: PolicyResource, observed: Observed, change: Change): PolicyPlan {
  if (change.phase === 'PuttingBack') {
    const over = workingSide(observed);
    return over === undefined ? unconfirmed(resource, observed) : act(putBack(change, over));
  }
  if (wantsOpen(resource)) {
    return planOpeningOf(resource, observed);
  }
  const { private: inner } = observed;
  if (inner === undefined) {
    return gatewayProblem(observed) ?? confirming(resource, observed);
  }
  if (change.phase === 'Sent') {
    return confirming(resource, observed);
  }
  return inner.kind === 'noWay' ? unconfirmed(resource, observed) : provingAnew(resource, observed);
}

function workingSide({ private: inner, public: outer }: Observed): Action['over'] | undefined {
  return inner?.kind === 'answered' ? 'private' : outer?.kind === 'answered' ? 'public' : undefined;
}

/** The wish has changed, or the object goes: until the closing that was sent cannot take effect any more. */
function planOpeningOf(resource: PolicyResource, observed: Observed): PolicyPlan {
  const over = workingSide(observed);
  if (over === undefined) {
    return noWorkingPath(resource, observed);
  }
  const answer = observed[over];
  if (answer?.kind === 'answered' && isClosed(answer.policy)) {
    return act(open(over));
  }
  const message =
    'The instance is open; a closing that was sent before may still take effect, and is waited out';
  return { kind: 'wait', reason: 'Confirming', message, ...lookAgain(resource, observed) };
}

function confirming(resource: PolicyResource, observed: Observed): PolicyPlan {
  const { private: inner } = observed;
  const found = inner && diagnose(inner, observed);
  const how = inner?.kind === 'answered' ? ', and does not show yet' : '';
  const message = `The closing was sent${how}; it is being confirmed over the private path${found === undefined ? '' : `: ${found.message}`}`;
  return { kind: 'wait', reason: 'Confirming', message, ...lookAgain(resource, observed) };
}

function provingAnew(resource: PolicyResource, observed: Observed): PolicyPlan {
  const { successes } = rulesOf(resource);
  const { private: inner, guard } = observed;
  const found = inner && diagnose(inner, observed);
  const message = `The closing was sent, and the private path, which was lost, is being proven anew: ${guard.proofs.length} of ${successes} times${found === undefined ? '' : `; ${found.message}`}`;
  return { kind: 'wait', reason: 'ChangeUnconfirmed', message, ...lookAgain(resource, observed) };
}

function unconfirmed(resource: PolicyResource, observed: Observed): PolicyPlan {
  const found = observed.private && diagnose(observed.private, observed);
  const why = found === undefined ? '' : `: ${found.message}`;
  const message = `The instance may be closed, and no path leads there from the operator${why}. When one does, the closing is confirmed or taken back${wayOut(resource)}`;
  return { kind: 'wait', reason: 'ChangeUnconfirmed', message, ...lookAgain(resource, observed) };
}

function act(action: Action): PolicyPlan {
  return { kind: 'act', actions: [action] };
}
