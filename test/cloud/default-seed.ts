/**
 * What a simulated cloud holds unless it is started without: account `default` with four VPCs in us-south. Room for over
 * 1,000 gateways with an IP in every zone.
 */
import type { Seed } from './seed.ts';
import type { RulePrototype } from './vpc/security-group-rules.ts';

const DEFAULT_VPCS = 4;

function httpsFrom(block: string): readonly RulePrototype[] {
  const port = { port_min: 443, port_max: 443 };
  return [{ direction: 'inbound', protocol: 'tcp', ...port, remote: { cidr_block: block } }];
}

/** Two subnets a zone, one of 1,024 addresses and one of 256, and two security groups that let HTTPS in. */
export function seedDefaults(seed: Seed): void {
  seed.account('default');
  for (let index = 0; index < DEFAULT_VPCS; index += 1) {
    const vpc = `vpc-${index + 1}`;
    const network = (zone: number): string => `10.${index * 4 + zone}`;
    seed.vpc({ name: vpc, addressPrefixes: [1, 2, 3].map((zone) => `${network(zone)}.0.0/16`) });
    for (const zone of [1, 2, 3]) {
      const place = { vpc, zone: `us-south-${zone}` };
      seed.subnet({ ...place, name: `${vpc}-zone-${zone}-a`, cidr: `${network(zone)}.0.0/22` });
      seed.subnet({ ...place, name: `${vpc}-zone-${zone}-b`, cidr: `${network(zone)}.4.0/24` });
    }
    seed.securityGroup({ vpc, name: `${vpc}-web`, rules: httpsFrom('0.0.0.0/0') });
    seed.securityGroup({ vpc, name: `${vpc}-data`, rules: httpsFrom('10.0.0.0/8') });
    seed.reservedIP({ subnet: `${vpc}-zone-1-b`, name: `${vpc}-reserved`, address: `${network(1)}.4.10` });
  }
}
