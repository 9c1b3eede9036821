/**
 * What a user does, phase by phase, and when a phase is over. The same for a clean run, which is recorded, and for
 * the runs in which something happens at one of its boundaries.
 */
import type { EndpointGatewaySpec } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import { connect } from '../cloud/client.ts';
import { isReady } from '../harness/gateway-watch.ts';
import { gatewayManifest, networkOf } from '../harness/gateways.ts';
import { until } from '../lib/until.ts';
import { type Lane, type LaneOptions, objectName } from './lane.ts';
import { gatewaysOf } from './snapshot.ts';

export const phases = ['start', 'create', 'change', 'drift', 'loss', 'delete'] as const;
export type Phase = (typeof phases)[number];

/** A script is a list of phases; calls outside of `recorded` are not boundaries of it. */
export interface Script {
  readonly name: string;
  readonly phases: readonly Phase[];
  readonly recorded: ReadonlySet<Phase>;
  readonly lane: LaneOptions;
}

export const lifecycle: Script = {
  name: 'lifecycle',
  phases: ['start', 'create', 'change', 'delete'],
  recorded: new Set(phases),
  lane: {},
};

/** Apart from the others, since a drift check on its timer would fall into any phase. */
export const drift: Script = {
  name: 'drift',
  phases: ['start', 'create', 'drift', 'delete'],
  recorded: new Set(['drift']),
  // Seldom enough that hardly any falls between the end of the healing and that of the phase.
  lane: { timings: { driftCheck: '1500ms' } },
};

/** Somebody deletes the gateway: its absence is proven, and a second one is made under a second intent. */
export const loss: Script = {
  name: 'loss',
  phases: ['start', 'create', 'loss', 'delete'],
  recorded: new Set(['loss']),
  lane: drift.lane,
};

/** Does the user's part of a phase. */
export async function begin(lane: Lane, phase: Phase, isRecorded: boolean): Promise<void> {
  const { admin } = lane.rig;
  const enter = (): void => {
    lane.traffic.counter.phase = isRecorded ? phase : undefined;
  };
  if (phase === 'drift' || phase === 'loss') {
    await lane.traffic.whileCloudIsHeld(async () => {
      await (phase === 'drift' ? driftAway(lane) : deleteGateway(lane));
      enter();
    });
    return;
  }
  enter();
  switch (phase) {
    case 'start':
      await lane.start();
      break;
    case 'create':
      await admin.create(lane.namespace, gatewayManifest(objectName, firstSpec(lane)));
      break;
    case 'change':
      lane.generation = await admin.patch(lane.namespace, objectName, changesOf(lane));
      break;
    case 'delete':
      await admin.delete(lane.namespace, objectName);
      break;
  }
}

/** Resolves when cluster and cloud are as the phase wants them. */
export async function reached(lane: Lane, phase: Phase): Promise<void> {
  const probe = async (): Promise<true> => {
    const what = await missing(lane, phase);
    if (what !== undefined) {
      throw new Error(what);
    }
    return true;
  };
  await until(probe, { what: `${lane.key} comes to the end of ${phase}`, deadlineMs: 60_000 });
}

/** What is not yet as the phase wants it, as a sentence. */
export async function missing(lane: Lane, phase: Phase): Promise<string | undefined> {
  if (phase === 'start') {
    return (await lane.isLeading()) ? undefined : 'the operator does not lead';
  }
  const object = lane.rig.watch.present(lane.key);
  if (phase === 'delete') {
    return object === undefined ? undefined : `its status is ${JSON.stringify(object.status)}`;
  }
  if ((phase === 'drift' || phase === 'loss') && !isHealed(lane)) {
    return 'the cloud is not as it was';
  }
  const isThere =
    object !== undefined &&
    isReady(object) &&
    object.metadata.generation === lane.generation &&
    !lane.lost.has(object.status?.id ?? '');
  return isThere ? undefined : `its status is ${JSON.stringify(object?.status)}`;
}

/**
 * The last call that an undisturbed phase makes, where nothing else waits for it. A second event that all is well is
 * only counted, and written a minute later.
 */
export const lastCalls: Readonly<Record<Phase, string | undefined>> = {
  start: 'watch endpointgateways',
  create: 'create events [Succeeded]',
  change: undefined,
  drift: undefined,
  loss: undefined,
  delete: undefined,
};

function firstSpec({ cloud }: Lane): Partial<EndpointGatewaySpec> {
  const { subnets, securityGroups } = networkOf(cloud);
  return {
    target: { crn: target },
    securityGroups: [{ id: securityGroups[0] }],
    ips: [{ subnet: { id: subnets[1][0] } }, { subnet: { id: subnets[2][0] } }],
  };
}

const target =
  'crn:v1:bluemix:public:kms:us-south:a/0123456789abcdef0123456789abcdef:00000000-0000-4000-8000-000000000001::';

/** A name, another group, and an address of another zone: five actions. */
function changesOf({ cloud }: Lane): readonly object[] {
  const { subnets, securityGroups } = networkOf(cloud);
  return [
    { op: 'add', path: '/spec/name', value: 'renamed' },
    { op: 'replace', path: '/spec/securityGroups', value: [{ id: securityGroups[1] }] },
    {
      op: 'replace',
      path: '/spec/ips',
      value: [{ subnet: { id: subnets[1][0] } }, { subnet: { id: subnets[3][0] } }],
    },
  ];
}

const strangersName = 'renamed-by-a-stranger';

/** Somebody renames the gateway and takes an address away, by the cloud's own API. */
async function driftAway(lane: Lane): Promise<void> {
  const stranger = await connect(lane.cloud);
  for (const { id, ips } of gatewaysOf(lane)) {
    await stranger.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name: strangersName } });
    const [ip] = ips.values();
    await stranger.vpc('DELETE', `/endpoint_gateways/${id}/ips/${ip?.id}`);
  }
}

async function deleteGateway(lane: Lane): Promise<void> {
  const stranger = await connect(lane.cloud);
  for (const gateway of gatewaysOf(lane)) {
    lane.lost.add(gateway.id);
    await stranger.vpc('DELETE', `/endpoint_gateways/${gateway.id}`);
  }
}

function isHealed(lane: Lane): boolean {
  const gateways = gatewaysOf(lane);
  return (
    gateways.length > 0 &&
    gateways.every(
      ({ id, name, ips, lifecycleState }) =>
        !lane.lost.has(id) && name !== strangersName && ips.size === 2 && lifecycleState === 'stable',
    )
  );
}
