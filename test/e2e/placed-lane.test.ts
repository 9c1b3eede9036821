/**
 * A fault lane whose operator closes a key-management instance: by the instance's real names, from its place in the
 * simulated network, and killed at the very call that closes.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { stringify } from 'yaml';

import {
  type HpcsNetworkPolicyStatus,
  hpcsNetworkPolicyType,
} from '../../src/kinds/hpcs-network-policy/types.gen.ts';
import type { ServiceInstance } from '../cloud/resources/instances.ts';
import type { Side } from '../cloud/network/sides.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { type Boundary, boundariesOf, boundaryName, moments } from '../faults/boundary.ts';
import { drop } from '../faults/interference.ts';
import type { Lane } from '../faults/lane.ts';
import { cutPrivatePath } from '../faults/network-trouble.ts';
import { type Rig, startRig } from '../faults/rig.ts';
import { Strike } from '../faults/strike.ts';
import { inLane } from '../faults/walk.ts';
import { kubectl } from '../harness/kubectl.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(firstStartMs);

const name = 'closed';
const phase = 'close';
const closingCall = 'PUT instance/policies [private]';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(async () => rig?.stop());

/** A lane whose operator leads, and an instance for it. */
async function inPlace(
  side: Side,
  work: (lane: Lane, instance: ServiceInstance) => Promise<void>,
): Promise<void> {
  await inLane(rig, { side, callMs: 1_000, callTimeout: '2s' }, async (lane) => {
    const instance = lane.cloud.control.seed.hpcsInstance({ name: 'hsm' });
    await lane.start();
    await lane.untilLeading();
    await work(lane, instance);
  });
}

/** Somebody asks for it to be closed, which takes two proofs within some seconds. */
async function close({ traffic, namespace }: Lane, { guid, crn }: ServiceInstance): Promise<void> {
  traffic.counter.phase = phase;
  const { group, version, kind } = hpcsNetworkPolicyType;
  const lockoutGuard = { acknowledgedInstance: guid, successes: 2, window: '4s', verifyTimeout: '10s' };
  const manifest = {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name },
    spec: {
      instance: { crn },
      allowedNetwork: 'PrivateOnly',
      initializationAsserted: true,
      lockoutGuard,
    },
  };
  await kubectl(rig.plane, ['apply', '-n', namespace, '-f', '-'], { input: stringify(manifest) });
}

async function statusOf({ namespace }: Lane): Promise<HpcsNetworkPolicyStatus> {
  const text = await kubectl(rig.plane, ['get', 'hnp', '-n', namespace, name, '-o', 'json']);
  return (JSON.parse(text) as { readonly status: HpcsNetworkPolicyStatus }).status;
}

async function untilClosed(lane: Lane): Promise<void> {
  const isClosed = async (): Promise<boolean> => {
    const { access, state } = await statusOf(lane);
    return access === 'PrivateOnly' && state === 'Stable';
  };
  await until(isClosed, { what: 'the instance is closed', everyMs: 250, deadlineMs: 60_000 });
}

/** Writes of the policy, by side, and whether each took effect. */
function writesTo({ cloud }: Lane): readonly string[] {
  return cloud.control.requestLog
    .entries({ operation: 'put_instance_policy' })
    .map(({ service, committed }) => `${service} ${committed ? 'done' : 'not done'}`);
}

test.each<Side>(['classic', { vpc: 'vpc-1' }])('from %j it is closed, call by call', async (side) => {
  await inPlace(side, async (lane, instance) => {
    await close(lane, instance);
    await untilClosed(lane);
    expect(writesTo(lane)).toEqual(['keys-private done']);
    expect(boundariesOf(lane.traffic.counter.calls).map(boundaryName)).toEqual(
      expect.arrayContaining(
        [
          'GET resource_instances/:id #1',
          'GET instance/policies [private] #1',
          'GET instance/policies [private] #2',
          `${closingCall} #1`,
          'GET instance/policies [public] #1',
        ].flatMap((call) => moments.map((moment) => `${phase}: cloud ${call} ${moment}`)),
      ),
    );
  });
});

test.each(moments)('killed %s the call that closes, it comes to the same', async (moment) => {
  await inPlace('classic', async (lane, instance) => {
    const boundary: Boundary = {
      replica: 1,
      phase,
      side: 'cloud',
      name: closingCall,
      ordinal: 1,
      moment,
    };
    const strike = new Strike(lane, boundary, async () => {
      await lane.kill();
      return drop;
    });
    await close(lane, instance);
    await strike.done;
    expect(writesTo(lane)).toEqual([moment === 'before' ? 'keys-private not done' : 'keys-private done']);
    await lane.restart();
    await untilClosed(lane);
    expect(writesTo(lane).filter((write) => write === 'keys-private done')).toHaveLength(1);
  });
});

async function untilUnreachable(lane: Lane): Promise<void> {
  const isUnreachable = async (): Promise<boolean> =>
    (await statusOf(lane)).endpoints?.private?.result === 'Unreachable';
  await until(isUnreachable, { what: 'the private endpoint is not reached', everyMs: 250 });
}

test('from outside it is not closed: the private endpoint does not answer', async () => {
  await inPlace('public', async (lane, instance) => {
    await close(lane, instance);
    await untilUnreachable(lane);
    expect(writesTo(lane)).toEqual([]);
    const { connections } = lane.cloud.control.network;
    expect(connections.entries().map(({ outcome }) => outcome)).toContain('blackholed');
  });
});

test('while its way is cut it is not closed, and then it is', async () => {
  await inPlace('classic', async (lane, instance) => {
    const mend = await cutPrivatePath(lane, 'refused');
    await close(lane, instance);
    await untilUnreachable(lane);
    expect(writesTo(lane)).toEqual([]);
    mend();
    await untilClosed(lane);
    expect(writesTo(lane)).toEqual(['keys-private done']);
  });
});
