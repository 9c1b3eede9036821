/** What to do about a gateway, given what was observed. Pure: the same snapshot always plans the same. */
import { isAddressChosen, type EndpointGateway } from '../../cloud/vpc-types.ts';
import type { Plan } from '../../controller/kind.ts';
import { type Action, attachTag, createGateway, deleteGateway, detachTag, renameGateway } from './actions.ts';
import { cloudName, foreignTag, ownershipTag, prototypeOf, targetOf, targetOfGateway } from './desired.ts';
import { lifecycleOf } from './lifecycle.ts';
import type { Collision, GatewayResource, Observed } from './observed.ts';
import { planIPs } from './plan-ips.ts';
import { planSecurityGroups } from './plan-security-groups.ts';
import type { Reason } from './reasons.ts';
import { specProblem } from './spec-problem.ts';

type GatewayPlan = Plan<Action, Reason>;

export function plan(resource: GatewayResource, observed: Observed): GatewayPlan {
  const { gateway } = observed;
  if (gateway === undefined) {
    return planCreation(resource, observed);
  }
  if (observed.ownership === 'other') {
    return ownedByAnother(resource, observed, gateway);
  }
  const lifecycle = lifecycleOf(gateway);
  if (observed.ownership === 'unclaimed' && lifecycle.state !== 'Deleting') {
    return { kind: 'act', actions: [attachTag(ownershipTag(resource, observed.clusterID))] };
  }
  if (lifecycle.access === 'leave') {
    return lifecycle.plan;
  }
  const problem = specProblem(resource, observed) ?? recreateRequired(resource, observed, gateway);
  if (problem !== undefined) {
    return problem;
  }
  const actions = planChanges(resource, observed, gateway);
  if (actions.length > 0) {
    return { kind: 'act', actions };
  }
  if (isChoosing(gateway)) {
    const message = 'The cloud is still choosing an address';
    return { kind: 'wait', reason: 'AddressAllocating', message, pace: 'changing' };
  }
  return lifecycle.plan;
}

export function planDeletion(resource: GatewayResource, observed: Observed): GatewayPlan {
  const { gateway } = observed;
  if (gateway === undefined) {
    return planAfterDeletion(resource, observed);
  }
  if (observed.ownership === 'other') {
    return { kind: 'settled' };
  }
  if (resource.spec.deletionPolicy === 'Retain') {
    return observed.ownership === 'ours'
      ? { kind: 'act', actions: [detachTag(ownershipTag(resource, observed.clusterID))] }
      : { kind: 'settled' };
  }
  const lifecycle = lifecycleOf(gateway);
  if (lifecycle.state === 'Suspended') {
    return lifecycle.plan;
  }
  if (lifecycle.state === 'Deleting') {
    const message = `The cloud is deleting gateway ${gateway.name}`;
    return { kind: 'wait', reason: 'Deleting', message, pace: 'changing' };
  }
  return { kind: 'act', actions: [deleteGateway(gateway.name)] };
}

/** The finalizer may go only when nothing of ours can exist any more (design §4.3, §4.5). */
function planAfterDeletion(resource: GatewayResource, observed: Observed): GatewayPlan {
  if (observed.absenceUnproven) {
    return resource.spec.deletionPolicy === 'Retain' ? { kind: 'settled' } : absenceUnproven(resource);
  }
  return observed.intent !== undefined && !observed.createDidNotHappen
    ? createUnconfirmed(observed.intent.name)
    : { kind: 'settled' };
}

function planCreation(resource: GatewayResource, observed: Observed): GatewayPlan {
  if (observed.absenceUnproven) {
    return absenceUnproven(resource);
  }
  const problem = specProblem(resource, observed);
  if (problem !== undefined) {
    return problem;
  }
  if (observed.collision !== undefined) {
    return collides(observed.collision);
  }
  if (observed.intent !== undefined && !observed.createDidNotHappen) {
    return createUnconfirmed(observed.intent.name);
  }
  const prototype = prototypeOf(resource, observed, observed.vpc?.id ?? '');
  const tag = ownershipTag(resource, observed.clusterID);
  return { kind: 'act', actions: [createGateway(prototype), attachTag(tag)] };
}

/** What an address serves is not known before it is. */
function isChoosing(gateway: EndpointGateway): boolean {
  return !gateway.ips.every(isAddressChosen);
}

function planChanges(
  resource: GatewayResource,
  observed: Observed,
  gateway: EndpointGateway,
): readonly Action[] {
  const { spec } = resource;
  const name = cloudName(resource, observed.clusterID);
  return [
    ...(gateway.name === name ? [] : [renameGateway(gateway.name, name)]),
    ...(spec.securityGroups === undefined
      ? []
      : planSecurityGroups(
          spec.securityGroups.map(({ id }) => id),
          gateway.security_groups.map(({ id }) => id),
        )),
    ...(spec.ips === undefined || isChoosing(gateway) ? [] : planIPs(spec.ips, gateway.ips, observed)),
  ];
}

function recreateRequired(
  resource: GatewayResource,
  observed: Observed,
  gateway: EndpointGateway,
): GatewayPlan | undefined {
  const target = targetOfGateway(gateway);
  const different = [
    ...(target === targetOf(resource) ? [] : [`target ${target}`]),
    ...(observed.vpc === undefined || observed.vpc.id === gateway.vpc.id ? [] : [`VPC ${gateway.vpc.name}`]),
  ];
  if (different.length === 0) {
    return undefined;
  }
  const message = `The gateway has ${different.join(' and ')}, which cannot be changed: undo the change, or delete this object and create a new one`;
  return { kind: 'stalled', reason: 'RecreateRequired', message };
}

function ownedByAnother(
  resource: GatewayResource,
  observed: Observed,
  gateway: EndpointGateway,
): GatewayPlan {
  const tag = foreignTag(resource, observed.clusterID, observed.tags ?? []) ?? '';
  const message = `Gateway ${gateway.name} (${gateway.id}) carries another owner's tag: ${tag}`;
  return { kind: 'stalled', reason: 'OwnedByAnother', message };
}

/** Stalled at once, but looked at again soon: whoever clears the way does not touch this object. */
function collides({ id, name, why, owner, leaving }: Collision): GatewayPlan {
  const other = `Gateway ${name} (${id}) of the VPC`;
  if (leaving) {
    const message = `${other} with this ${why} is being deleted`;
    return { kind: 'wait', reason: 'Collision', message, pace: 'changing' };
  }
  const stalled = { kind: 'wait', pace: 'slow', stallsAfter: 1 } as const;
  return owner === undefined
    ? { ...stalled, reason: 'Collision', message: `${other} already has this ${why}, and it is not ours` }
    : {
        ...stalled,
        reason: 'OwnedByAnother',
        message: `${other} already has this ${why}, and carries another owner's tag: ${owner}`,
      };
}

function absenceUnproven(resource: GatewayResource): GatewayPlan {
  const id = resource.status?.id ?? '';
  const message = `Gateway ${id} cannot be read, nor can its VPC, so nothing proves that it is gone. Give the account its access back; if the VPC is gone, deletionPolicy Retain lets the object go`;
  return { kind: 'wait', reason: 'AbsenceUnproven', message, pace: 'slow', stallsAfter: 3 };
}

function createUnconfirmed(name: string): GatewayPlan {
  const message = `Looking for gateway ${name}: its create may have been sent, but no answer came`;
  return { kind: 'wait', reason: 'CreateUnconfirmed', message, pace: 'changing' };
}
