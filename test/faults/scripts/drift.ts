/** Somebody changes or deletes the gateway by the cloud's own API, and the drift check finds it. */
import { connect } from '../../cloud/client.ts';
import type { Lane } from '../lane.ts';
import type { Phase, Script } from '../script.ts';
import { gatewaysOf } from '../snapshot.ts';
import { create } from './lifecycle.ts';
import { deletion, notReady, ready, start } from './phases.ts';

const strangersName = 'renamed-by-a-stranger';

/** A stranger renames the gateway and takes an address away. */
const driftAway: Phase = {
  name: 'drift',
  holdsCloud: true,
  begin: async (lane) => {
    const stranger = await connect(lane.cloud);
    for (const { id, ips } of gatewaysOf(lane)) {
      await stranger.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name: strangersName } });
      const [ip] = ips.values();
      await stranger.vpc('DELETE', `/endpoint_gateways/${id}/ips/${ip?.id}`);
    }
  },
  missing: notHealed,
  end: ready,
};

/** A stranger deletes the gateway. */
const lose: Phase = {
  name: 'loss',
  holdsCloud: true,
  begin: async (lane) => {
    const stranger = await connect(lane.cloud);
    for (const gateway of gatewaysOf(lane)) {
      lane.lost.add(gateway.id);
      await stranger.vpc('DELETE', `/endpoint_gateways/${gateway.id}`);
    }
  },
  missing: notHealed,
  end: ready,
};

async function notHealed(lane: Lane): Promise<string | undefined> {
  const gateways = gatewaysOf(lane);
  const isHealed =
    gateways.length > 0 &&
    gateways.every(
      ({ id, name, ips, lifecycleState }) =>
        !lane.lost.has(id) && name !== strangersName && ips.size === 2 && lifecycleState === 'stable',
    );
  return isHealed ? notReady(lane) : 'the cloud is not as it was';
}

/** Seldom enough that hardly any falls between the end of the healing and that of the phase. */
const lane = { timings: { driftCheck: '1500ms' } } as const;

/** Apart from the lifecycle, since a drift check on its timer would fall into any phase. */
export const drift: Script = {
  name: 'drift',
  phases: [start, create, driftAway, deletion],
  recorded: new Set([driftAway]),
  lane,
};

/** The gateway's absence is proven, and a second one is made under a second intent. */
export const loss: Script = {
  name: 'loss',
  phases: [start, create, lose, deletion],
  recorded: new Set([lose]),
  lane,
};
