/** Resource groups and service instances that a test puts into the cloud; ids are derived from names. */
import type { ResourceGroup } from '../accounts.ts';
import { seededHex, seededUuid } from '../vpc/ids.ts';
import { hostOfTarget } from '../vpc/targets.ts';
import type { World } from '../world.ts';
import {
  endpointsAt,
  INSTANCE_CREATOR,
  instanceCrn,
  type InstanceState,
  type ServiceInstance,
  type VirtualPrivateEndpoints,
} from './instances.ts';

/** The account `default` when absent. */
interface Owner {
  readonly account?: string;
}

export interface ResourceGroupSeed extends Owner {
  readonly name: string;
}

export interface ServiceInstanceSeed extends Owner {
  readonly name: string;
  /** CRN field of the service, such as `kms`. */
  readonly service: string;
  /** `us-south` when absent. */
  readonly region?: string;
  /** Name of a resource group; the account's default one when absent. */
  readonly resourceGroup?: string;
  readonly state?: InstanceState;
  /** Those of its creation, as the Resource Controller shows them. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What fits the VPC service's idea of the instance when absent. */
  readonly virtualPrivateEndpoints?: VirtualPrivateEndpoints;
}

export function seedResourceGroup(
  world: World,
  { account = 'default', name }: ResourceGroupSeed,
): ResourceGroup {
  const owner = world.accounts.named(account);
  const group = { id: seededHex(`resource-group/${owner.id}/${name}`), name };
  owner.resourceGroups.set(group.id, group);
  return group;
}

export function seedServiceInstance(
  world: World,
  seed: ServiceInstanceSeed,
  createdAtMs: number,
): ServiceInstance {
  const { name, service, region = 'us-south', state = 'active' } = seed;
  const account = world.accounts.named(seed.account ?? 'default');
  const { resourceGroup: groupName = account.defaultResourceGroup.name } = seed;
  const resourceGroup = [...account.resourceGroups.values()].find((group) => group.name === groupName);
  if (resourceGroup === undefined) {
    throw new Error(`the account ${account.name} has no resource group ${groupName}`);
  }
  const guid = seededUuid(`instance/${account.id}/${region}/${service}/${name}`);
  const crn = instanceCrn(service, region, account.id, guid);
  const host = hostOfTarget(crn);
  const virtualPrivateEndpoints =
    seed.virtualPrivateEndpoints ?? (host === undefined ? undefined : endpointsAt(host, region));
  const instance: ServiceInstance = {
    guid,
    crn,
    name,
    account,
    service,
    region,
    resourceGroup,
    createdAtMs,
    state,
    operation: 'create',
    updatedAtMs: createdAtMs,
    updatedBy: INSTANCE_CREATOR,
    parameters: { ...seed.parameters },
    virtualPrivateEndpoints,
  };
  world.instances.set(crn, instance);
  return instance;
}
