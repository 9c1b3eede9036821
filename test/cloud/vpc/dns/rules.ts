/**
 * The rules of DNS sharing (vpc-endpoint-gateways §3.2: R3–R5, R15, R22, R23, and the matrix of §3.3). That they are
 * refused with these statuses and codes is a choice (§14.4).
 */
import { field, parameter } from '../../errors.ts';
import type { DnsMode, EndpointGateway, GatewayTarget, Vpc } from '../model.ts';
import { overlapOf, refuse } from '../rules.ts';
import { COLLIDING_MODES, RESOURCE_BINDING_SERVICES } from '../unconfirmed.ts';
import { hubOf, othersInTopology, withSpokes } from './topology.ts';

/** A gateway as far as DNS sharing looks at it: one that exists, or what one is about to become. */
interface Sharer {
  readonly vpc: Vpc;
  readonly target: GatewayTarget;
  readonly serviceEndpoints: readonly string[];
  readonly mode: DnsMode;
  /** Names of the resources bound to it. */
  readonly boundEndpoints: readonly string[];
}

export function sharerOf(gateway: EndpointGateway, mode = gateway.dnsResolutionBindingMode): Sharer {
  const { vpc, target, serviceEndpoints, resourceBindings } = gateway;
  const boundEndpoints = [...resourceBindings.values()].map(({ serviceEndpoint }) => serviceEndpoint);
  return { vpc, target, serviceEndpoints, mode, boundEndpoints };
}

/** R3–R5 and the matrix: what a mode demands of the gateway, its VPC, and those that share DNS with it. */
export function modeSuits(sharer: Sharer): void {
  const { vpc, mode, target, boundEndpoints } = sharer;
  const name = field('dns_resolution_binding_mode', mode);
  if (vpc.enableHub && mode !== 'primary') {
    refuse([400, 'bad_field'], 'Endpoint gateways of a DNS hub VPC must be in mode primary.', name);
  }
  if (mode === 'per_resource_binding' && !RESOURCE_BINDING_SERVICES.includes(target.service)) {
    refuse([400, 'bad_field'], 'The target service does not support resource binding.', name);
  }
  if (mode === 'primary' && boundEndpoints.length > 0) {
    refuse([400, 'bad_field'], 'An endpoint gateway in mode primary cannot have resource bindings.', name);
  }
  suitsTopology(sharer, hubOf(vpc), othersInTopology(vpc));
}

function suitsTopology(sharer: Sharer, hub: Vpc | undefined, others: readonly Vpc[]): void {
  if (sharer.mode === 'primary') {
    isOnlyPrimary(sharer, others);
  } else if (sharer.mode === 'per_resource_binding' && hub !== undefined) {
    hubHasPrimary(sharer, hub);
    for (const endpoint of sharer.boundEndpoints) {
      isBoundNowhereElse(endpoint, others);
    }
  }
}

/** R3. */
function isOnlyPrimary({ target, serviceEndpoints }: Sharer, others: readonly Vpc[]): void {
  for (const other of others.flatMap((vpc) => [...vpc.gateways])) {
    const collides =
      other.target.key === target.key || overlapOf(serviceEndpoints, other.serviceEndpoints) !== undefined;
    if (collides && COLLIDING_MODES.includes(other.dnsResolutionBindingMode)) {
      const message = `Endpoint gateway ${other.id} of VPC ${other.vpc.id} shares these service endpoints already.`;
      refuse([409, 'duplicate_error'], message, field('dns_resolution_binding_mode', 'primary'));
    }
  }
}

/** R4. */
function hubHasPrimary({ target }: Sharer, hub: Vpc): void {
  const isPrimary = ({ target: its, dnsResolutionBindingMode }: EndpointGateway): boolean =>
    its.key === target.key && dnsResolutionBindingMode === 'primary';
  if (![...hub.gateways].some(isPrimary)) {
    const message = `The DNS hub VPC ${hub.id} has no endpoint gateway for this target in mode primary.`;
    refuse([400, 'bad_field'], message, field('dns_resolution_binding_mode', 'per_resource_binding'));
  }
}

/** R4. */
function isBoundNowhereElse(serviceEndpoint: string, others: readonly Vpc[]): void {
  for (const other of others.flatMap((vpc) => [...vpc.gateways])) {
    if (
      other.dnsResolutionBindingMode === 'per_resource_binding' &&
      sharerOf(other).boundEndpoints.includes(serviceEndpoint)
    ) {
      const message = `Endpoint gateway ${other.id} of VPC ${other.vpc.id} binds ${serviceEndpoint} already.`;
      refuse([409, 'duplicate_error'], message, field('target', serviceEndpoint));
    }
  }
}

/** R4 and the matrix, for a resource that is about to be bound. */
export function canBindResource(gateway: EndpointGateway, serviceEndpoint: string): void {
  if (!RESOURCE_BINDING_SERVICES.includes(gateway.target.service)) {
    const message = 'The target service of the endpoint gateway does not support resource binding.';
    refuse([400, 'bad_field'], message, parameter('id', gateway.id));
  }
  const boundEndpoints = [...sharerOf(gateway).boundEndpoints, serviceEndpoint];
  modeSuits({ ...sharerOf(gateway), boundEndpoints });
}

/** R5: for a VPC that is to become a hub, or to be one no more. */
export function canChangeHub(vpc: Vpc, enableHub: boolean): void {
  if (vpc.dnsBindings.size > 0) {
    const message = 'dns.enable_hub can change only while there are no DNS resolution bindings.';
    refuse([409, 'invalid_state'], message, field('dns.enable_hub', String(enableHub)));
  }
  if (enableHub && [...vpc.gateways].some((gateway) => gateway.dnsResolutionBindingMode !== 'primary')) {
    const message = 'All endpoint gateways of a DNS hub VPC must be in mode primary.';
    refuse([409, 'invalid_state'], message, field('dns.enable_hub', 'true'));
  }
}

/** R15: other VPCs may rely on a hub's gateway. */
export function isNotNeededInTopology({ vpc, target }: EndpointGateway): void {
  const dependents = vpc.enableHub ? othersInTopology(vpc).flatMap((other) => [...other.gateways]) : [];
  const dependent = dependents.find((other) => other.target.key === target.key);
  if (dependent !== undefined) {
    const message = `Endpoint gateway ${dependent.id} of VPC ${dependent.vpc.id}, which shares DNS with this hub, has the same target.`;
    refuse([409, 'invalid_state'], message, field('target', target.key));
  }
}

/** R22. */
export function canJoin(spoke: Vpc, hub: Vpc): void {
  const target = field('vpc', hub.id);
  if (spoke.enableHub || spoke.dnsBindings.size > 0) {
    const why = spoke.enableHub ? 'is a DNS hub itself' : 'has a DNS resolution binding already';
    refuse([409, 'invalid_state'], `The VPC ${why}.`, parameter('vpc_id', spoke.id));
  }
  if (!hub.enableHub || hub.area.region !== spoke.area.region) {
    refuse([400, 'bad_field'], 'The VPC to bind to must be a DNS hub in the same region.', target);
  }
  for (const gateway of spoke.gateways) {
    suitsTopology(sharerOf(gateway), hub, withSpokes(hub));
  }
}

/** R23: a VPC that asks its hub's resolver keeps its binding. */
export function isNotDelegated(spoke: Vpc): void {
  if (spoke.resolver !== undefined) {
    const message = 'The VPC delegates DNS resolution to its hub.';
    refuse([409, 'invalid_state'], message, parameter('vpc_id', spoke.id));
  }
}
