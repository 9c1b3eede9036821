/** A closing that is not confirmed yet, and everything that may come in between. */
import { gatewayReference } from './gateway.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { requeueOf } from '../../../src/controller/outcome.ts';
import { standardKeySettings } from '../../cloud/keys/settings.ts';
import type { LoggedRequest } from '../../cloud/request-log.ts';
import { inShort } from './in-short.ts';
import { type Changes, type PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;
let start: number;

usePolicyScenes((opened) => {
  scene = opened;
});
beforeEach(() => {
  start = scene.lastRequest;
});
afterEach(() => {
  Object.assign(scene.cloud.control.settings, standardKeySettings);
});

/** The closing has taken effect, and nobody has read it. */
async function closed(changes?: Changes): Promise<string> {
  const key = scene.make(changes);
  await scene.passUntil(key, () => scene.isClosed);
  return key;
}

/** Returns what mends it. */
function losePath(): () => void {
  const { dnsFaults } = scene.cloud.control.network;
  const id = dnsFaults.add({ kind: 'nxdomain', name: scene.host });
  return () => dnsFaults.clear(id);
}

async function passes(key: string, count: number): Promise<void> {
  let left = count;
  await scene.passUntil(key, () => (left -= 1) <= 0, { most: count });
}

function puts(): readonly LoggedRequest[] {
  return scene.cloud.control.requestLog.entries({ after: start, operation: 'put_instance_policy' });
}

function fail(operation: string, harm: object): void {
  scene.cloud.control.faults.add({ operation, when: 'before', ...harm });
}

describe('while the path is lost', () => {
  it('what the public endpoint reads ends nothing: what was there before is put back over it', async () => {
    Object.assign(scene.cloud.control.settings, {
      keyPolicyReadLagMs: 90_000,
      keyPolicyEnforcementLagMs: 90_000,
    });
    const key = scene.make();
    await scene.passUntil(key, () => puts().length > 0);
    losePath();
    const { dnsFaults } = scene.cloud.control.network;
    const end = await scene.passUntil(key, ({ kind }) => kind === 'stalled');
    expect(inShort(end)).toBe('stalled PutBack');
    scene.advance(600_000);
    expect(scene.isClosed).toBe(false);
    dnsFaults.clear();
  });

  it('a change of the wish opens the instance as soon as a way is there, and forgets nothing before', async () => {
    const key = await closed();
    const mend = losePath();
    await scene.passUntil(key, () => scene.read(key).status?.change?.phase === 'Lost');
    scene.edit(key, { allowedNetwork: 'PublicAndPrivate' });
    mend();
    fail('put_instance_policy', { status: 503, times: 1 });
    await scene.pass(key);
    losePath();
    scene.edit(key, { allowedNetwork: 'PrivateOnly' });
    await passes(key, 3);
    expect(scene.isClosed).toBe(true);
    expect(scene.read(key).status?.change).toBeDefined();
    expect(scene.condition(key, 'Ready')).toMatchObject({ reason: 'ChangeUnconfirmed' });
  });

  it('an older object waits until the one that closed has brought it to its end', async () => {
    const key = await closed();
    losePath();
    const older = { ...scene.read(key).metadata, name: 'older', creationTimestamp: '2020-01-01T00:00:00Z' };
    const rival = { ...scene.read(key), metadata: older, status: {} };
    const allows = { vpc: () => true, instance: () => true, verb: () => true };
    scene.rivals = () => [{ resource: rival, allows }];
    expect(inShort((await scene.pass(key)).verdict)).toBe('waiting Confirming');
  });
});

describe('when the path is back', () => {
  it('a service that throttles is not asked more often than it says', async () => {
    const key = await closed();
    const mend = losePath();
    await scene.passUntil(key, () => scene.read(key).status?.change?.phase === 'Lost');
    mend();
    await scene.pass(key);
    scene.advance(15_000);
    fail('get_instance_policy', { status: 503, retryAfter: 120 });
    const { verdict } = await scene.pass(key);
    expect(requeueOf(verdict, 1)).toEqual({ pace: 'retry', atLeastMs: 120_000 });
  });

  it('a wish that was uttered while something was put back is another one', async () => {
    const key = await closed({ lockoutGuard: { window: '8s', verifyTimeout: '10s' } });
    const mend = losePath();
    await scene.passUntil(key, () => scene.read(key).status?.change?.phase === 'Lost');
    mend();
    await scene.pass(key);
    const again = losePath();
    scene.advance(2_000);
    await scene.pass(key);
    again();
    scene.advance(20_000);
    fail('put_instance_policy', { status: 503, times: 1 });
    await scene.pass(key);
    expect(scene.read(key).status?.change?.phase).toBe('PuttingBack');
    scene.edit(key, { driftPolicy: 'Correct' });
    await scene.settle(key);
    expect(scene.isClosed).toBe(true);
  });
});

describe('one intent', () => {
  it('is sent once, whatever the answer', async () => {
    const key = scene.make();
    for (const harm of [{ status: 401 }, { drop: true }, { status: 401 }]) {
      fail('put_instance_policy', { times: 1, ...harm });
    }
    const intents = new Set<string>();
    await scene.settle(key, {
      most: 100,
      before: () => {
        const { time } = scene.read(key).status?.change ?? {};
        if (time !== undefined) {
          intents.add(time);
        }
      },
    });
    expect(puts().map(({ committed }) => committed)).toEqual([false, false, false, true]);
    expect(intents.size).toBeGreaterThanOrEqual(2);
  });

  it('that comes to nothing twice gives the service time', async () => {
    const key = scene.make();
    fail('put_instance_policy', { status: 500 });
    const end = await scene.passUntil(key, ({ kind }) => kind === 'stalled');
    expect(end).toMatchObject({ reason: 'WithoutEffect' });
    expect(puts()).toHaveLength(2);
    await passes(key, 4);
    expect(puts().length).toBeLessThanOrEqual(4);
    scene.cloud.control.faults.clear();
    await scene.settle(key, { most: 100 });
    expect(scene.read(key).status).not.toHaveProperty('fruitless');
  });

  it('is followed by no other where somebody opened the instance right after it', async () => {
    const key = scene.make();
    await scene.passUntil(key, () => scene.isClosed);
    scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'public-and-private');
    const end = await scene.passUntil(key, ({ kind }) => kind === 'stalled');
    expect(inShort(end)).toBe('stalled OpenedOutside');
    expect(puts()).toHaveLength(1);
  });

  it('rests on no proof of before a path that failed at the closing', async () => {
    const key = scene.make();
    await scene.passUntil(key, () => scene.read(key).status?.proofs?.times.length === 2);
    scene.advance(15_000);
    const { network, faults } = scene.cloud.control;
    const ids: string[] = [];
    faults.interceptor = {
      before: async () => undefined,
      after: async ({ method, service }) => {
        if (method === 'GET' && service === 'keys-private') {
          ids.push(network.dnsFaults.add({ kind: 'nxdomain', name: scene.host }));
        }
        return undefined;
      },
    };
    const { verdict } = await scene.pass(key);
    faults.interceptor = undefined;
    ids.forEach((id) => network.dnsFaults.clear(id));
    expect(inShort(verdict)).toBe('waiting PathNoAddress');
    expect(scene.read(key).status).not.toHaveProperty('proofs');
    expect(scene.read(key).status).not.toHaveProperty('change');
    expect(puts()).toEqual([]);
  });
});

describe('an EndpointGateway that is not known', () => {
  it('is no path that fails: nothing is put back', async () => {
    const endpointGatewayRef = gatewayReference(scene);
    scene.cloud.control.settings.keyPolicyEnforcementLagMs = 300_000;
    const key = scene.make({ lockoutGuard: { endpointGatewayRef } });
    await scene.passUntil(key, () => puts().length > 0);
    const gateways = [...scene.gateways];
    scene.gateways.clear();
    await passes(key, 10);
    expect(scene.condition(key, 'Ready')).toMatchObject({ reason: 'GatewayNotFound' });
    expect(puts()).toHaveLength(1);
    gateways.forEach(([name, gateway]) => scene.gateways.set(name, gateway));
    await scene.settle(key);
    expect(puts()).toHaveLength(1);
  });
});

it('what was asked for while nobody could read the policy is not forgotten', async () => {
  const key = scene.make();
  await scene.settle(key);
  scene.advance(60_000);
  scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'public-and-private');
  scene.advance(1_000);
  const mend = losePath();
  scene.edit(key, { lockoutGuard: { successes: 2 } });
  await scene.pass(key);
  expect(scene.read(key).status).toMatchObject({ state: 'Unknown' });
  mend();
  await scene.settle(key);
  expect(scene.isClosed).toBe(true);
});
