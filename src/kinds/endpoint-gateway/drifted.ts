/** Which settled gateways differ from what their status says: one shared listing for all objects of a region. */
import { isDeepStrictEqual } from 'node:util';
import { findCondition } from '../../controller/conditions.ts';
import { isDeleting } from '../../controller/finalizer.ts';
import type { DriftCheck, Key } from '../../controller/kind.ts';
import { keyOf } from '../../kube/object.ts';
import type { GatewayResource } from './observed.ts';
import { gatewayFields } from './report.ts';

export async function drifted(
  resources: readonly GatewayResource[],
  check: DriftCheck,
): Promise<readonly Key[]> {
  const places = Map.groupBy(resources.filter(isSettled), ({ spec, metadata }) =>
    [metadata.namespace, spec.account, spec.region].join('/'),
  );
  const groups = await Promise.all([...places.values()].map(async (group) => driftedInPlace(group, check)));
  return groups.flat();
}

async function driftedInPlace(group: readonly GatewayResource[], check: DriftCheck): Promise<readonly Key[]> {
  const session = group[0] && (await check.open(group[0]));
  if (session === undefined) {
    return [];
  }
  const gateways = await session.inventory.gateways.read(check.nowMs, check.signal);
  const subnets = await session.inventory.subnets.read(0, check.signal);
  return group
    .filter(({ status = { observedGeneration: -1 } }) => {
      const gateway = gateways.byId.get(status.id ?? '');
      const autoDelete = new Map(
        status.ips?.flatMap((ip) => (ip.autoDelete === undefined ? [] : [[ip.id, ip.autoDelete]])),
      );
      const now = gateway && gatewayFields(gateway, subnets.byId, autoDelete);
      return (
        now === undefined ||
        !Object.entries(now).every(([field, value]) =>
          isDeepStrictEqual(value, status[field as keyof typeof status]),
        )
      );
    })
    .map(keyOf);
}

/** Everything else is on a schedule of its own, or to be left alone. */
function isSettled(resource: GatewayResource): boolean {
  const ready = findCondition(resource.status?.conditions, 'Ready');
  return ready?.status === 'True' && !resource.spec.suspend && !isDeleting(resource);
}
