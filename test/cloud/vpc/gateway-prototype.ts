/**
 * From a create's body to a gateway: everything is resolved and every rule is checked before anything changes.
 */
import { ApiError, field } from '../errors.ts';
import type { World } from '../world.ts';
import { modeSuits } from './dns/rules.ts';
import { mayShareAgain, startSharing } from './dns/sharing.ts';
import { othersInTopology } from './dns/topology.ts';
import { modeOf, type DnsFields } from './dns-mode.ts';
import {
  defaultSecurityGroupOf,
  idOf,
  reservedIPIn,
  resourceGroupIn,
  securityGroupIn,
  subnetIn,
  type Identity,
} from './find.ts';
import { randomName, regionalId, resourceCrn } from './ids.ts';
import { begin } from './lifecycle.ts';
import type {
  AccountRegion,
  EndpointGateway,
  Origin,
  ReservedIP,
  SecurityGroup,
  Subnet,
  Vpc,
} from './model.ts';
import { requestAccess } from './private-path/access.ts';
import { roomForGateway, roomForTarget } from './quotas.ts';
import { bind, checkReservation, reserve, type Reservation } from './reservation.ts';
import {
  canBeBound,
  endpointsAreNew,
  isInVpc,
  isUsable,
  nameIsFree,
  subnetIsInVpc,
  targetIsNew,
  zoneIsFree,
} from './rules.ts';
import { resolveTarget, type ResolvedTarget, type TargetPrototype } from './targets.ts';
import { DEFAULT_DNS_RESOLUTION_BINDING_MODE, UNKNOWN_REFERENCE_STATUS } from './unconfirmed.ts';

export interface GatewayPrototype extends DnsFields {
  readonly name?: string;
  readonly vpc: Identity;
  readonly target: TargetPrototype;
  readonly ips?: readonly GatewayIPPrototype[];
  readonly security_groups?: readonly Identity[];
  readonly resource_group?: Identity;
}

interface GatewayIPPrototype extends Reservation {
  readonly id?: string;
  readonly href?: string;
  readonly subnet?: Identity;
}

/** An element of `ips`, resolved: an IP that exists, or one to be reserved. */
type WantedIP =
  { readonly reservedIP: ReservedIP } | { readonly subnet: Subnet; readonly wanted: Reservation };

export interface GatewayPlan extends ResolvedTarget {
  readonly vpc: Vpc;
  readonly name: string;
  readonly mode: EndpointGateway['dnsResolutionBindingMode'];
  readonly resourceGroup: EndpointGateway['resourceGroup'];
  readonly securityGroups: readonly SecurityGroup[];
  readonly ips: readonly WantedIP[];
}

export function planGateway(
  world: World,
  vpc: Vpc,
  { body, version }: { body: GatewayPrototype; version: string },
): GatewayPlan {
  const { area } = vpc;
  isUsable(vpc);
  roomForGateway(world, vpc);
  const resolved = resolveTarget(world, area, body.target);
  const mode = modeOf(body, version, DEFAULT_DNS_RESOLUTION_BINDING_MODE);
  modeSuits({ ...resolved, vpc, mode, boundEndpoints: [] });
  if (othersInTopology(vpc).length > 0) {
    mayShareAgain(world, vpc, resolved.target.key);
  }
  if (world.settings.duplicateChecks) {
    targetIsNew(vpc, resolved.target);
    endpointsAreNew(vpc, resolved.serviceEndpoints);
    if (body.name !== undefined) {
      nameIsFree(vpc.gateways, body.name);
    }
  }
  return {
    ...resolved,
    vpc,
    name: body.name ?? randomName(),
    mode,
    resourceGroup: resourceGroupIn(area, body.resource_group),
    securityGroups: securityGroupsOf(world, vpc, body.security_groups ?? []),
    ips: ipsOf(world, vpc, body.ips ?? []),
  };
}

/** None, or an empty list (the choice of §12), means the default group. */
function securityGroupsOf(world: World, vpc: Vpc, identities: readonly Identity[]): readonly SecurityGroup[] {
  const securityGroups = new Set(
    identities.map((identity) => securityGroupIn(vpc.area, identity, 'security_groups')),
  );
  for (const securityGroup of securityGroups) {
    isInVpc(securityGroup, vpc);
    roomForTarget(world, securityGroup);
  }
  return securityGroups.size === 0 ? [defaultSecurityGroupOf(vpc)] : [...securityGroups];
}

function ipsOf(world: World, vpc: Vpc, prototypes: readonly GatewayIPPrototype[]): readonly WantedIP[] {
  const zones = new Set<string>();
  return prototypes.map((prototype) => {
    const wanted = wantedIP(vpc.area, prototype);
    const { zone } = 'subnet' in wanted ? wanted.subnet : wanted.reservedIP.subnet;
    if ('subnet' in wanted) {
      subnetIsInVpc(wanted.subnet, vpc);
      checkReservation(world, wanted.subnet, wanted.wanted);
    } else {
      canBeBound(wanted.reservedIP, vpc);
    }
    zoneIsFree(zones, zone);
    zones.add(zone);
    return wanted;
  });
}

/** A subnet with an empty id counts as none: Terraform's provider sends one beside every `id` (§2.4). */
function wantedIP(area: AccountRegion, prototype: GatewayIPPrototype): WantedIP {
  const { id, href, subnet, address, auto_delete, name } = prototype;
  const hasSubnet = subnet !== undefined && idOf(subnet) !== '';
  const given = [id, href, hasSubnet ? subnet : undefined].filter((alternative) => alternative !== undefined);
  if (given.length !== 1) {
    throw new ApiError({
      status: 400,
      code: 'validation_failed_oneof',
      message: `Exactly one of id, href and subnet must be set: got ${given.length}.`,
      target: field('ReservedIPIdentity.ReservedIPIdentity'),
    });
  }
  if (hasSubnet) {
    return { subnet: subnetIn(area, subnet, 'ips.subnet'), wanted: { address, auto_delete, name } };
  }
  const reservedIPId = idOf({ ...(id === undefined ? {} : { id }), ...(href === undefined ? {} : { href }) });
  const reservedIP = reservedIPIn(area, reservedIPId);
  if (reservedIP === undefined) {
    throw new ApiError({
      status: UNKNOWN_REFERENCE_STATUS,
      code: 'not_found',
      message: 'The reserved IP does not exist or cannot be accessed.',
      target: field('ips', id ?? href),
    });
  }
  return { reservedIP };
}

/** Makes what was planned; from here on the gateway exists. */
export function createGateway(world: World, plan: GatewayPlan, origin: Origin): EndpointGateway {
  const { vpc } = plan;
  const id = regionalId(vpc.area.region);
  const gateway: EndpointGateway = {
    id,
    crn: resourceCrn(vpc.area, 'endpoint-gateway', id),
    name: plan.name,
    createdAtMs: world.clock.now(),
    resourceGroup: plan.resourceGroup,
    vpc,
    origin,
    target: plan.target,
    serviceEndpoints: plan.serviceEndpoints,
    dnsResolutionBindingMode: plan.mode,
    lifecycleState: 'pending',
    healthState: 'ok',
    lifecycleReasons: [],
    forced: false,
    settlesAtMs: 0,
    sharedAtMs: 0,
    ips: new Map(),
    securityGroups: new Set(plan.securityGroups),
    resourceBindings: new Map(),
    access: undefined,
  };
  vpc.area.gateways.set(id, gateway);
  vpc.gateways.add(gateway);
  for (const securityGroup of plan.securityGroups) {
    securityGroup.targets.set(id, gateway);
  }
  for (const ip of plan.ips) {
    bind('reservedIP' in ip ? ip.reservedIP : reserve(world, ip.subnet, { ...ip.wanted, origin }), gateway);
  }
  if (plan.target.privatePath !== undefined) {
    requestAccess(world, gateway, plan.target.privatePath);
  }
  begin(world, gateway);
  startSharing(world, gateway);
  return gateway;
}
