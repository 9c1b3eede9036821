/** Conditions of a gateway beside Ready, Reconciling and Stalled. Pure. */
import {
  type EndpointGateway,
  type ReservedIPReference,
  type Subnet,
  subnetIdOf,
} from '../../../cloud/vpc-types.ts';
import type { ReportedCondition } from '../../../controller/conditions.ts';
import type { Observed } from '../observed.ts';
import { pairUp } from '../plan/ips.ts';

/** Which target the spec means; nothing where another problem kept it from being looked up. */
export function targetResolved({ target, problem }: Observed): readonly ReportedCondition[] {
  const type = 'TargetResolved';
  if (target !== undefined) {
    return [{ type, status: 'True', reason: 'TargetResolved', message: target.key }];
  }
  return problem?.reason === 'TargetNotFound' || problem?.reason === 'TargetAmbiguous'
    ? [{ type, status: 'False', reason: problem.reason, message: problem.message }]
    : [];
}

export function zonesCovered(
  { wanted, subnets }: Observed,
  chosen: readonly ReservedIPReference[],
): ReportedCondition {
  const type = 'ZonesCovered';
  const ips = wanted?.ips ?? [];
  const unmet = pairUp(ips, chosen).filter(({ ip }) => ip === undefined);
  if (unmet.length > 0) {
    const zones = [...new Set(unmet.flatMap(({ want }) => want.zone ?? []))].toSorted();
    const where = zones.length === 0 ? '' : `: none in ${zones.join(', ')}`;
    const message = `${unmet.length} of ${ips.length} addresses are not bound yet${where}`;
    return { type, status: 'False', reason: 'ZonesMissing', message };
  }
  const without = wanted?.zonesWithoutSubnet ?? [];
  if (without.length > 0) {
    const message = `The VPC has no subnet to take an address from in ${without.join(', ')}`;
    return { type, status: 'False', reason: 'ZonesMissing', message };
  }
  if (chosen.length === 0) {
    const message = 'The gateway has no address: nothing in the VPC can reach it yet';
    return { type, status: 'False', reason: 'NoAddress', message };
  }
  const message = `Addresses in ${zonesOf(chosen, subnets).join(', ')}`;
  return { type, status: 'True', reason: 'ZonesCovered', message };
}

/** Nobody can use its addresses before it is made. */
export function zonesUnknown(): ReportedCondition {
  const message = 'The gateway is being made';
  return { type: 'ZonesCovered', status: 'Unknown', reason: 'GatewayNotReady', message };
}

export function zonesOf(
  ips: readonly ReservedIPReference[],
  subnets: ReadonlyMap<string, Subnet>,
): readonly string[] {
  const zones = ips.flatMap((ip) => subnets.get(subnetIdOf(ip))?.zone.name ?? []);
  return [...new Set(zones)].toSorted();
}

export function advisory(gateway: EndpointGateway): readonly ReportedCondition[] {
  if (gateway.health_state !== 'degraded') {
    return [];
  }
  const message = 'The VPC API reports reduced performance, capacity or connectivity';
  return [{ type: 'Advisory', status: 'True', reason: 'Degraded', message }];
}
