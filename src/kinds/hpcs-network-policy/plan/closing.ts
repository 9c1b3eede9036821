/** Closing an instance to the public network, once the guard has seen that nobody is locked out (design §6). Pure. */
import { isClosed } from '../../../cloud/key-types.ts';
import { isObserved } from '../../../controller/management.ts';
import { overlap } from '../../../lib/host-names.ts';
import { type Action, close } from '../actions.ts';
import { diagnose } from '../diagnosis.ts';
import { planEnforcement } from '../enforcement.ts';
import { sendWithinMs } from '../guard/change.ts';
import { isUninitialized } from '../guard/proofs.ts';
import { isOfNow, rulesOf } from '../guard/wishes.ts';
import { serviceOf } from '../instance.ts';
import { isRead, type Observed, type PolicyResource } from '../observed.ts';
import type { PolicyPlan } from '../plan.ts';
import { watchedEveryMs } from './opening.ts';
import { afterTrouble, nextProof } from './pauses.ts';
import { missing } from './problems.ts';

export function planClosing(resource: PolicyResource, observed: Observed): PolicyPlan {
  const { private: inner } = observed;
  if (inner?.kind === 'answered' && isClosed(inner.policy)) {
    return planEnforcement(observed);
  }
  return (
    takenBack(resource, observed) ??
    drift(resource, observed) ??
    obstacle(resource, observed) ??
    fruitless(resource, observed) ??
    prove(resource, observed)
  );
}

function takenBack(resource: PolicyResource, observed: Observed): PolicyPlan | undefined {
  if (observed.guard.takenBack === undefined) {
    return undefined;
  }
  const message = `The private path was lost after the instance was closed, and what was there before was put back. A change of the spec or of vpe-operator.io/reconcile-at has it closed again`;
  const left = [closing(resource, observed)];
  return { kind: 'stalled', reason: 'PutBack', message, againInMs: watchedEveryMs, left };
}

/** One more try is made at once; then the service gets time. */
const freeTries = 2;
const firstPauseMs = 600_000;
const longestPauseMs = 21_600_000;

function fruitless(resource: PolicyResource, observed: Observed): PolicyPlan | undefined {
  const { guard, cloudNowMs } = observed;
  const { count = 0, time = '' } = guard.fruitless ?? {};
  const pauseMs = Math.min(firstPauseMs * 2 ** (count - freeTries), longestPauseMs);
  const againInMs = Date.parse(time) + pauseMs - cloudNowMs;
  if (count < freeTries || againInMs <= 0) {
    return undefined;
  }
  const message = `The closing was sent ${count} times and did not happen; it is tried again later, or at once when the spec or vpe-operator.io/reconcile-at changes`;
  return {
    kind: 'stalled',
    reason: 'WithoutEffect',
    message,
    againInMs,
    left: [closing(resource, observed)],
  };
}

/** Somebody opened what was closed for the spec as it is. */
function drift(resource: PolicyResource, observed: Observed): PolicyPlan | undefined {
  const { private: inner, guard } = observed;
  const isDrift = inner?.kind === 'answered' && isOfNow(guard.applied, resource);
  if (!isDrift || resource.spec.driftPolicy === 'Correct') {
    return undefined;
  }
  const { updatedBy = 'somebody', lastUpdated } = inner.policy ?? {};
  const when = lastUpdated === undefined ? '' : ` at ${lastUpdated}`;
  const message = `${updatedBy} opened the instance to the public network${when}, and it stays open until the spec or the annotation vpe-operator.io/reconcile-at changes (driftPolicy Correct closes it again by itself)`;
  const left = [closing(resource, observed)];
  return { kind: 'stalled', reason: 'OpenedOutside', message, againInMs: watchedEveryMs, left };
}

/** What is in the way of the guard's first proof, or of the next one. */
function obstacle(resource: PolicyResource, observed: Observed): PolicyPlan | undefined {
  const left = [closing(resource, observed)];
  const hold = (plan: PolicyPlan): PolicyPlan =>
    plan.kind === 'wait' || plan.kind === 'stalled' ? { ...plan, left } : plan;
  const { instance, guid, private: inner } = observed;
  if (!isRead(instance)) {
    return hold(missing(resource, { instance, guid }));
  }
  if (isUninitialized(resource, instance.service)) {
    const message =
      'The network policy may be changed once the instance holds its master key, which no API tells: set initializationAsserted to true when it does';
    return hold({ kind: 'stalled', reason: 'InitializationNotAsserted', message });
  }
  const gateway = gatewayProblem(observed);
  if (gateway !== undefined) {
    return hold(gateway);
  }
  const found = inner === undefined ? undefined : diagnose(inner, observed);
  return found && hold({ kind: 'wait', ...found, ...paceOf(observed) });
}

/** A way that fails is tried again for as long as it takes; who is denied has to be granted something. */
function paceOf(observed: Observed): ReturnType<typeof afterTrouble> & { readonly stallsAfter?: number } {
  return { ...afterTrouble(observed), ...(observed.private?.kind === 'denied' && { stallsAfter: 3 }) };
}

export function gatewayProblem({ gateway, endpoints }: Observed): PolicyPlan | undefined {
  if (gateway.kind === 'none') {
    return undefined;
  }
  const { name } = gateway;
  if (gateway.kind === 'absent') {
    const message = `There is no EndpointGateway ${name} in this namespace (lockoutGuard.endpointGatewayRef)`;
    return { kind: 'wait', reason: 'GatewayNotFound', message, pace: 'slow', stallsAfter: 3 };
  }
  if (!gateway.isReady) {
    const message = `EndpointGateway ${name}, which leads to the instance, is not Ready`;
    return { kind: 'wait', reason: 'GatewayNotReady', message, pace: 'changing' };
  }
  const host = endpoints === undefined ? '' : new URL(endpoints.private).hostname;
  if (gateway.names.some((one) => overlap(one, host))) {
    return undefined;
  }
  const message = `EndpointGateway ${name} leads to ${gateway.names.join(', ')}, and not to ${host}, the private endpoint of the instance`;
  return { kind: 'stalled', reason: 'GatewayElsewhere', message };
}

function prove(resource: PolicyResource, observed: Observed): PolicyPlan {
  const { successes } = rulesOf(resource);
  const { proofs } = observed.guard;
  const action = closing(resource, observed);
  if (isObserved(resource) || proofs.length >= successes) {
    return { kind: 'act', actions: [action] };
  }
  const message = `The private path is being proven before the instance is closed: ${proofs.length} of ${successes} times`;
  const left = [action];
  return { kind: 'wait', reason: 'Proving', message, ...nextProof(resource, observed), left };
}

/** Not sent any more once the oldest of the proofs that it rests on is older than the window, or late. */
function closing(resource: PolicyResource, { guard, nowMs }: Observed): Action {
  const { successes, windowMs } = rulesOf(resource);
  const oldest = guard.proofs.at(-successes) ?? nowMs;
  return close(serviceOf(resource) ?? '', Math.min(oldest + windowMs, nowMs + sendWithinMs));
}
