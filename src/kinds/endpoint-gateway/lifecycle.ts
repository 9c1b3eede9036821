/**
 * What each lifecycle of the VPC API means: the state table of design §5.3. Pure. Words and codes may grow (fact sheet
 * §1.2, §2.2), so that an unknown one never hides a known one beside it.
 */
import type { EndpointGateway } from '../../cloud/vpc-types.ts';
import type { Pace, Plan, State } from '../../controller/kind.ts';
import type { Reason } from './reasons.ts';

export interface Lifecycle {
  readonly state: State;
  /** `usable`: changes can be made. `leave`: nothing may be changed now. */
  readonly access: 'usable' | 'leave';
  /** What there is to do when nothing has to be changed. */
  readonly plan: Plan<never, Reason>;
}

/** Passes at the slow pace before a faulted gateway counts as stalled: about 20 min by default. */
const faultedPasses = 8;
/** Passes at the terminal pace before IBM's own internal error counts as stalled: about half an hour by default. */
const internalErrorPasses = 3;

export function lifecycleOf(gateway: EndpointGateway): Lifecycle {
  return gateway.lifecycle_state === 'deleting'
    ? waiting('Deleting', 'DeletedOutside', 'Somebody else is deleting the gateway')
    : (decided(gateway) ?? byState(gateway));
}

/**
 * Decisions that only people reverse. Their codes count in any state, since it is UNCONFIRMED which states go with an
 * expiry and with a revocation (fact sheet §14.7).
 */
function decided(gateway: EndpointGateway): Lifecycle | undefined {
  const has = codesOf(gateway);
  if (gateway.lifecycle_state === 'suspended' || has('resource_suspended_by_provider')) {
    const message =
      'IBM suspended the gateway: it can be neither used, changed nor deleted until IBM lifts this; contact IBM support';
    return stalled('Suspended', 'SuspendedByProvider', withWords(message, gateway));
  }
  if (has('access_denied')) {
    const message = `The provider of the Private Path service denied the request for access, or took back what it had permitted. ${newRequest}`;
    return stalled('Failed', 'AccessDeniedByProvider', withWords(message, gateway));
  }
  if (has('access_expired')) {
    const message = `The provider of the Private Path service did not decide in time about the request of ${requested(gateway)}. ${newRequest}`;
    return stalled('Failed', 'AccessExpired', withWords(message, gateway));
  }
  return undefined;
}

/** Fact sheet §5.1: there is no way back for the gateway. */
const newRequest =
  'This gateway cannot ask again: agree with the provider, then delete this object and create it again, which makes a new request';

function byState(gateway: EndpointGateway): Lifecycle {
  switch (gateway.lifecycle_state) {
    case 'pending':
    case 'waiting':
    case 'updating':
      return inProgress(gateway, gateway.lifecycle_state);
    case 'stable':
      return stable(gateway);
    case 'failed':
      return failed(gateway);
    default: {
      const message = `The VPC API reports lifecycle state ${gateway.lifecycle_state}`;
      return waiting('Unknown', 'UnknownLifecycleState', withWords(message, gateway), { pace: 'slow' });
    }
  }
}

const stateOf = { pending: 'Pending', waiting: 'Waiting', updating: 'Updating' } as const;

function inProgress(gateway: EndpointGateway, state: keyof typeof stateOf): Lifecycle {
  const has = codesOf(gateway);
  if (has('access_pending')) {
    return waiting('Pending', 'AwaitingAcceptance', withWords(awaiting(gateway), gateway), { pace: 'slow' });
  }
  return has('dns_resolution_binding_pending')
    ? waiting('Waiting', 'DNSBindingPending', withWords('DNS sharing is still being set up', gateway))
    : waiting(
        stateOf[state],
        'Progressing',
        withWords(`The cloud is working on gateway ${gateway.name}: ${state}`, gateway),
      );
}

/** The provider sees the account and the time of a request, and no gateway (fact sheet §2.9). */
function awaiting(gateway: EndpointGateway): string {
  return `Since ${requested(gateway)} the provider of the Private Path service has not decided whether it permits the access that account ${accountOf(gateway)} requested; ask the provider if this takes long, since a request that nobody decides expires`;
}

/** The day of the request, which is that of the gateway: no age, which would change by itself. */
function requested({ created_at }: EndpointGateway): string {
  return created_at.slice(0, 'YYYY-MM-DD'.length);
}

/** Field 6 of a CRN is `a/<account>` (fact sheet §2.1). */
function accountOf({ crn }: EndpointGateway): string {
  return crn.split(':')[6]?.slice('a/'.length) ?? '';
}

function failed(gateway: EndpointGateway): Lifecycle {
  if (codesOf(gateway)('internal_error')) {
    const message = 'IBM Cloud failed by an error of its own; contact IBM support if it lasts';
    const patience = { pace: 'terminal', stallsAfter: internalErrorPasses } as const;
    return waiting('Failed', 'Failed', withWords(message, gateway), patience);
  }
  const isUnexplained = gateway.lifecycle_reasons.length === 0;
  const message = isUnexplained
    ? 'The gateway failed, and the VPC API gives no reason'
    : 'The gateway failed';
  return stalled('Failed', 'Failed', withWords(message, gateway));
}

function codesOf(gateway: EndpointGateway): (code: string) => boolean {
  return (code) => gateway.lifecycle_reasons.some((reason) => reason.code === code);
}

function withWords(message: string, { lifecycle_reasons: reasons }: EndpointGateway): string {
  const words = reasons.map((reason) => reason.message).join(' ');
  return words === '' ? message : `${message}. IBM says: ${words}`;
}

function waiting(
  state: State,
  reason: Reason,
  message: string,
  patience: { pace: Pace; stallsAfter?: number } = { pace: 'changing' },
): Lifecycle {
  return { state, access: 'leave', plan: { kind: 'wait', reason, message, ...patience } };
}

function stalled(state: State, reason: Reason, message: string): Lifecycle {
  return { state, access: 'leave', plan: { kind: 'stalled', reason, message } };
}

function stable(gateway: EndpointGateway): Lifecycle {
  if (gateway.health_state !== 'faulted') {
    return { state: 'Stable', access: 'usable', plan: { kind: 'settled' } };
  }
  const message =
    'The gateway is stable, but the VPC API reports its health as faulted: unreachable or not working';
  const patience = { pace: 'slow', stallsAfter: faultedPasses } as const;
  return { ...waiting('Stable', 'Faulted', withWords(message, gateway), patience), access: 'usable' };
}
