/**
 * A fault lane whose operator is placed in the simulated network, and calls a service there by its own name: those calls
 * are boundaries too, at which it is killed, or its way cut, like at any other.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { firstStartMs } from '../cluster/control-plane.ts';
import { type Boundary, type Call, moments } from '../faults/boundary.ts';
import { drop } from '../faults/interference.ts';
import type { LaneOptions } from '../faults/lane.ts';
import { cutPrivatePath } from '../faults/network-trouble.ts';
import { type Rig, startRig } from '../faults/rig.ts';
import { killCase } from '../faults/scenarios/kill.ts';
import { lifecycle } from '../faults/scripts/lifecycle.ts';
import { Strike } from '../faults/strike.ts';
import { inLane, problemsOf, record, type Recording, walkInto, walkTo } from '../faults/walk.ts';
import { until } from '../lib/until.ts';
import { reached } from '../faults/script.ts';

jest.setTimeout(firstStartMs);

const host = 'private.us-south.iam.cloud.ibm.com';
const options: LaneOptions = {
  side: 'classic',
  overrides: { IBMCLOUD_IAM_API_ENDPOINT: `https://${host}` },
};

let rig: Rig;
let recording: Recording;
let byName: Call;

beforeAll(async () => {
  rig = await startRig();
  recording = await record(rig, lifecycle, options);
  const call = recording.calls.find(({ name }) => name === 'POST token');
  if (call === undefined) {
    throw new Error('no call went by name');
  }
  byName = call;
});

afterAll(async () => rig?.stop());

test('its calls by name and those through the proxies are boundaries of one run', () => {
  expect(recording.calls).toContainEqual(
    expect.objectContaining({ side: 'cloud', name: 'POST endpoint_gateways', ordinal: 1 }),
  );
  expect(byName).toMatchObject({ replica: 1, side: 'cloud', ordinal: 1 });
});

test.each(moments)('it is killed %s a call by name, and the next one finishes', async (moment) => {
  const kill = killCase('kill', { ...byName, moment }, { recording, options });
  expect(await kill.run(rig)).toEqual({ kind: 'converged' });
});

test('its way is cut in mid-call, and it goes on when that is mended', async () => {
  const boundary: Boundary = { ...byName, moment: 'after' };
  await inLane(rig, options, async (lane) => {
    const cut = Promise.withResolvers<() => void>();
    const strike = new Strike(lane, boundary, async () => {
      cut.resolve(await cutPrivatePath(lane, 'refused'));
      return drop;
    });
    const phase = await walkTo(lane, boundary, lifecycle);
    await walkInto(lane, phase, strike);
    const { connections } = lane.cloud.control.network;
    await until(() => connections.entries().some(({ outcome }) => outcome === 'refused'), {
      what: 'the operator has tried the way that is cut',
    });
    const mend = await cut.promise;
    mend();
    await reached(lane, phase);
    expect(problemsOf(lane, phase, recording)).toEqual([]);
  });
});
