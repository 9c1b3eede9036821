/** What each lifecycle of the VPC API means: the state table of design §5.3. Pure. */
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
  const codes = new Set(gateway.lifecycle_reasons.map((reason) => reason.code));
  const said = gateway.lifecycle_reasons.map((reason) => reason.message).join(' ');
  switch (gateway.lifecycle_state) {
    case 'pending':
    case 'waiting':
    case 'updating':
      return codes.has('dns_resolution_binding_pending')
        ? waiting('Waiting', 'DNSBindingPending', said)
        : waiting(stateOf[gateway.lifecycle_state], 'Progressing', said || changing(gateway));
    case 'stable':
      return stable(gateway);
    case 'failed':
      return codes.has('internal_error')
        ? waiting('Failed', 'Failed', said, { pace: 'terminal', stallsAfter: internalErrorPasses })
        : stalled('Failed', 'Failed', said || 'The gateway failed, and the VPC API gives no reason');
    case 'suspended':
      return stalled('Suspended', 'SuspendedByProvider', said || 'IBM suspended the gateway');
    case 'deleting':
      return waiting('Deleting', 'DeletedOutside', 'Somebody else is deleting the gateway');
    default: {
      const message = `The VPC API reports lifecycle state ${gateway.lifecycle_state}`;
      return waiting('Unknown', 'UnknownLifecycleState', message, { pace: 'slow' });
    }
  }
}

const stateOf = { pending: 'Pending', waiting: 'Waiting', updating: 'Updating' } as const;

function changing(gateway: EndpointGateway): string {
  return `The cloud is working on gateway ${gateway.name}: ${gateway.lifecycle_state}`;
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
  const message = 'The gateway is stable, but the VPC API reports its health as faulted';
  const patience = { pace: 'slow', stallsAfter: faultedPasses } as const;
  return { ...waiting('Stable', 'Faulted', message, patience), access: 'usable' };
}
