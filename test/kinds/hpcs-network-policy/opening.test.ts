/** Opening an instance: over the private endpoint, else the public one, and tried for as long as neither works. */
import { beforeEach, describe, expect, it } from '@jest/globals';

import { inShort } from './in-short.ts';
import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

const open = { allowedNetwork: 'PublicAndPrivate', driftPolicy: 'Correct' } as const;

function puts(): readonly string[] {
  return scene.calls().filter((call) => call.startsWith('PUT'));
}

function cutPrivate(): string {
  return scene.cloud.control.network.dnsFaults.add({ kind: 'nxdomain', name: scene.host });
}

describe('a closed instance', () => {
  beforeEach(() => scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only'));

  it('is opened over the private endpoint, with one read for a proof', async () => {
    const key = scene.make(open);
    await scene.settle(key);
    const calls = scene.calls().filter((call) => call.includes('private'));
    expect(calls).toEqual(['GET private 200', 'PUT private 204', 'GET private 200']);
    expect(scene.isClosed).toBe(false);
    expect(scene.read(key).status).toMatchObject({
      access: 'PublicAndPrivate',
      state: 'Stable',
      policy: { enabled: true, allowedNetwork: 'public-and-private' },
    });
  });

  it('is opened over the public endpoint where that answers still, and the private one cannot be reached', async () => {
    scene.cloud.control.settings.keyPolicyEnforcementLagMs = 10 ** 9;
    cutPrivate();
    const key = scene.make(open);
    await scene.settle(key);
    expect(scene.calls()).toEqual(['GET public 200', 'PUT public 204', 'GET public 200']);
    expect(scene.isClosed).toBe(false);
    expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'True' });
    expect(scene.condition(key, 'PrivatePath')).toMatchObject({ status: 'False', reason: 'PathNoAddress' });
  });

  it('is tried without end while neither works, and opened once the private path is there', async () => {
    const fault = cutPrivate();
    const key = scene.make(open);
    for (let passes = 0; passes < 30; passes += 1) {
      expect(inShort((await scene.pass(key)).verdict)).toBe('waiting NoWorkingPath');
      scene.advance(120_000);
    }
    expect(scene.condition(key, 'Stalled')).toBeUndefined();
    expect(scene.condition(key, 'Ready')).toMatchObject({
      reason: 'NoWorkingPath',
      message: expect.stringMatching(/know no address of the private endpoint .*the public endpoint denies/),
    });
    expect(puts()).toEqual([]);
    scene.cloud.control.network.dnsFaults.clear(fault);
    await scene.settle(key);
    expect(puts()).toEqual(['PUT private 204']);
  });

  it('is opened once the operator moves to where a private path is', async () => {
    await scene.moveTo('public');
    const key = scene.make(open);
    expect(inShort((await scene.pass(key)).verdict)).toBe('waiting NoWorkingPath');
    await scene.moveTo({ vpc: scene.vpc.id });
    await scene.settle(key);
    expect(scene.isClosed).toBe(false);
  });

  it.each([429, 500, 503])('is asked to open again after a %s', async (status) => {
    const from = scene.lastRequest;
    scene.cloud.control.faults.add({ operation: 'put_instance_policy', times: 2, when: 'before', status });
    const key = scene.make(open);
    await scene.settle(key, { most: 100 });
    const sent = scene.cloud.control.requestLog.entries({ after: from, operation: 'put_instance_policy' });
    expect(sent.map((one) => [one.service, one.status])).toEqual(
      [status, status, 204].map((answer) => ['keys-private', answer]),
    );
    expect(scene.isClosed).toBe(false);
  });

  it('is opened whatever became of the answer', async () => {
    scene.cloud.control.faults.add({
      operation: 'put_instance_policy',
      times: 1,
      when: 'after',
      drop: true,
    });
    const key = scene.make(open);
    await scene.settle(key);
    expect(puts()).toEqual(['PUT private none']);
    expect(scene.isClosed).toBe(false);
  });
});

describe('an open instance', () => {
  it('whose private endpoint cannot be reached is known to be open by the public one', async () => {
    cutPrivate();
    const key = scene.make(open);
    await scene.settle(key);
    expect(scene.calls()).toEqual(['GET public 200']);
    expect(scene.read(key).status).toMatchObject({ access: 'PublicAndPrivate', state: 'Stable' });
    expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'True' });
  });

  it.each(['public-and-private', 'disabled', 'never set'] as const)(
    'is as it shall be when its policy is %s: nothing is written',
    async (how) => {
      if (how !== 'never set') {
        scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'public-and-private');
      }
      if (how === 'disabled') {
        scene.keys.policies.get('allowedNetwork')?.versions.push({
          enabled: false,
          attributes: { allowed_network: 'private-only' },
          updatedBy: 'IBMid-1',
          updatedAtMs: scene.cloud.control.clock.now(),
        });
      }
      const key = scene.make(open);
      await scene.settle(key);
      expect(puts()).toEqual([]);
      expect(scene.read(key).status?.access).toBe('PublicAndPrivate');
    },
  );
});

describe('a closing that is called off', () => {
  it('before it was sent leaves the instance as it is', async () => {
    const key = scene.make();
    await scene.pass(key);
    expect(scene.read(key).status).toHaveProperty('proofs');
    scene.edit(key, open);
    await scene.settle(key);
    expect(puts()).toEqual([]);
    expect(scene.read(key).status).not.toHaveProperty('proofs');
  });

  it('after it was sent is taken back, over whatever path works', async () => {
    const key = scene.make();
    await scene.passUntil(key, () => scene.isClosed);
    const fault = cutPrivate();
    scene.edit(key, open);
    await scene.pass(key);
    scene.cloud.control.network.dnsFaults.clear(fault);
    await scene.settle(key);
    expect(puts()).toEqual(['PUT private 204', 'PUT private 204']);
    expect(scene.isClosed).toBe(false);
    expect(scene.read(key).status).not.toHaveProperty('change');
    expect(scene.read(key).status).not.toHaveProperty('putBack');
  });
});
