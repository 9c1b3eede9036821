/** What scripts are made of: an operator is started, an object is made, changed and deleted. */
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { isReady } from '../../harness/gateway-watch.ts';
import { gatewayManifest } from '../../harness/gateways.ts';
import { type Lane, objectName } from '../lane.ts';
import type { Phase } from '../script.ts';

/** What is Ready in the end, with a gateway that works. */
export const ready = { object: 'present', gateway: 'stable' } as const;

export const start: Phase = {
  name: 'start',
  begin: async (lane) => void (await lane.start()),
  missing: async (lane) => ((await lane.isLeading()) ? undefined : 'the operator does not lead'),
  lastCall: 'watch endpointgateways',
  end: { object: 'absent' },
};

/** Somebody makes the object. */
export function creation(name: string, spec: (lane: Lane) => Partial<EndpointGatewaySpec>): Phase {
  return {
    name,
    begin: async (lane) => lane.rig.admin.create(lane.namespace, gatewayManifest(objectName, spec(lane))),
    missing: notReady,
    lastCall: 'create events [Succeeded]',
    end: ready,
  };
}

/**
 * Somebody edits the object: JSON patches (RFC 6902) of its spec. That all is well again is an event that was there
 * before: it is only counted, and written a minute later, so that no last call can be waited for.
 */
export function edit(name: string, patches: (lane: Lane) => readonly object[]): Phase {
  return {
    name,
    begin: async (lane) => {
      lane.generation = await lane.rig.admin.patch(lane.namespace, objectName, patches(lane));
    },
    missing: notReady,
    end: ready,
  };
}

/** Somebody deletes the object. */
export const deletion: Phase = {
  name: 'delete',
  begin: async (lane) => lane.rig.admin.delete(lane.namespace, objectName),
  missing: async (lane) => {
    const object = lane.rig.watch.present(lane.key);
    return object === undefined ? undefined : statusOf(lane);
  },
  end: { object: 'absent' },
};

/** As long as the object is not Ready as its user last wanted it. */
export async function notReady(lane: Lane): Promise<string | undefined> {
  const object = lane.rig.watch.present(lane.key);
  const isThere =
    object !== undefined &&
    isReady(object) &&
    object.metadata.generation === lane.generation &&
    !lane.lost.has(object.status?.id ?? '');
  return isThere ? undefined : statusOf(lane);
}

export function statusOf({ rig, key }: Lane): string {
  return `its status is ${JSON.stringify(rig.watch.present(key)?.status)}`;
}
