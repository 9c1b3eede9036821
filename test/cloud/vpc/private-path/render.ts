/** What clients see of Private Path (vpc-endpoint-gateways §2.5, §2.9). */
import { timestamp } from '../../timestamp.ts';
import type { AccountRegion } from '../model.ts';
import {
  remoteOf,
  resourceGroupReference,
  vpcReference,
  type Json,
  type View,
} from '../render-references.ts';
import { accountOf } from './access.ts';
import type { AccessBinding, AccountPolicy, LoadBalancer, PrivatePath } from './model.ts';
import { activeBindings } from './rules.ts';

function privatePathHref({ id }: PrivatePath, { baseUrl }: View): string {
  return `${baseUrl}/private_path_service_gateways/${id}`;
}

/** As the target of a gateway in `area`; one that is gone by now says so. */
export function privatePathReference(privatePath: PrivatePath, area: AccountRegion, view: View): Json {
  const { crn, id, name, vpc } = privatePath;
  const exists = vpc.area.privatePaths.has(id);
  return {
    crn,
    href: privatePathHref(privatePath, view),
    id,
    name,
    resource_type: 'private_path_service_gateway',
    ...(exists ? {} : { deleted: { more_info: 'https://cloud.ibm.com/apidocs/vpc#deleted-resources' } }),
    ...remoteOf(vpc.area, area),
  };
}

function loadBalancerReference({ crn, id, name }: LoadBalancer, { baseUrl }: View): Json {
  return { crn, href: `${baseUrl}/load_balancers/${id}`, id, name, resource_type: 'load_balancer' };
}

export function renderPrivatePath(privatePath: PrivatePath, view: View): Json {
  const { crn, id, name, vpc } = privatePath;
  return {
    created_at: timestamp(privatePath.createdAtMs),
    crn,
    default_access_policy: privatePath.defaultAccessPolicy,
    endpoint_gateway_binding_auto_delete: true,
    endpoint_gateway_binding_auto_delete_timeout: 0,
    endpoint_gateway_count: activeBindings(privatePath).length,
    href: privatePathHref(privatePath, view),
    id,
    lifecycle_state: privatePath.lifecycleState,
    load_balancer: loadBalancerReference(privatePath.loadBalancer, view),
    name,
    published: privatePath.published,
    resource_group: resourceGroupReference(privatePath.resourceGroup),
    resource_type: 'private_path_service_gateway',
    service_endpoints: privatePath.serviceEndpoints,
    vpc: vpcReference(vpc, view),
    zonal_affinity: privatePath.zonalAffinity,
  };
}

export function renderBinding(binding: AccessBinding, view: View): Json {
  const { id, privatePath, createdAtMs, expiresAtMs, status } = binding;
  const expires = status === 'pending' || status === 'expired';
  return {
    account: { id: accountOf(binding), resource_type: 'account' },
    created_at: timestamp(createdAtMs),
    ...(expires ? { expiration_at: timestamp(expiresAtMs) } : {}),
    href: `${privatePathHref(privatePath, view)}/endpoint_gateway_bindings/${id}`,
    id,
    lifecycle_state: 'stable',
    resource_type: 'private_path_service_gateway_endpoint_gateway_binding',
    status,
  };
}

export function renderPolicy(policy: AccountPolicy, privatePath: PrivatePath, view: View): Json {
  const { id, accountId, accessPolicy, createdAtMs } = policy;
  return {
    access_policy: accessPolicy,
    account: { id: accountId, resource_type: 'account' },
    created_at: timestamp(createdAtMs),
    href: `${privatePathHref(privatePath, view)}/account_policies/${id}`,
    id,
    resource_type: 'private_path_service_gateway_account_policy',
  };
}
