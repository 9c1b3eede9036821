/** managementPolicy Observe: what is there and what would be done is shown, and the cloud is never written to. */
import { describe, expect, it } from '@jest/globals';

import { allowsOf } from '../../../src/cloud/allows.ts';
import type { Key } from '../../../src/kube/object.ts';
import { inShort } from './in-short.ts';
import { type Changes, type PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

const observed = { managementPolicy: 'Observe' } as const satisfies Changes;

function writes(): readonly string[] {
  return scene.entries().flatMap(({ method, operation = '?' }) => (method === 'GET' ? [] : [operation]));
}

function statusWrites(): number {
  return scene.kube.calls.filter(({ verb }) => verb === 'applyStatus').length;
}

/** As often as it takes to close an instance that is managed, and more. */
async function passOften(key: Key): Promise<string> {
  for (let passes = 0; passes < 8; passes += 1) {
    await scene.pass(key);
    scene.advance(20_000);
  }
  return inShort((await scene.pass(key)).verdict);
}

describe('an open instance that would be closed', () => {
  it('stays open, and the plan tells what would be done and what would stop working', async () => {
    const key = scene.make(observed);
    expect(await passOften(key)).toBe('differs');
    expect(writes()).toEqual([]);
    expect(scene.isClosed).toBe(false);
    const { status, metadata } = scene.read(key);
    expect(metadata.finalizers ?? []).toEqual([]);
    expect(status).toMatchObject({ access: 'PublicAndPrivate', plan: { total: 1 } });
    const [planned] = status?.plan?.actions ?? [];
    expect(planned).toMatchObject({ destructive: true, action: expect.stringContaining('private-only: ') });
    expect(status).not.toHaveProperty('proofs');
    expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'False', reason: 'Differs' });
    expect(scene.condition(key, 'PrivatePath')).toMatchObject({ status: 'True' });
    expect(['Reconciling', 'Stalled'].map((type) => scene.condition(key, type))).toEqual([
      undefined,
      undefined,
    ]);
    expect(statusWrites()).toBe(1);
  });

  it('shows what keeps it from that, and the plan all the same', async () => {
    const key = scene.make({ ...observed, initializationAsserted: false });
    expect(await passOften(key)).toBe('stalled InitializationNotAsserted');
    expect(scene.read(key).status?.plan).toMatchObject({ total: 1 });
    expect(scene.condition(key, 'Ready')).toMatchObject({ reason: 'InitializationNotAsserted' });
    expect(scene.condition(key, 'Stalled')).toBeUndefined();
    expect(statusWrites()).toBe(1);
    expect(writes()).toEqual([]);
  });

  it('is as the object says once somebody else has closed it, which a look finds', async () => {
    const key = scene.make(observed);
    await scene.pass(key);
    expect(await scene.checkDrift(key)).toBe(false);
    scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
    expect(await scene.checkDrift(key)).toBe(true);
    expect(await passOften(key)).toBe('settled');
    expect(scene.read(key).status).toMatchObject({ access: 'PrivateOnly', state: 'Stable' });
    expect(scene.read(key).status).not.toHaveProperty('plan');
    expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'True' });
    expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'True' });
    expect(writes()).toEqual([]);
  });

  it('is closed once it is managed', async () => {
    const key = scene.make(observed);
    await passOften(key);
    scene.edit(key, { managementPolicy: 'Manage' });
    await scene.settle(key);
    expect(scene.isClosed).toBe(true);
  });
});

it('a closed instance that would be opened stays closed, and the plan tells over which endpoint', async () => {
  scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
  const key = scene.make({ ...observed, allowedNetwork: 'PublicAndPrivate', driftPolicy: 'Correct' });
  expect(await passOften(key)).toBe('differs');
  expect(scene.read(key).status?.plan?.actions).toEqual([
    { action: 'set allowedNetwork to public-and-private, over the private endpoint' },
  ]);
  expect(scene.isClosed).toBe(true);
  expect(writes()).toEqual([]);
});

describe('an object that is switched to Observe while its closing is confirmed', () => {
  it('writes nothing more, whatever happens to the path', async () => {
    const key = scene.make();
    await scene.passUntil(key, () => scene.isClosed);
    const { dnsFaults } = scene.cloud.control.network;
    dnsFaults.add({ kind: 'nxdomain', name: scene.host });
    await scene.passUntil(key, (verdict) => inShort(verdict) === 'waiting ChangeUnconfirmed');
    scene.edit(key, observed);
    await passOften(key);
    dnsFaults.clear();
    expect(await passOften(key)).toBe('settled');
    expect(writes()).toEqual(['put_instance_policy']);
    expect(scene.isClosed).toBe(true);
  });

  it('goes when it is deleted, and leaves the policy as it is', async () => {
    const key = scene.make({ deletionPolicy: 'Open' });
    await scene.settle(key);
    scene.edit(key, observed);
    scene.kube.delete(key);
    await scene.pass(key);
    expect(scene.kube.read(key)).toBeUndefined();
    expect(writes()).toEqual(['put_instance_policy']);
    expect(scene.isClosed).toBe(true);
  });
});

it('is nobody’s rival, and has none', async () => {
  const first = scene.make(observed, 'first');
  const second = scene.make({}, 'second');
  scene.rivals = () => [first, second].map((key) => ({ resource: scene.read(key), allows: allowsOf({}) }));
  await scene.settle(second);
  expect(await passOften(first)).toBe('settled');
});
