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
  const has = `The gateway has ${different.join(' and ')}, which cannot be changed`;
  const obstacle = obstacleTo(resource, observed, gateway, wanted);
  if (obstacle !== undefined) {
    return { kind: 'stalled', reason: 'RecreateRequired', message: `${has}${obstacle}` };
  }
  return observed.collision === undefined
    ? { kind: 'act', actions: [deleteGateway(gateway.name, true), ...creation(resource, observed, wanted)] }
    : collides(observed.collision);
}

/** Why the gateway is not deleted to be made anew, and what to do; `undefined` when nothing speaks against it. */
function obstacleTo(
  { spec, status }: GatewayResource,
  observed: Observed,
  gateway: EndpointGateway,
  wanted: Wanted,
): string | undefined {
  if (spec.recreatePolicy === 'Never') {
    return ': undo the change, set recreatePolicy WhenRequired, or delete this object and create a new one';
  }
  // To delete a gateway and then wait for somebody to make another is nobody's wish.
  if (spec.adoptionPolicy === 'Required') {
    return ', and adoptionPolicy Required lets none be created: undo the change, or set adoptionPolicy IfExists or Never';
  }
  // Only an edit of the spec is a wish; and what never matched may be what others made, or a status that got lost.
  if (status?.references === undefined || status.id !== gateway.id) {
    return ', and it never matched this object: undo the change, or delete the gateway yourself';
  }
  const existing = wanted.ips?.flatMap((want) => (want.kind === 'existing' ? [want.id] : [])) ?? [];
  const lost = existing.find((id) => goesWith(id, observed, gateway));
  return lost === undefined
    ? undefined
    : `, and reserved IP ${lost} would be deleted with it: set its auto_delete to false, or take it out of ips`;
}

/** A bound address that the cloud deletes with the gateway, and that the next one shall have. */
function goesWith(id: string, { autoDelete }: Observed, { ips }: EndpointGateway): boolean {
  return ips.some((ip) => ip.id === id) && autoDelete.get(id) !== false;
}

/** What of the gateway is not as wanted and cannot be changed in place, in words. */
export function differences(
  gateway: EndpointGateway,
  { target, vpc, resourceGroupId }: Wanted,
): readonly string[] {
  const { resource_group: group } = gateway;
  return [
    ...(targetOfGateway(gateway) === target.key ? [] : [`target ${targetOfGateway(gateway)}`]),
    ...(gateway.vpc.id === vpc.id ? [] : [`VPC ${gateway.vpc.name}`]),
    ...(resourceGroupId === undefined || resourceGroupId === group.id
      ? []
      : [`resource group ${group.name}`]),
  ];
}
