/** The rules about Private Path (vpc-endpoint-gateways §3.2: R20, R21), with statuses and codes chosen here (§14.4). */
import type { AccountRegion } from '../model.ts';
import { field, parameter } from '../../errors.ts';
import { refuse } from '../rules.ts';
import { ACTIVE_BINDINGS, UNKNOWN_REFERENCE_STATUS } from '../unconfirmed.ts';
import { accountOf } from './access.ts';
import type { AccessBinding, LoadBalancer, PrivatePath } from './model.ts';

/** R20: what `endpoint_gateway_count` counts keeps it. */
export function hasNoGateways(privatePath: PrivatePath): void {
  if (activeBindings(privatePath).length > 0) {
    const message = 'The private path service gateway is in use by endpoint gateways.';
    refuse([409, 'invalid_state'], message, parameter('id', privatePath.id));
  }
}

export function activeBindings({ bindings }: PrivatePath): readonly AccessBinding[] {
  return [...bindings.values()].filter(({ status }) => ACTIVE_BINDINGS.includes(status));
}

/** R20: other accounts lose their access before the offer ends. */
export function othersAreRevoked(privatePath: PrivatePath): void {
  const owner = privatePath.vpc.area.account.id;
  if (activeBindings(privatePath).some((binding) => accountOf(binding) !== owner)) {
    const message = 'Other accounts still have access to the private path service gateway.';
    refuse([409, 'invalid_state'], message, parameter('id', privatePath.id));
  }
}

/** R21, and who may ask at all: an unpublished one is seen by nobody but its own account. */
export function canBeTargetedFrom(
  area: AccountRegion,
  crn: string,
  privatePath: PrivatePath | undefined,
): asserts privatePath is PrivatePath {
  const [, , , , , region = ''] = crn.split(':');
  const target = field('target.crn', crn);
  if (region !== area.region) {
    const message = `The private path service gateway is in ${region}, the VPC in ${area.region}.`;
    refuse([400, 'bad_field'], message, target);
  }
  const isVisible = privatePath?.published === true || privatePath?.vpc.area.account === area.account;
  if (privatePath === undefined || !isVisible || privatePath.lifecycleState === 'deleting') {
    const message = 'The private path service gateway does not exist or cannot be accessed.';
    refuse([UNKNOWN_REFERENCE_STATUS, 'not_found'], message, target);
  }
}

export function carriesPrivatePath(loadBalancer: LoadBalancer): void {
  if (!loadBalancer.isPrivatePath) {
    const message = 'The load balancer does not have is_private_path set.';
    refuse([400, 'bad_field'], message, field('load_balancer', loadBalancer.id));
  }
}

/** Only a pending request can be decided. */
export function isPending(binding: AccessBinding): void {
  if (binding.status !== 'pending') {
    const message = `The endpoint gateway binding is ${binding.status}; only a pending one can be decided.`;
    refuse([409, 'invalid_state'], message, parameter('id', binding.id));
  }
}
