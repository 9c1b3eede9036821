/** What to do about a gateway, given what was observed. Pure: the same snapshot always plans the same. */
import { isAddressChosen, type EndpointGateway } from '../../cloud/vpc-types.ts';
import type { Plan } from '../../controller/kind.ts';
import { type Action, updateGateway } from './actions.ts';
import { wantedMode } from './desired.ts';
import { lifecycleOf } from './lifecycle.ts';
import type { GatewayResource, Observed } from './observed.ts';
import { foreignTags } from './ownership.ts';
import { bindingProblem, planBindings } from './plan/bindings.ts';
import { planCreation } from './plan/creation.ts';
import { planIPs } from './plan/ips.ts';
import { planRecreate } from './plan/recreate.ts';
import { requiredProofs } from './plan/required-proofs.ts';
import { planSecurityGroups } from './plan/security-groups.ts';
import { planOwnership, planTags } from './plan/tags.ts';
import type { Reason } from './reasons.ts';
import { notAllowed, specProblem } from './plan/spec-problem.ts';
import type { Wanted } from './wanted/wanted.ts';

export type GatewayPlan = Plan<Action, Reason>;

export function plan(resource: GatewayResource, observed: Observed): GatewayPlan {
  const { gateway } = observed;
  const closed = notAllowed(resource, observed);
  if (closed !== undefined) {
    return closed;
  }
  if (gateway === undefined) {
    return planCreation(resource, observed);
  }
  if (observed.ownership === 'other') {
    return ownedByAnother(resource, observed, gateway);
  }
  const lifecycle = lifecycleOf(gateway);
  const claim = lifecycle.state === 'Deleting' ? [] : planOwnership(resource, observed);
  // What somebody else made is taken only for what the spec asks for.
  const claimFirst = claim.length > 0 && observed.ownership === 'unclaimed';
  if (claimFirst || (claim.length > 0 && lifecycle.access === 'leave')) {
    return { kind: 'act', actions: claim };
  }
  if (lifecycle.access === 'leave') {
    return leaving(resource, gateway) ?? lifecycle.plan;
  }
  const { wanted, problem = specProblem(resource, observed) } = observed;
  if (problem !== undefined || wanted === undefined) {
    return problem ?? lifecycle.plan;
  }
  const recreate = planRecreate(resource, observed, gateway, wanted);
  if (recreate !== undefined) {
    // Even what is replaced is taken first: whoever may not adopt it may not delete it either.
    return recreate.kind === 'act' ? { ...recreate, actions: [...claim, ...recreate.actions] } : recreate;
  }
  const actions = [...claim, ...planChanges(resource, observed, gateway, wanted)];
  if (actions.length > 0) {
    return { kind: 'act', actions };
  }
  const rest = choosing(gateway) ?? bindingProblem(observed.bindings ?? []) ?? lifecycle.plan;
  return rest.kind === 'settled' ? (requiredProofs(resource, observed) ?? rest) : rest;
}

/** A gateway that we are replacing is not being deleted by somebody else. */
function leaving(
  { status }: GatewayResource,
  { id, name, lifecycle_state }: EndpointGateway,
): GatewayPlan | undefined {
  const message = `The cloud is deleting gateway ${name}, which is created anew when it is gone`;
  return lifecycle_state === 'deleting' && status?.recreate?.id === id
    ? { kind: 'wait', reason: 'Recreating', message, pace: 'changing' }
    : undefined;
}

/**
 * Bindings that go make room for the mode, and the mode makes room for those that come (§3.3). What may be refused for
 * want of something outside comes last, so that it holds up nothing else: bindings each by itself, and then tags.
 */
function planChanges(
  resource: GatewayResource,
  observed: Observed,
  gateway: EndpointGateway,
  { name, securityGroupIds, ips }: Wanted,
): readonly Action[] {
  const { spec } = resource;
  const bindings = planBindings(spec.resourceBindings ?? [], observed.bindings ?? []);
  const unbind = bindings.filter(({ kind }) => kind === 'DeleteResourceBinding');
  return [
    ...(gateway.name === name ? [] : [updateGateway(`rename gateway ${gateway.name} to ${name}`, { name })]),
    ...(securityGroupIds === undefined
      ? []
      : planSecurityGroups(
          securityGroupIds,
          gateway.security_groups.map(({ id }) => id),
        )),
    ...(ips === undefined || choosing(gateway) !== undefined
      ? []
      : planIPs(ips, { ...observed, ips: gateway.ips })),
    ...unbind,
    ...planMode(spec, gateway),
    ...bindings.filter((action) => !unbind.includes(action)),
    ...planTags(resource, observed),
  ];
}

function planMode(spec: GatewayResource['spec'], gateway: EndpointGateway): readonly Action[] {
  const mode = wantedMode(spec);
  const { dns_resolution_binding_mode: was } = gateway;
  return mode === undefined || mode === was
    ? []
    : [
        updateGateway(`change dns_resolution_binding_mode from ${was ?? 'none'} to ${mode}`, {
          dns_resolution_binding_mode: mode,
        }),
      ];
}

/** What an address serves is not known before it is. */
function choosing(gateway: EndpointGateway): GatewayPlan | undefined {
  const message = 'The cloud is still choosing an address';
  return gateway.ips.every(isAddressChosen)
    ? undefined
    : { kind: 'wait', reason: 'AddressAllocating', message, pace: 'changing' };
}

function ownedByAnother(
  resource: GatewayResource,
  { clusterID, tags }: Observed,
  gateway: EndpointGateway,
): GatewayPlan {
  const others = foreignTags(resource, clusterID, tags.user ?? []);
  const message = `Gateway ${gateway.name} (${gateway.id}) carries another owner's tag: ${others.join(', ')}`;
  return { kind: 'stalled', reason: 'OwnedByAnother', message };
}
