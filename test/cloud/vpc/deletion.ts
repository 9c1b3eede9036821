/** How networks go: what a subnet, a security group or a VPC takes along (vpc-endpoint-gateways §3.2). */
import type { World } from '../world.ts';
import { changed } from './lifecycle.ts';
import type { SecurityGroup, Subnet, Vpc } from './model.ts';

/** Rule R17: the subnet leaves the gateways that used it, and takes its reserved IPs along. */
export function deleteSubnet(world: World, subnet: Subnet): void {
  subnet.status = 'deleting';
  world.clock.setTimer(world.settings.deleteMs, () => {
    for (const { gateway } of subnet.reservedIPs.values()) {
      if (gateway !== undefined) {
        gateway.ips.delete(subnet.zone);
        changed(world, gateway);
      }
    }
    subnet.reservedIPs.clear();
    subnet.byAddress.clear();
    subnet.vpc.subnets.delete(subnet);
    subnet.vpc.area.subnets.delete(subnet.id);
    world.tags.forget(subnet.crn);
  });
}

export function deleteSecurityGroup(world: World, securityGroup: SecurityGroup): void {
  securityGroup.vpc.securityGroups.delete(securityGroup);
  securityGroup.vpc.area.securityGroups.delete(securityGroup.id);
  world.tags.forget(securityGroup.crn);
}

/** A VPC takes its security groups and its part in DNS sharing along. */
export function deleteVpc(world: World, vpc: Vpc): void {
  vpc.status = 'deleting';
  world.clock.setTimer(world.settings.deleteMs, () => {
    for (const securityGroup of vpc.securityGroups) {
      deleteSecurityGroup(world, securityGroup);
    }
    for (const binding of vpc.dnsBindings) {
      binding.hub.dnsBindings.delete(binding);
      binding.spoke.dnsBindings.delete(binding);
    }
    vpc.area.vpcs.delete(vpc.id);
    world.tags.forget(vpc.crn);
  });
}
