/** Which settled gateways differ from what their status says: shared listings for all of them. */
import { isDeepStrictEqual } from 'node:util';
import type { GatewayTags } from '../../cloud/search.ts';
import type { EndpointGateway, Subnet } from '../../cloud/vpc-types.ts';
import type { DriftCheck } from '../../controller/kind.ts';
import { type Key, keyOf } from '../../kube/object.ts';
import { knownAutoDelete } from './observe/gateway.ts';
import type { GatewayResource } from './observed.ts';
import { sameTags } from './plan/tags.ts';
import { bindingFields, gatewayFields } from './report.ts';

export async function drifted(
  resources: readonly GatewayResource[],
  { session, nowMs, signal }: DriftCheck,
): Promise<readonly Key[]> {
  const { inventory } = session;
  const gateways = await inventory.gateways.read(nowMs, signal);
  const subnets = await inventory.subnets.read(0, signal);
  const tags = await inventory.tags.read(nowMs, signal);
  const differing = await differInBindings(resources, { session, signal });
  return resources
    .filter((resource) => {
      const gateway = gateways.byId.get(resource.status?.id ?? '');
      return (
        gateway === undefined ||
        differs(resource, gateway, subnets.byId) ||
        differsInTags(resource, tags.byId.get(gateway.crn)) ||
        differing.has(resource)
      );
    })
    .map((resource) => keyOf(resource));
}

function differs(
  resource: GatewayResource,
  gateway: EndpointGateway,
  subnets: ReadonlyMap<string, Subnet>,
): boolean {
  const status: Readonly<Record<string, unknown>> = { ...resource.status };
  const now = gatewayFields(gateway, subnets, knownAutoDelete(resource));
  return Object.entries(now).some(([field, value]) => !isDeepStrictEqual(value, status[field]));
}

/** A gateway that search does not show says nothing: it may be newer than search knows. */
function differsInTags({ status }: GatewayResource, listed: GatewayTags | undefined): boolean {
  return (
    listed !== undefined &&
    (!sameTags(listed.tags, status?.tags ?? []) ||
      (status?.accessTags !== undefined && !sameTags(listed.accessTags, status.accessTags)))
  );
}

/** No shared listing holds resource bindings: a call for each gateway whose spec has some. */
async function differInBindings(
  resources: readonly GatewayResource[],
  { session, signal }: Pick<DriftCheck, 'session' | 'signal'>,
): Promise<ReadonlySet<GatewayResource>> {
  const differing = new Set<GatewayResource>();
  for (const resource of resources) {
    const { id, resourceBindings = [] } = resource.status ?? {};
    if (id === undefined || resource.spec.resourceBindings === undefined) {
      continue;
    }
    const bindings = await session.vpc.listResourceBindings(id, { signal, priority: 'background' });
    if (!isDeepStrictEqual(bindings.map(bindingFields), resourceBindings)) {
      differing.add(resource);
    }
  }
  return differing;
}
