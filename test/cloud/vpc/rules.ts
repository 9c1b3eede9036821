/**
 * The rules that the VPC service enforces (vpc-endpoint-gateways §3.2), one function each, named by number. A
 * function returns when the rule holds and throws IBM's error otherwise. Statuses and codes follow §4.2 and §4.3;
 * those of R1, R2, R4–R6, R9, R10, R14 and R16 are UNCONFIRMED.
 */
import { ApiError, field, parameter, type ErrorTarget } from '../errors.ts';
import type { EndpointGateway, GatewayTarget, ReservedIP, SecurityGroup, Subnet, Vpc } from './model.ts';

export const MOST_SECURITY_GROUPS = 5;

export function refuse(
  [status, code]: readonly [number, string],
  message: string,
  target?: ErrorTarget,
): never {
  throw new ApiError({ status, code, message, target });
}

/** R1: one gateway per target and VPC. */
export function targetIsNew(vpc: Vpc, target: GatewayTarget): void {
  for (const gateway of vpc.gateways) {
    if (gateway.target.key === target.key) {
      const message = `The VPC already has an endpoint gateway for this target: ${gateway.id}.`;
      refuse([409, 'duplicate_error'], message, field('target', target.key));
    }
  }
}

/** R2: service endpoints do not overlap those of another gateway of the VPC; a leading `*` covers its domain. */
export function endpointsAreNew(vpc: Vpc, serviceEndpoints: readonly string[]): void {
  for (const gateway of vpc.gateways) {
    const taken = overlapOf(serviceEndpoints, gateway.serviceEndpoints);
    if (taken !== undefined) {
      const message = `The service endpoint overlaps one of endpoint gateway ${gateway.id}.`;
      refuse([409, 'duplicate_error'], message, field('target.service_endpoints', taken));
    }
  }
}

/** The first of the names that also belongs to the others. */
export function overlapOf(names: readonly string[], others: readonly string[]): string | undefined {
  return names.find((name) => others.some((other) => covers(name, other) || covers(other, name)));
}

function covers(pattern: string, name: string): boolean {
  return pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));
}

/** R6: at most one reserved IP per zone. */
export function zoneIsFree(zones: ReadonlySet<string> | ReadonlyMap<string, unknown>, zone: string): void {
  if (zones.has(zone)) {
    const message = `Only one reserved IP per zone can be bound to an endpoint gateway; ${zone} has one.`;
    refuse([400, 'bad_field'], message, field('ips'));
  }
}

/** R7: only an unbound IP of the gateway's VPC can be bound. */
export function canBeBound(reservedIP: ReservedIP, vpc: Vpc): void {
  if (reservedIP.subnet.vpc !== vpc) {
    const message = 'The reserved IP and the endpoint gateway are in different VPCs.';
    refuse([400, 'vpc_resource_separation'], message, field('ips', reservedIP.id));
  }
  if (reservedIP.owner === 'provider' || reservedIP.gateway !== undefined) {
    refuse([409, 'reserved_ip_in_use'], 'The reserved IP is already in use.', field('ips', reservedIP.id));
  }
  if (reservedIP.lifecycleState === 'deleting') {
    refuse([409, 'invalid_state'], 'The reserved IP is being deleted.', field('ips', reservedIP.id));
  }
}

/** R7 and §2.6 for an IP that is yet to be made. */
export function subnetIsInVpc(subnet: Subnet, vpc: Vpc): void {
  if (subnet.vpc !== vpc) {
    const message = 'The subnet and the endpoint gateway are in different VPCs.';
    refuse([400, 'vpc_resource_separation'], message, field('subnet', subnet.id));
  }
}

/** R8: a name is unique among its siblings. */
export function nameIsFree<T extends { readonly name: string }>(
  siblings: Iterable<T>,
  name: string,
  itself?: T,
): void {
  for (const sibling of siblings) {
    if (sibling !== itself && sibling.name === name) {
      refuse([400, 'validation_unique_failed'], `The name ${name} is already in use.`, field('name', name));
    }
  }
}

/** R8: names that begin with `ibm-` are the provider's (§2.6). */
export function nameIsNotReserved(name: string): void {
  if (name.startsWith('ibm-')) {
    refuse([400, 'validation_invalid_name'], 'Names must not begin with ibm-.', field('name', name));
  }
}

/** R9: security groups are of the gateway's VPC. */
export function isInVpc(securityGroup: SecurityGroup, vpc: Vpc): void {
  if (securityGroup.vpc !== vpc) {
    const message = 'The security group and the endpoint gateway are in different VPCs.';
    refuse([400, 'security_group_not_in_vpc'], message, field('security_groups', securityGroup.id));
  }
}

/** R9: at most five security groups. */
export function hasRoomForSecurityGroups(count: number): void {
  if (count > MOST_SECURITY_GROUPS) {
    const message = `An endpoint gateway can have at most ${MOST_SECURITY_GROUPS} security groups.`;
    refuse([400, 'security_group_sgs_per_interface_exceeded'], message, field('security_groups'));
  }
}

/** R10 and R11: a gateway that has security groups never loses the last one. */
export function isNotLastSecurityGroup(gateway: EndpointGateway): void {
  if (gateway.securityGroups.size === 1) {
    const message = 'The last security group of an endpoint gateway cannot be removed.';
    refuse([409, 'security_group_last_security_group_is_default'], message, parameter('id', gateway.id));
  }
}

/** R12: an unbound IP has nothing that could delete it. */
export function autoDeleteSuits(autoDelete: boolean, bound: boolean): void {
  if (autoDelete && !bound) {
    const message = 'auto_delete must be false while the reserved IP is unbound.';
    refuse([400, 'bad_field'], message, field('auto_delete', 'true'));
  }
}

/** R13: the provider's own addresses are not the client's to change. */
export function isOwnedByUser(reservedIP: ReservedIP): void {
  if (reservedIP.owner === 'provider') {
    const message = 'A provider-owned reserved IP cannot be changed or deleted.';
    refuse([403, 'reserved_ip_owned_by_provider'], message, parameter('id', reservedIP.id));
  }
}

/** R14: a bound IP is unbound first; that this covers endpoint gateways is UNCONFIRMED. */
export function isUnbound(reservedIP: ReservedIP): void {
  if (reservedIP.gateway !== undefined) {
    const message = `The reserved IP is in use by ${reservedIP.gateway.id}.`;
    refuse([409, 'reserved_ip_in_use'], message, parameter('id', reservedIP.id));
  }
}

/** R16: a VPC is deleted last. */
export function vpcIsEmpty(vpc: Vpc): void {
  if (vpc.gateways.size > 0 || vpc.privatePaths.size > 0 || vpc.subnets.size > 0) {
    const message = 'The VPC still has gateways or subnets.';
    refuse([409, 'vpc_not_empty'], message, parameter('id', vpc.id));
  }
}

/** R18: a security group that protects something, or that a rule names, stays; a default one always does. */
export function canBeDeleted(securityGroup: SecurityGroup): void {
  const target = parameter('id', securityGroup.id);
  if (securityGroup.isDefault) {
    refuse([409, 'security_group_vpc_default'], 'The default security group cannot be deleted.', target);
  }
  if (securityGroup.targets.size > 0) {
    refuse([409, 'security_group_interfaces_attached'], 'The security group still has targets.', target);
  }
  for (const sibling of securityGroup.vpc.securityGroups) {
    if (
      sibling !== securityGroup &&
      sibling.rules.some((rule) => rule.remote.securityGroup === securityGroup)
    ) {
      const message = `A rule of security group ${sibling.id} refers to it.`;
      refuse([409, 'security_group_remoting_rules'], message, target);
    }
  }
}

/** R19: what is suspended, or on its way out, takes no change. */
export function isChangeable(gateway: EndpointGateway): void {
  if (gateway.lifecycleState === 'suspended' || gateway.lifecycleState === 'deleting') {
    const message = `The endpoint gateway is ${gateway.lifecycleState} and cannot be changed or deleted.`;
    refuse([409, 'invalid_state'], message, parameter('id', gateway.id));
  }
}

/** The same for an unbound IP. */
export function isNotBeingDeleted(reservedIP: ReservedIP): void {
  if (reservedIP.lifecycleState === 'deleting') {
    refuse([409, 'invalid_state'], 'The reserved IP is being deleted.', parameter('id', reservedIP.id));
  }
}

/** The same for what holds a gateway and its addresses: nothing new in a VPC or subnet that is being deleted. */
export function isUsable(container: Vpc | Subnet): void {
  if (container.status === 'deleting') {
    refuse([409, 'invalid_state'], `${container.id} is being deleted.`, field('id', container.id));
  }
}
