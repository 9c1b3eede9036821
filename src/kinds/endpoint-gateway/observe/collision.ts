/** What stands in the way of a gateway: what a VPC can have only once, and somebody else has (R1, R2, R8). Pure. */
import type { EndpointGateway, Vpc } from '../../../cloud/vpc-types.ts';
import { overlap } from '../../../lib/host-names.ts';
import { targetOfGateway } from '../desired.ts';
import type { Collision } from '../observed.ts';
import { isOwnershipTag, isPlatformGateway, ownerUid } from '../ownership.ts';
import type { WantedTarget } from '../wanted/wanted.ts';

export interface Claim {
  readonly vpc: Vpc | undefined;
  readonly target: WantedTarget | undefined;
  readonly name: string;
}

/** What of it the gateway has already; `undefined` when it leaves room for ours. */
export function clashOf(
  gateway: EndpointGateway,
  { vpc, target, name }: Claim,
): Collision['why'] | undefined {
  if (gateway.vpc.id !== vpc?.id) {
    return undefined;
  }
  if (target !== undefined && targetOfGateway(gateway) === target.key) {
    return 'target';
  }
  const overlaps = target?.hosts.some((host) =>
    gateway.service_endpoints.some((other) => overlap(host, other)),
  );
  if (overlaps === true) {
    return 'service endpoints';
  }
  return gateway.name === name ? 'name' : undefined;
}

export function collisionWith(
  gateway: EndpointGateway,
  why: Collision['why'],
  tags: readonly string[],
  clusterID: string,
): Collision {
  return {
    id: gateway.id,
    name: gateway.name,
    why,
    owner: tags.find((tag) => isOwnershipTag(tag) && ownerUid(tag, clusterID) === undefined),
    claimed: tags.some((tag) => ownerUid(tag, clusterID) !== undefined),
    platform: isPlatformGateway(gateway),
    leaving: gateway.lifecycle_state === 'deleting',
  };
}
