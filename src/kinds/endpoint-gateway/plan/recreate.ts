/**
 * A target, VPC or resource group that differs from the gateway's: no call changes them (fact sheet §3.1). R1 forbids
 * to make the new gateway before the old one is gone, so all that can be checked is checked before. Pure.
 */
import type { EndpointGateway } from '../../../cloud/vpc-types.ts';
import { deleteGateway } from '../actions.ts';
import { targetOfGateway } from '../desired.ts';
import type { GatewayResource, Observed } from '../observed.ts';
import type { GatewayPlan } from '../plan.ts';
import { collides, creation } from './creation.ts';
import type { Wanted } from '../wanted/wanted.ts';

/** `undefined`: nothing differs that cannot be changed in place. */
export function planRecreate(
  resource: GatewayResource,
  observed: Observed,
  gateway: EndpointGateway,
  wanted: Wanted,
): GatewayPlan | undefined {
  const different = differences(gateway, wanted);
  if (different.length === 0) {
    return undefined;
  }
  if (resource.spec.recreatePolicy === 'Never') {
    const message = `The gateway has ${different.join(' and ')}, which cannot be changed: undo the change, set recreatePolicy WhenRequired, or delete this object and create a new one`;
    return { kind: 'stalled', reason: 'RecreateRequired', message };
  }
  return observed.collision === undefined
    ? { kind: 'act', actions: [deleteGateway(gateway.name, true), ...creation(resource, observed, wanted)] }
    : collides(observed.collision);
}

function differences(gateway: EndpointGateway, { target, vpc, resourceGroupId }: Wanted): readonly string[] {
  const { resource_group: group } = gateway;
  return [
    ...(targetOfGateway(gateway) === target.key ? [] : [`target ${targetOfGateway(gateway)}`]),
    ...(gateway.vpc.id === vpc.id ? [] : [`VPC ${gateway.vpc.name}`]),
    ...(resourceGroupId === undefined || resourceGroupId === group.id
      ? []
      : [`resource group ${group.name}`]),
  ];
}
