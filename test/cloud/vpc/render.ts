/**
 * What clients see of the resources (vpc-endpoint-gateways §2, §11). Hrefs start with the address that the client
 * itself used, so they work over TLS and plain HTTP alike; their depth is IBM's (§2.10).
 */
import type { ResourceGroup } from '../accounts.ts';
import { timestamp } from '../timestamp.ts';
import { formatAddress, formatBlock } from './addresses.ts';
import { dnsFields } from './dns-mode.ts';
import { defaultSecurityGroupOf } from './find.ts';
import { resourceCrn } from './ids.ts';
import type { EndpointGateway, ReservedIP, SecurityGroup, Subnet, Vpc } from './model.ts';
import { renderRule } from './security-group-rules.ts';

/** How one client looks at the service. */
export interface View {
  /** Scheme, host and `/v1`. */
  readonly baseUrl: string;
  /** The request's version date. */
  readonly version: string;
}

type Json = Readonly<Record<string, unknown>>;

function resourceGroup({ id, name }: ResourceGroup): Json {
  return { href: `https://resource-controller.cloud.ibm.com/v2/resource_groups/${id}`, id, name };
}

function zoneReference(vpc: Vpc, zone: string, { baseUrl }: View): Json {
  return { name: zone, href: `${baseUrl}/regions/${vpc.area.region}/zones/${zone}` };
}

function vpcReference(vpc: Vpc, { baseUrl }: View): Json {
  const { crn, id, name } = vpc;
  return { crn, href: `${baseUrl}/vpcs/${id}`, id, name, resource_type: 'vpc' };
}

export function gatewayReference(gateway: EndpointGateway, { baseUrl }: View): Json {
  const { crn, id, name } = gateway;
  return { crn, href: `${baseUrl}/endpoint_gateways/${id}`, id, name, resource_type: 'endpoint_gateway' };
}

function securityGroupReference(securityGroup: SecurityGroup, { baseUrl }: View): Json {
  const { crn, id, name } = securityGroup;
  return { crn, href: `${baseUrl}/security_groups/${id}`, id, name };
}

function networkAclReference(vpc: Vpc, { baseUrl }: View): Json {
  const { id, name } = vpc.networkAcl;
  const crn = resourceCrn(vpc.area, 'network-acl', id);
  return { crn, href: `${baseUrl}/network_acls/${id}`, id, name };
}

function routingTableReference(vpc: Vpc, { baseUrl }: View): Json {
  const { id, name } = vpc.routingTable;
  const crn = resourceCrn(vpc.area, 'routing-table', id);
  const href = `${baseUrl}/vpcs/${vpc.id}/routing_tables/${id}`;
  return { crn, href, id, name, resource_type: 'routing_table' };
}

function reservedIPReference(reservedIP: ReservedIP, { baseUrl }: View): Json {
  const { id, name, subnet } = reservedIP;
  return {
    address: shownAddress(reservedIP),
    href: `${baseUrl}/subnets/${subnet.id}/reserved_ips/${id}`,
    id,
    name,
    resource_type: 'subnet_reserved_ip',
  };
}

function shownAddress({ address, addressChosen }: ReservedIP): string {
  return addressChosen ? formatAddress(address) : '0.0.0.0';
}

export function renderReservedIP(reservedIP: ReservedIP, view: View): Json {
  const { autoDelete, createdAtMs, lifecycleState, owner, gateway } = reservedIP;
  return {
    ...reservedIPReference(reservedIP, view),
    auto_delete: autoDelete,
    created_at: timestamp(createdAtMs),
    lifecycle_state: lifecycleState,
    owner,
    ...(gateway === undefined ? {} : { target: gatewayReference(gateway, view) }),
  };
}

export function renderGateway(gateway: EndpointGateway, view: View): Json {
  const { resourceType, key } = gateway.target;
  return {
    ...gatewayReference(gateway, view),
    ...dnsFields(gateway.dnsResolutionBindingMode, view.version),
    created_at: timestamp(gateway.createdAtMs),
    health_state: gateway.healthState,
    ips: [...gateway.ips.values()].map((ip) => reservedIPReference(ip, view)),
    lifecycle_reasons: gateway.lifecycleReasons,
    lifecycle_state: gateway.lifecycleState,
    resource_group: resourceGroup(gateway.resourceGroup),
    security_groups: [...gateway.securityGroups].map((group) => securityGroupReference(group, view)),
    service_endpoints: gateway.serviceEndpoints,
    target: {
      ...(resourceType === 'provider_cloud_service' ? { crn: key } : { name: key }),
      resource_type: resourceType,
    },
    vpc: vpcReference(gateway.vpc, view),
  };
}

export function renderSecurityGroup(securityGroup: SecurityGroup, view: View): Json {
  return {
    ...securityGroupReference(securityGroup, view),
    created_at: timestamp(securityGroup.createdAtMs),
    resource_group: resourceGroup(securityGroup.resourceGroup),
    rules: securityGroup.rules.map((rule) => renderRule(rule, securityGroup, view)),
    targets: [...securityGroup.targets.values()].map((gateway) => gatewayReference(gateway, view)),
    vpc: vpcReference(securityGroup.vpc, view),
  };
}

export function renderSubnet(subnet: Subnet, view: View): Json {
  const { id, crn, name, vpc } = subnet;
  return {
    available_ipv4_address_count: subnet.block.size - subnet.byAddress.size,
    created_at: timestamp(subnet.createdAtMs),
    crn,
    href: `${view.baseUrl}/subnets/${id}`,
    id,
    ip_version: 'ipv4',
    ipv4_cidr_block: formatBlock(subnet.block),
    name,
    network_acl: networkAclReference(vpc, view),
    resource_group: resourceGroup(subnet.resourceGroup),
    resource_type: 'subnet',
    routing_table: routingTableReference(vpc, view),
    status: subnet.status,
    total_ipv4_address_count: subnet.block.size,
    vpc: vpcReference(vpc, view),
    zone: zoneReference(vpc, subnet.zone, view),
  };
}

/** The resolver's configuration follows the first gateway (§10.1). */
export function renderVpc(vpc: Vpc, view: View): Json {
  const resolvers = vpc.gateways.size > 0 ? ['161.26.0.7', '161.26.0.8'] : ['161.26.0.10', '161.26.0.11'];
  return {
    ...vpcReference(vpc, view),
    classic_access: false,
    created_at: timestamp(vpc.createdAtMs),
    cse_source_ips: [...vpc.zones.keys()].map((zone, index) => ({
      ip: { address: `10.249.${index + 1}.10` },
      zone: zoneReference(vpc, zone, view),
    })),
    default_network_acl: networkAclReference(vpc, view),
    default_routing_table: routingTableReference(vpc, view),
    default_security_group: securityGroupReference(defaultSecurityGroupOf(vpc), view),
    dns: {
      enable_hub: vpc.enableHub,
      resolution_binding_count: 0,
      resolver: {
        configuration: vpc.gateways.size > 0 ? 'private_resolver' : 'default',
        servers: resolvers.map((address) => ({ address })),
        type: 'system',
      },
    },
    health_reasons: [],
    health_state: 'ok',
    public_address_ranges: [],
    resource_group: resourceGroup(vpc.resourceGroup),
    status: vpc.status,
  };
}
