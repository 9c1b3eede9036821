/** Which VPCs share DNS with each other: a hub and every VPC that has a binding to it (vpc-endpoint-gateways §10.1). */
import type { EndpointGateway, Vpc } from '../model.ts';

/** The hub of a VPC's topology; undefined for one that stands alone. */
export function hubOf(vpc: Vpc): Vpc | undefined {
  return vpc.enableHub ? vpc : [...vpc.dnsBindings][0]?.hub;
}

/** The VPCs that share DNS with this one, itself left out. */
export function othersInTopology(vpc: Vpc): readonly Vpc[] {
  const hub = hubOf(vpc);
  return hub === undefined ? [] : withSpokes(hub).filter((other) => other !== vpc);
}

export function withSpokes(hub: Vpc): readonly Vpc[] {
  return [hub, ...[...hub.dnsBindings].map(({ spoke }) => spoke)];
}

/** Its names are, or are about to be, answered in other VPCs too. */
export function sharesDns({ vpc, dnsResolutionBindingMode }: EndpointGateway): boolean {
  return dnsResolutionBindingMode !== 'disabled' && othersInTopology(vpc).length > 0;
}
