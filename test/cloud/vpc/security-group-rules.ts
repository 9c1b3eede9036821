/**
 * Security group rules: kept and shown faithfully, and applied where the cloud's network runs (`network/security.ts`).
 * They matter for rule R18, too, since a rule can name another security group.
 */
import { ApiError, field } from '../errors.ts';
import { parseAddress, parseBlock } from './addresses.ts';
import { securityGroupIn, type Identity } from './find.ts';
import { randomName, regionalId } from './ids.ts';
import type { AccountRegion, RuleEnd, SecurityGroup, SecurityGroupRule } from './model.ts';
import type { View } from './render-references.ts';
import { nameIsFree } from './rules.ts';
import { RULE_PROTOCOLS_RENAMED_ON } from './unconfirmed.ts';

interface RuleEndPrototype extends Identity {
  readonly address?: string;
  readonly cidr_block?: string;
}

export interface RulePrototype {
  readonly direction: 'inbound' | 'outbound';
  readonly protocol: string;
  readonly name?: string;
  readonly local?: RuleEndPrototype;
  readonly remote?: RuleEndPrototype;
  readonly code?: number;
  readonly type?: number;
  readonly port_min?: number;
  readonly port_max?: number;
}

const ANYWHERE: RuleEnd = { cidrBlock: '0.0.0.0/0' };

/** A default group lets its own members in, and everything out (§3.5). */
export function defaultRules(region: string): SecurityGroupRule[] {
  const common = { protocol: 'any', local: ANYWHERE, numbers: {} };
  return [
    {
      ...common,
      id: regionalId(region),
      name: randomName(),
      direction: 'inbound',
      remote: { securityGroup: 'self' },
    },
    { ...common, id: regionalId(region), name: randomName(), direction: 'outbound', remote: ANYWHERE },
  ];
}

export function rulesOf(area: AccountRegion, prototypes: readonly RulePrototype[]): SecurityGroupRule[] {
  const rules: SecurityGroupRule[] = [];
  for (const prototype of prototypes) {
    const { direction, protocol, name = randomName(), local, remote, code, type } = prototype;
    const { port_min: portMin, port_max: portMax } = prototype;
    nameIsFree(rules, name);
    const numbers = { code, type, port_min: portMin, port_max: portMax };
    checkNumbers(protocol, numbers);
    rules.push({
      id: regionalId(area.region),
      name,
      direction,
      protocol: protocol === 'all' ? 'icmp_tcp_udp' : protocol,
      local: endOf(area, local, 'local'),
      remote: endOf(area, remote, 'remote'),
      numbers: Object.fromEntries(
        Object.entries(numbers).filter(([, value]) => value !== undefined),
      ) as Record<string, number>,
    });
  }
  return rules;
}

type Numbers = Readonly<Record<'code' | 'type' | 'port_min' | 'port_max', number | undefined>>;

/** Ports come as a pair and belong to TCP and UDP; an ICMP code needs its type. */
function checkNumbers(protocol: string, { code, type, port_min: portMin, port_max: portMax }: Numbers): void {
  const hasPorts = portMin !== undefined || portMax !== undefined;
  const hasIcmp = code !== undefined || type !== undefined;
  const wrong =
    (hasPorts && protocol !== 'tcp' && protocol !== 'udp') ||
    (hasIcmp && protocol !== 'icmp') ||
    (code !== undefined && type === undefined) ||
    (hasPorts && (portMin === undefined || portMax === undefined || portMin > portMax));
  if (wrong) {
    const message = `These ports or ICMP numbers do not suit protocol ${protocol}.`;
    throw new ApiError({ status: 400, code: 'bad_field', message, target: field('rules') });
  }
}

function endOf(area: AccountRegion, end: RuleEndPrototype | undefined, name: string): RuleEnd {
  if (end === undefined) {
    return ANYWHERE;
  }
  const { address, cidr_block: cidrBlock } = end;
  if (address !== undefined) {
    return parseAddress(address) === undefined ? invalid(name, 'address', address) : { address };
  }
  if (cidrBlock !== undefined) {
    return parseBlock(cidrBlock) === undefined ? invalid(name, 'cidr', cidrBlock) : { cidrBlock };
  }
  return { securityGroup: securityGroupIn(area, end, `rules.${name}`) };
}

function invalid(name: string, what: 'address' | 'cidr', value: string): never {
  const target = field(`rules.${name}`, value);
  throw new ApiError({
    status: 400,
    code: `validation_invalid_${what}`,
    message: 'Not a valid one.',
    target,
  });
}

export function renderRule(rule: SecurityGroupRule, owner: SecurityGroup, view: View): unknown {
  const { id, name, direction, numbers } = rule;
  return {
    direction,
    href: `${view.baseUrl}/security_groups/${owner.id}/rules/${id}`,
    id,
    ip_version: 'ipv4',
    local: renderEnd(rule.local, owner, view),
    name,
    protocol: renderProtocol(rule.protocol, view.version),
    remote: renderEnd(rule.remote, owner, view),
    resource_type: 'security_group_rule',
    ...numbers,
  };
}

function renderProtocol(protocol: string, version: string): string {
  const isNewWord = protocol === 'any' || protocol === 'icmp_tcp_udp';
  return isNewWord && version < RULE_PROTOCOLS_RENAMED_ON ? 'all' : protocol;
}

function renderEnd(
  { address, cidrBlock, securityGroup }: RuleEnd,
  owner: SecurityGroup,
  view: View,
): unknown {
  if (address !== undefined) {
    return { address };
  }
  if (securityGroup === undefined) {
    return { cidr_block: cidrBlock };
  }
  const { crn, id, name } = securityGroup === 'self' ? owner : securityGroup;
  return { crn, href: `${view.baseUrl}/security_groups/${id}`, id, name };
}
