/**
 * What the search knows of an account: its gateways, VPCs, subnets, security groups and service instances, each as it
 * was `searchLagMs` ago as far as its existence and its tags go (vpc-endpoint-gateways §9). Items carry the three
 * arrays of tags always, because Terraform fails on one that is missing (§6.1).
 */
import type { Account, ResourceGroup } from '../accounts.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import { timestamp } from '../timestamp.ts';
import { regionOf } from '../vpc/ids.ts';
import type { World } from '../world.ts';
import type { Properties } from './query.ts';

interface Found {
  readonly id: string;
  readonly crn: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly resourceGroup: ResourceGroup;
}

/** In the order of their CRNs, which pages rely on. */
export function documentsOf(world: World, account: Account): Properties[] {
  const seenAtMs = world.clock.now() - world.settings.searchLagMs;
  const areas = [...world.areas.values()].filter((area) => area.account === account);
  const gateways = areas
    .flatMap((area) => [...area.gateways.values()])
    // What a test seeds has been there before the test.
    .filter(({ origin, createdAtMs }) => origin === 'seed' || createdAtMs <= seenAtMs);
  const networks = areas.flatMap((area) => [
    ...area.vpcs.values(),
    ...area.subnets.values(),
    ...area.securityGroups.values(),
  ]);
  const instances = [...world.instances.values()].filter(
    (instance) => instance.account === account && !GONE.has(instance.state),
  );
  return [
    ...[...gateways, ...networks].map((resource) => vpcDocument(world, account, resource)),
    ...instances.map((instance) => instanceDocument(world, instance)),
  ].toSorted((one, other) => (String(one['crn']) < String(other['crn']) ? -1 : 1));
}

/** `is_reclaimed` and `is_deleted` are false unless an administrator says otherwise. */
const GONE: ReadonlySet<string> = new Set(['removed', 'pending_reclamation']);

/**
 * `family` and `type` as public examples show them for VPCs, instances and load balancers; that a gateway's type is
 * the resource type of its CRN, as theirs is, is inferred (UNCONFIRMED).
 */
function vpcDocument(world: World, account: Account, resource: Found): Properties {
  const [, , , , , location = '', , , type = ''] = resource.crn.split(':');
  return {
    ...common(world, account, resource),
    family: 'is',
    service_name: 'is',
    type,
    region: regionOf(location),
    resource_id: resource.id,
    doc: { resource_group_id: resource.resourceGroup.id },
  };
}

function instanceDocument(world: World, instance: ServiceInstance): Properties {
  const { account, guid, region, service, state, resourceGroup, virtualPrivateEndpoints } = instance;
  return {
    ...common(world, account, { ...instance, id: guid }),
    family: 'resource_controller',
    service_name: service,
    service_instance: guid,
    type: 'resource-instance',
    region,
    doc: {
      resource_group_id: resourceGroup.id,
      state,
      extensions:
        virtualPrivateEndpoints === undefined ? {} : { virtual_private_endpoints: virtualPrivateEndpoints },
    },
  };
}

function common(world: World, account: Account, resource: Found): Properties {
  const { crn, name, createdAtMs, resourceGroup } = resource;
  return {
    crn,
    name,
    account_id: account.id,
    resource_group_id: resourceGroup.id,
    creation_date: timestamp(createdAtMs),
    tags: tagsOf(world, crn, 'user'),
    access_tags: tagsOf(world, crn, 'access'),
    service_tags: tagsOf(world, crn, 'service'),
  };
}

function tagsOf(
  { clock, settings, tags }: World,
  crn: string,
  type: 'user' | 'access' | 'service',
): string[] {
  const { searchLagMs } = settings;
  return searchLagMs === 0 ? tags.of(crn, type) : tags.asOf(crn, type, clock.now() - searchLagMs);
}
