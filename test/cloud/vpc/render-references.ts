/** How resources refer to each other in answers (vpc-endpoint-gateways §2.7), as seen by one client. */
import type { ResourceGroup } from '../accounts.ts';
import { resourceCrn } from './ids.ts';
import type { AccountRegion, EndpointGateway, SecurityGroup, Vpc } from './model.ts';

/** How one client looks at the service. */
export interface View {
  /** Scheme, host and `/v1`. */
  readonly baseUrl: string;
  /** The request's version date. */
  readonly version: string;
}

export type Json = Readonly<Record<string, unknown>>;

export function resourceGroupReference({ id, name }: ResourceGroup): Json {
  return { href: `https://resource-controller.cloud.ibm.com/v2/resource_groups/${id}`, id, name };
}

export function zoneReference(vpc: Vpc, zone: string, { baseUrl }: View): Json {
  return { name: zone, href: `${baseUrl}/regions/${vpc.area.region}/zones/${zone}` };
}

export function vpcReference(vpc: Vpc, { baseUrl }: View): Json {
  const { crn, id, name } = vpc;
  return { crn, href: `${baseUrl}/vpcs/${id}`, id, name, resource_type: 'vpc' };
}

export function gatewayReference(gateway: EndpointGateway, { baseUrl }: View): Json {
  const { crn, id, name } = gateway;
  return { crn, href: `${baseUrl}/endpoint_gateways/${id}`, id, name, resource_type: 'endpoint_gateway' };
}

export function securityGroupReference(securityGroup: SecurityGroup, { baseUrl }: View): Json {
  const { crn, id, name } = securityGroup;
  return { crn, href: `${baseUrl}/security_groups/${id}`, id, name };
}

export function networkAclReference(vpc: Vpc, { baseUrl }: View): Json {
  const { id, name } = vpc.networkAcl;
  const crn = resourceCrn(vpc.area, 'network-acl', id);
  return { crn, href: `${baseUrl}/network_acls/${id}`, id, name };
}

export function routingTableReference(vpc: Vpc, { baseUrl }: View): Json {
  const { id, name } = vpc.routingTable;
  const crn = resourceCrn(vpc.area, 'routing-table', id);
  const href = `${baseUrl}/vpcs/${vpc.id}/routing_tables/${id}`;
  return { crn, href, id, name, resource_type: 'routing_table' };
}

/** What a reference in `area` says of a resource that another account owns (§2.7). */
export function remoteOf(owner: AccountRegion, area: AccountRegion): Json {
  return owner.account === area.account
    ? {}
    : { remote: { account: { id: owner.account.id, resource_type: 'account' } } };
}
