/** What is wrong with a spec that only the cloud can tell: references that do not resolve, zones used twice. Pure. */
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
  for (const { subnet } of spec.ips ?? []) {
    if (subnet === undefined) {
      continue;
    }
    const found = observed.subnets.get(subnet.id);
    if (found === undefined || found.vpc.id !== vpc.id) {
      const message = `VPC ${vpc.name} holds no subnet ${subnet.id}`;
      return { ...missing, reason: 'SubnetNotFound', message };
    }
    const other = zones.get(found.zone.name);
    if (other !== undefined) {
      const message = `Subnets ${other} and ${subnet.id} are both in zone ${found.zone.name}: keep one of them`;
      return { kind: 'stalled', reason: 'ZoneConflict', message };
    }
    zones.set(found.zone.name, subnet.id);
  }
  return undefined;
}
