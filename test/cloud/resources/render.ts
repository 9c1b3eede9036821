/** A service instance as the Resource Controller shows it (hpcs-network-policy §3.3, §9.8). */
import { endpointUrls } from '../keys/hosts.ts';
import { timestamp } from '../timestamp.ts';
import { seededHex } from '../vpc/ids.ts';
import { resourceGroupCrn } from './groups.ts';
import { INSTANCE_CREATOR, type InstanceState, type ServiceInstance } from './instances.ts';

export const INSTANCE_TYPE = 'service_instance';

export function serviceId({ service }: ServiceInstance): string {
  return seededHex(`service/${service}`);
}

/** Key Protect Dedicated is a plan of its own. */
export function planId({ service, keys }: ServiceInstance): string {
  return seededHex(`plan/${service}${keys?.dedicated === true ? '/dedicated' : ''}`);
}

export function renderInstance(instance: ServiceInstance): unknown {
  const { guid, crn, name, account, region, resourceGroup, createdAtMs, state, parameters } = instance;
  const url = `/v2/resource_instances/${guid}`;
  const extensions = extensionsOf(instance);
  return {
    id: crn,
    guid,
    url,
    created_at: timestamp(createdAtMs),
    updated_at: timestamp(instance.updatedAtMs),
    created_by: INSTANCE_CREATOR,
    updated_by: instance.updatedBy,
    ...renderReclamation(instance),
    name,
    region_id: region,
    account_id: account.id,
    resource_plan_id: planId(instance),
    resource_group_id: resourceGroup.id,
    resource_group_crn: resourceGroupCrn(account, resourceGroup),
    target_crn: `crn:v1:bluemix:public:globalcatalog::::deployment:${planId(instance)}%3A${region}`,
    crn,
    state,
    type: INSTANCE_TYPE,
    resource_id: serviceId(instance),
    last_operation: lastOperation(instance),
    allow_cleanup: false,
    locked: false,
    migrated: false,
    resource_aliases_url: `${url}/resource_aliases`,
    resource_bindings_url: `${url}/resource_bindings`,
    resource_keys_url: `${url}/resource_keys`,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  };
}

/** `deleted_at` is there whenever `scheduled_reclaim_at` is: Terraform relies on it (§3.3). */
function renderReclamation({ reclamation, restored }: ServiceInstance): object {
  return {
    ...(reclamation !== undefined && {
      deleted_at: timestamp(reclamation.createdAtMs),
      deleted_by: reclamation.createdBy,
      scheduled_reclaim_at: timestamp(reclamation.targetAtMs),
      scheduled_reclaim_by: reclamation.createdBy,
    }),
    ...(restored !== undefined && { restored_at: timestamp(restored.atMs), restored_by: restored.by }),
  };
}

function extensionsOf(instance: ServiceInstance): object {
  const { keys, virtualPrivateEndpoints } = instance;
  return {
    ...(keys !== undefined && { endpoints: endpointUrls(instance) }),
    ...(virtualPrivateEndpoints !== undefined && { virtual_private_endpoints: virtualPrivateEndpoints }),
  };
}

const UNDER_WAY: ReadonlySet<InstanceState> = new Set([
  'provisioning',
  'pre_provisioning',
  'pending_removal',
]);

function lastOperation({ state, operation: type }: ServiceInstance): unknown {
  const underWay = UNDER_WAY.has(state);
  return {
    type,
    state: underWay ? 'in progress' : 'succeeded',
    async: underWay,
    description: underWay
      ? `The ${type} of the instance is under way`
      : `Completed ${type} instance operation`,
    cancelable: false,
    poll: underWay,
  };
}
