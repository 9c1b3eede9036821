/**
 * What the VPC API accepts (vpc-endpoint-gateways §1.4–1.7, §2.4, §2.6, §2.10). Objects are closed unless
 * `ACCEPTS_UNKNOWN_FIELDS` says otherwise. Which fields belong to which version date is `dns-mode.ts`'s matter.
 */
import type { Schema } from '../validation.ts';
import { MOST_RULES } from './quotas.ts';
import { MOST_SECURITY_GROUPS } from './rules.ts';
import { ACCEPTS_UNKNOWN_FIELDS } from './unconfirmed.ts';

export function closed(properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema {
  return { type: 'object', properties, additionalProperties: ACCEPTS_UNKNOWN_FIELDS, ...more };
}

const text: Schema = { type: 'string', minLength: 1 };
export const flag: Schema = { type: 'boolean' };

export const name: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 63,
  pattern: '^-?([a-z]|[a-z][-a-z0-9]*[a-z0-9]|[0-9][-a-z0-9]*([a-z]|[-a-z][-a-z0-9]*[a-z0-9]))$',
  ibmCode: { pattern: 'validation_invalid_name' },
};

/** Names of endpoint gateways and of what belongs to them begin with a letter (N1 of §2.10). */
export const letterName: Schema = { ...name, pattern: '^-?([a-z]|[a-z][-a-z0-9]*[a-z0-9])$' };

const id: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 64,
  pattern: '^[-0-9a-z_]+$',
  ibmCode: { minLength: 'validation_non_empty_uuid', pattern: 'invalid_id_format' },
};
const crn: Schema = { type: 'string', minLength: 17, maxLength: 512 };
const href: Schema = { type: 'string', minLength: 10, maxLength: 8000, pattern: '^https?://' };

export const identity = closed({ id, crn, href }, { minProperties: 1, maxProperties: 1 });
export const idOnly = closed({ id }, { required: ['id'] });

const mode: Schema = { type: 'string', enum: ['disabled', 'primary', 'per_resource_binding'] };
const dnsProperties = {
  dns_resolution_binding_mode: mode,
  allow_dns_resolution_binding: flag,
  allow_resource_binding: flag,
};

/** Anything that has a chance of being a CRN: what is wrong with the rest is said by `targets.ts`. */
const target = closed(
  {
    resource_type: {
      type: 'string',
      enum: ['provider_cloud_service', 'provider_infrastructure_service', 'private_path_service_gateway'],
    },
    crn: text,
    name: text,
  },
  { required: ['resource_type'] },
);

/** Terraform sends an empty subnet id beside the id of an existing IP (§2.4), so `subnet` is only checked in code. */
const gatewayIP = closed({
  id,
  href,
  address: { type: 'string', format: 'ipv4' },
  auto_delete: flag,
  name: letterName,
  subnet: closed({ id: { type: 'string' }, crn, href }, { minProperties: 1, maxProperties: 1 }),
});

export const gatewayPrototype = closed(
  {
    ...dnsProperties,
    name: letterName,
    vpc: identity,
    target,
    ips: { type: 'array', items: gatewayIP },
    security_groups: {
      type: 'array',
      items: identity,
      maxItems: MOST_SECURITY_GROUPS,
      ibmCode: { maxItems: 'security_group_sgs_per_interface_exceeded' },
    },
    resource_group: idOnly,
  },
  { required: ['target', 'vpc'] },
);

export const gatewayPatch = closed({ ...dnsProperties, name: letterName });

export const resourceBindingPrototype = closed(
  { name, target: closed({ crn }, { required: ['crn'] }) },
  { required: ['target'] },
);

export const resourceBindingPatch = closed({ name });

/** Of a VPC; a resolver of type `manual` is not offered here. */
export const vpcPatch = closed({
  name: letterName,
  dns: closed({
    enable_hub: flag,
    resolver: closed({
      type: { type: 'string', enum: ['system', 'delegated'] },
      vpc: { ...identity, type: ['object', 'null'] },
    }),
  }),
});

export const dnsBindingPrototype = closed({ name: letterName, vpc: identity }, { required: ['vpc'] });

export const dnsBindingPatch = closed({ name: letterName });

export const reservedIPPrototype = closed({
  address: { type: 'string', format: 'ipv4' },
  auto_delete: flag,
  name: letterName,
  target: identity,
});

export const reservedIPPatch = closed({ auto_delete: flag, name: letterName });

const port: Schema = { type: 'integer', minimum: 1, maximum: 65_535 };
const octet: Schema = { type: 'integer', minimum: 0, maximum: 255 };
const ruleEnd = { minProperties: 1, maxProperties: 1 };
const protocols = 'all|ah|any|esp|gre|icmp|icmp_tcp_udp|ip_in_ip|l2tp|rsvp|sctp|tcp|udp|vrrp|number_\\d{1,3}';

const rule = closed(
  {
    direction: { type: 'string', enum: ['inbound', 'outbound'] },
    ip_version: { type: 'string', enum: ['ipv4'] },
    name,
    protocol: {
      type: 'string',
      pattern: `^(${protocols})$`,
      ibmCode: { pattern: 'validation_enum' },
    },
    local: closed({ address: text, cidr_block: text }, ruleEnd),
    remote: closed({ address: text, cidr_block: text, id, crn, href }, ruleEnd),
    port_min: port,
    port_max: port,
    type: octet,
    code: octet,
  },
  { required: ['direction', 'protocol'] },
);

export const securityGroupPrototype = closed(
  {
    name,
    vpc: identity,
    resource_group: idOnly,
    rules: { type: 'array', items: rule, maxItems: MOST_RULES, ibmCode: { maxItems: 'over_quota' } },
  },
  { required: ['vpc'] },
);

export const securityGroupPatch = closed({ name });

export const subnetPrototype = closed(
  {
    name,
    vpc: identity,
    ip_version: { type: 'string', enum: ['ipv4'] },
    ipv4_cidr_block: text,
    total_ipv4_address_count: { type: 'integer', minimum: 8, maximum: 8_388_608 },
    zone: closed({ name: text, href }, { minProperties: 1, maxProperties: 1 }),
    network_acl: identity,
    routing_table: identity,
    resource_group: idOnly,
  },
  { required: ['vpc'] },
);

/** Present in every request and checked before the route's own parameters. */
const common = { version: text, generation: text };

const pageProperties = {
  ...common,
  start: text,
  limit: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
};

/** Query of an operation that is not a list. */
export const plainQuery = closed(common);

/** Query of a list, with its filters. */
export function listQuery(filters: readonly string[] = []): Schema {
  return closed({ ...pageProperties, ...Object.fromEntries(filters.map((filter) => [filter, text])) });
}

/** The same for a list that can be sorted (§1.3); reserved IPs by their address when nothing else is said. */
export function sortedListQuery(
  filters: readonly string[] = [],
  { by, usually } = { by: ['address', 'created_at', 'name'], usually: 'address' },
): Schema {
  const sort: Schema = {
    type: 'string',
    pattern: `^-?(${by.join('|')})$`,
    default: usually,
    ibmCode: { pattern: 'validation_enum' },
  };
  const { properties } = listQuery(filters) as { properties: Readonly<Record<string, Schema>> };
  return closed({ ...properties, sort });
}
