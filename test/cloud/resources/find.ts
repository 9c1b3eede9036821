/** Resources by their CRN, whatever their service, and service instances by their GUID too. */
import type { Account } from '../accounts.ts';
import { regionOf } from '../vpc/ids.ts';
import { ApiError } from '../errors.ts';
import { areaOf, type World } from '../world.ts';
import type { ServiceInstance } from './instances.ts';

/** The account's resource; another account's cannot be seen. */
export function findResource(
  world: World,
  account: Account,
  crn: string,
): { readonly crn: string } | undefined {
  const [, , , , service = '', location = '', scope = '', , type = '', id = ''] = crn.split(':');
  if (scope !== `a/${account.id}`) {
    return undefined;
  }
  if (service !== 'is') {
    return world.instances.get(crn);
  }
  const area = areaOf(world, account, regionOf(location));
  const resources: Readonly<Record<string, ReadonlyMap<string, { readonly crn: string }>>> = {
    'endpoint-gateway': area.gateways,
    'security-group': area.securityGroups,
    subnet: area.subnets,
    vpc: area.vpcs,
  };
  const resource = resources[type]?.get(id);
  return resource?.crn === crn ? resource : undefined;
}

/** By GUID or CRN; throws 404. A removed instance stays readable. */
export function findInstance({ instances }: World, account: Account, id: string): ServiceInstance {
  for (const instance of instances.values()) {
    if (instance.account === account && (instance.guid === id || instance.crn === id)) {
      return instance;
    }
  }
  throw new ApiError({ status: 404, code: 'RC-InstanceNotFound', message: 'Instance not found' });
}
