/** How much there may be (vpc-endpoint-gateways §4.5). The figures are settings; which code says so is a choice. */
import { field } from '../errors.ts';
import type { World } from '../world.ts';
import type { SecurityGroup, Subnet, Vpc } from './model.ts';
import { refuse } from './rules.ts';
import { PROVIDER_ADDRESSES } from './unconfirmed.ts';

export const MOST_RULES = 250;

function isRoom(count: number, most: number, { what, name }: { what: string; name: string }): void {
  if (count >= most) {
    refuse([400, 'over_quota'], `The quota of ${most} ${what} is used up.`, field(name));
  }
}

export function roomForGateway({ settings }: World, vpc: Vpc): void {
  const what = 'endpoint gateways in a VPC';
  isRoom(vpc.gateways.size, settings.mostGatewaysPerVpc, { what, name: 'vpc' });
}

/** The provider's own addresses do not count. */
export function roomForReservedIP({ settings }: World, { vpc }: Subnet): void {
  const counts = [...vpc.area.subnets.values()].map(
    ({ reservedIPs }) => reservedIPs.size - PROVIDER_ADDRESSES.length,
  );
  const count = counts.reduce((sum, one) => sum + one, 0);
  isRoom(count, settings.mostReservedIPsPerRegion, { what: 'reserved IPs in a region', name: 'subnet' });
}

export function roomForSecurityGroup({ settings }: World, vpc: Vpc): void {
  const what = 'security groups in a VPC';
  isRoom(vpc.securityGroups.size, settings.mostSecurityGroupsPerVpc, { what, name: 'vpc' });
}

/** A default security group takes any number. */
export function roomForTarget({ settings }: World, { isDefault, targets }: SecurityGroup): void {
  const most = isDefault ? Infinity : settings.mostTargetsPerSecurityGroup;
  isRoom(targets.size, most, { what: 'targets of a security group', name: 'security_groups' });
}
