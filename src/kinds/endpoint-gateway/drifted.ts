/** Which settled gateways differ from what their status says: one shared listing for all of them. */
import { isDeepStrictEqual } from 'node:util';
import type { EndpointGateway, Subnet } from '../../cloud/vpc-types.ts';
import type { DriftCheck } from '../../controller/kind.ts';
import { type Key, keyOf } from '../../kube/object.ts';
import { knownAutoDelete } from './observe.ts';
import type { GatewayResource } from './observed.ts';
import { gatewayFields } from './report.ts';

export async function drifted(
  resources: readonly GatewayResource[],
  { session, nowMs, signal }: DriftCheck,
): Promise<readonly Key[]> {
  const gateways = await session.inventory.gateways.read(nowMs, signal);
  const subnets = await session.inventory.subnets.read(0, signal);
  return resources
    .filter((resource) => differs(resource, gateways.byId.get(resource.status?.id ?? ''), subnets.byId))
    .map((resource) => keyOf(resource));
}

function differs(
  resource: GatewayResource,
  gateway: EndpointGateway | undefined,
  subnets: ReadonlyMap<string, Subnet>,
): boolean {
  if (gateway === undefined) {
    return true;
  }
  const status: Readonly<Record<string, unknown>> = { ...resource.status };
  const now = gatewayFields(gateway, subnets, knownAutoDelete(resource));
  return Object.entries(now).some(([field, value]) => !isDeepStrictEqual(value, status[field]));
}
