/**
 * What clients see of the resources (vpc-endpoint-gateways §2, §11). Hrefs start with the address that the client
 * itself used, so they work over TLS and plain HTTP alike; their depth is IBM's (§2.10).
 */
import { timestamp } from '../timestamp.ts';
import { formatAddress, formatBlock } from './addresses.ts';
import { dnsFields } from './dns-mode.ts';
import { renderDns } from './dns/render.ts';
import { defaultSecurityGroupOf } from './find.ts';
import type { EndpointGateway, ReservedIP, SecurityGroup, Subnet, Vpc } from './model.ts';
import { privatePathReference } from './private-path/render.ts';
import {
  gatewayReference,
  networkAclReference,
  resourceGroupReference,
  routingTableReference,
  securityGroupReference,
  vpcReference,
  zoneReference,
  type Json,
  type View,
} from './render-references.ts';
import { renderRule } from './security-group-rules.ts';

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
  return {
    ...gatewayReference(gateway, view),
    ...dnsFields(gateway.dnsResolutionBindingMode, view.version),
    created_at: timestamp(gateway.createdAtMs),
    health_state: gateway.healthState,
    ips: [...gateway.ips.values()].map((ip) => reservedIPReference(ip, view)),
    lifecycle_reasons: gateway.lifecycleReasons,
    lifecycle_state: gateway.lifecycleState,
    resource_group: resourceGroupReference(gateway.resourceGroup),
    security_groups: [...gateway.securityGroups].map((group) => securityGroupReference(group, view)),
    service_endpoints: gateway.serviceEndpoints,
    target: renderTarget(gateway, view),
    vpc: vpcReference(gateway.vpc, view),
  };
}

function renderTarget({ target, vpc }: EndpointGateway, view: View): Json {
  const { resourceType, key, privatePath } = target;
  if (privatePath !== undefined) {
    return privatePathReference(privatePath, vpc.area, view);
  }
  return {
    ...(resourceType === 'provider_cloud_service' ? { crn: key } : { name: key }),
    resource_type: resourceType,
  };
}

export function renderSecurityGroup(securityGroup: SecurityGroup, view: View): Json {
  return {
    ...securityGroupReference(securityGroup, view),
    created_at: timestamp(securityGroup.createdAtMs),
    resource_group: resourceGroupReference(securityGroup.resourceGroup),
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
    resource_group: resourceGroupReference(subnet.resourceGroup),
    resource_type: 'subnet',
    routing_table: routingTableReference(vpc, view),
    status: subnet.status,
    total_ipv4_address_count: subnet.block.size,
    vpc: vpcReference(vpc, view),
    zone: zoneReference(vpc, subnet.zone, view),
  };
}

export function renderVpc(vpc: Vpc, view: View): Json {
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
    dns: renderDns(vpc, view),
    health_reasons: [],
    health_state: 'ok',
    public_address_ranges: [],
    resource_group: resourceGroupReference(vpc.resourceGroup),
    status: vpc.status,
  };
}
