/**
 * Which calls a gateway's security groups let in (vpc-endpoint-gateways §3.5): one inbound rule of any of them is
 * enough, and a gateway from before there were any (R11) lets in all. The one network ACL that a VPC has here is the
 * default one, which lets everything pass.
 */
import { contains, formatAddress, parseAddress, parseBlock } from '../vpc/addresses.ts';
import type { EndpointGateway, RuleEnd, SecurityGroup, SecurityGroupRule } from '../vpc/model.ts';
import type { Caller } from './sides.ts';

export interface Passage {
  readonly caller: Pick<Caller, 'address' | 'securityGroups'>;
  /** The gateway's. */
  readonly address: string;
  readonly port: number;
}

export function letsIn({ securityGroups }: EndpointGateway, passage: Passage): boolean {
  return (
    securityGroups.size === 0 ||
    [...securityGroups].some((group) => group.rules.some((rule) => permits(rule, group, passage)))
  );
}

const WITH_TCP: ReadonlySet<string> = new Set(['tcp', 'any', 'icmp_tcp_udp']);

function permits(
  { direction, protocol, local, remote, numbers }: SecurityGroupRule,
  group: SecurityGroup,
  { caller, address, port }: Passage,
): boolean {
  const { port_min: lowest = 0, port_max: highest = 65_535 } = numbers;
  return (
    direction === 'inbound' &&
    WITH_TCP.has(protocol) &&
    port >= lowest &&
    port <= highest &&
    covers(local, address) &&
    (isMember(remote, group, caller) || covers(remote, caller.address))
  );
}

function isMember({ securityGroup }: RuleEnd, owner: SecurityGroup, caller: Passage['caller']): boolean {
  const named = securityGroup === 'self' ? owner : securityGroup;
  return named !== undefined && caller.securityGroups.has(named.id);
}

function covers({ address: only, cidrBlock }: RuleEnd, text: string): boolean {
  const block = cidrBlock === undefined ? undefined : parseBlock(cidrBlock);
  const address = parseAddress(text);
  return (
    address !== undefined &&
    (only === formatAddress(address) || (block !== undefined && contains(block, address)))
  );
}
