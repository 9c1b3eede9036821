/**
 * From what a client wrote to the resource it means. A path that names nothing gives 404, a body gives
 * `UNKNOWN_REFERENCE_STATUS`; both say `not_found`, as IBM does for resources of other accounts as well.
 */
import { ApiError, field, parameter } from '../errors.ts';
import type { ResourceGroup } from '../accounts.ts';
import type { AccountRegion, EndpointGateway, ReservedIP, SecurityGroup, Subnet, Vpc } from './model.ts';
import type { LoadBalancer } from './private-path/model.ts';
import { UNKNOWN_REFERENCE_STATUS } from './unconfirmed.ts';

/** Exactly one of them is set; the schemas see to it. */
export interface Identity {
  readonly id?: string;
  readonly crn?: string;
  readonly href?: string;
}

/** The resource id in an identity: the last segment of a CRN or of an href's path. */
export function idOf(identity: Identity): string {
  return identity.id ?? identity.crn?.split(':').at(-1) ?? identity.href?.split('/').at(-1) ?? '';
}

export function atPath<T>(resources: ReadonlyMap<string, T>, id: string | undefined, what: string): T {
  const resource = resources.get(id ?? '');
  if (resource === undefined) {
    throw new ApiError({
      status: 404,
      code: 'not_found',
      message: `The ${what} does not exist or cannot be accessed.`,
      target: parameter('id', id),
    });
  }
  return resource;
}

/** `name` is the field of the body, `what` the kind of resource. */
function inBody<T>(
  resources: ReadonlyMap<string, T>,
  identity: Identity,
  { name, what }: { readonly name: string; readonly what: string },
): T {
  const resource = resources.get(idOf(identity));
  if (resource === undefined) {
    throw new ApiError({
      status: UNKNOWN_REFERENCE_STATUS,
      code: 'not_found',
      message: `The ${what} does not exist or cannot be accessed.`,
      target: field(name, identity.id ?? identity.crn ?? identity.href),
    });
  }
  return resource;
}

export function vpcIn(area: AccountRegion, identity: Identity): Vpc {
  return inBody(area.vpcs, identity, { name: 'vpc', what: 'VPC' });
}

export function subnetIn(area: AccountRegion, identity: Identity, name: string): Subnet {
  return inBody(area.subnets, identity, { name, what: 'subnet' });
}

export function gatewayIn(area: AccountRegion, identity: Identity): EndpointGateway {
  return inBody(area.gateways, identity, { name: 'target', what: 'endpoint gateway' });
}

export function securityGroupIn(area: AccountRegion, identity: Identity, name: string): SecurityGroup {
  return inBody(area.securityGroups, identity, { name, what: 'security group' });
}

export function loadBalancerIn(area: AccountRegion, identity: Identity): LoadBalancer {
  return inBody(area.loadBalancers, identity, { name: 'load_balancer', what: 'load balancer' });
}

export function resourceGroupIn(area: AccountRegion, identity: Identity | undefined): ResourceGroup {
  const { account } = area;
  return identity === undefined
    ? account.defaultResourceGroup
    : inBody(account.resourceGroups, identity, { name: 'resource_group', what: 'resource group' });
}

/** The one security group that every VPC has from birth to death. */
export function defaultSecurityGroupOf(vpc: Vpc): SecurityGroup {
  for (const securityGroup of vpc.securityGroups) {
    if (securityGroup.isDefault) {
      return securityGroup;
    }
  }
  throw new Error(`VPC ${vpc.id} has lost its default security group`);
}

/** A reserved IP by its id alone: there is no region-wide list, so every subnet is asked. */
export function reservedIPIn(area: AccountRegion, id: string): ReservedIP | undefined {
  for (const subnet of area.subnets.values()) {
    const reservedIP = subnet.reservedIPs.get(id);
    if (reservedIP !== undefined) {
      return reservedIP;
    }
  }
  return undefined;
}
