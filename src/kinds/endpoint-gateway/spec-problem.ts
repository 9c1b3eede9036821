/** What is wrong with a spec that only the cloud can tell: references that do not resolve, zones used twice. Pure. */
import { subnetIdOf } from '../../cloud/vpc-types.ts';
import type { Plan } from '../../controller/kind.ts';
import type { GatewayResource, Observed } from './observed.ts';
import type { Reason } from './reasons.ts';

/** A reference may be created a moment after the object: waited for at the slow pace, then called stalled. */
const missing = { kind: 'wait', pace: 'slow', stallsAfter: 3 } as const;

export function specProblem(resource: GatewayResource, observed: Observed): Plan<never, Reason> | undefined {
  const { spec } = resource;
  const { vpc } = observed;
  if (vpc === undefined) {
    const asked = spec.vpc.id ?? spec.vpc.name ?? '';
    const message = `Region ${spec.region} holds no VPC ${asked} that account ${spec.account} can see`;
    return { ...missing, reason: 'VPCNotFound', message };
  }
  const zones = new Map<string, string>();
  for (const { subnet, reservedIP } of spec.ips ?? []) {
    const found = observed.subnets.get(subnet?.id ?? '');
    if (subnet !== undefined && found?.vpc.id !== vpc.id) {
      const message = `VPC ${vpc.name} holds no subnet ${subnet.id}`;
      return { ...missing, reason: 'SubnetNotFound', message };
    }
    const zone = found?.zone.name ?? zoneOf(reservedIP?.id, observed);
    const what = subnet === undefined ? `reserved IP ${reservedIP?.id ?? ''}` : `subnet ${subnet.id}`;
    const other = zone === undefined ? undefined : zones.get(zone);
    if (zone !== undefined && other !== undefined) {
      const message = `Both ${other} and ${what} are in zone ${zone}: keep one of them`;
      return { kind: 'stalled', reason: 'ZoneConflict', message };
    }
    zones.set(zone ?? what, what);
  }
  return undefined;
}

/** A reserved IP's zone, where it is known: once it is bound, or had to be located. */
function zoneOf(
  reservedIPId: string | undefined,
  { gateway, subnets, unboundZones }: Observed,
): string | undefined {
  const bound = gateway?.ips.find(({ id }) => id === reservedIPId);
  return bound === undefined
    ? unboundZones.get(reservedIPId ?? '')
    : subnets.get(subnetIdOf(bound))?.zone.name;
}
