/** What a look at an object at rest costs, and what it takes for a change: one private read, and a shared listing. */
import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Key } from '../../../src/kube/object.ts';
import { inShort } from './in-short.ts';
import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;
let key: Key;
/** The last request before the look. */
let from: number;

usePolicyScenes((opened) => {
  scene = opened;
});

beforeEach(async () => {
  key = scene.make();
  await scene.settle(key);
  from = scene.lastRequest;
});

async function come(): Promise<string> {
  return inShort(
    await scene.passUntil(key, ({ kind }) => kind === 'settled' || kind === 'stalled', { most: 10 }),
  );
}

describe('an instance at rest', () => {
  it('costs one private call and no pass', async () => {
    expect(await scene.checkDrift(key)).toBe(false);
    expect(scene.calls(from)).toEqual(['GET private 200']);
  });

  it('is not taken to be gone because the instances cannot be listed', async () => {
    scene.cloud.control.faults.add({ operation: 'list_resource_instances', when: 'before', status: 503 });
    expect(await scene.checkDrift(key)).toBe(false);
    expect(scene.calls(from)).toEqual(['GET private 200']);
  });

  it.each([429, 500, 503])('is not taken to differ because its service answers %s', async (status) => {
    scene.cloud.control.faults.add({ operation: 'get_instance_policy', when: 'before', status });
    expect(await scene.checkDrift(key)).toBe(false);
  });

  it.each<[string, () => void]>([
    ['its service denies the call', () => scene.cloud.control.setKeyRole(scene.apiKey, 'none')],
    ['its private path is gone', () => cutName()],
  ])('is looked at when %s', async (_, happen) => {
    happen();
    expect(await scene.checkDrift(key)).toBe(true);
  });
});

function cutName(): void {
  scene.cloud.control.network.dnsFaults.add({ kind: 'nxdomain', name: scene.host });
}

describe('an instance that goes', () => {
  it('is found and told, nothing is asked of it, and restored it is looked at again', async () => {
    const { control } = scene.cloud;
    control.setInstanceState(scene.instance.crn, 'pending_reclamation');
    expect(await scene.checkDrift(key)).toBe(true);
    expect(await come()).toBe('stalled InstanceDeleted');
    expect(scene.calls(from)).toEqual([]);
    expect(scene.read(key).status).toMatchObject({ state: 'Suspended', access: 'PrivateOnly' });
    expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'False', reason: 'InstanceDeleted' });
    control.setInstanceState(scene.instance.crn, 'active');
    expect(await come()).toBe('settled');
    expect(scene.calls(from)).toEqual(['GET private 200', 'GET public 401']);
    expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'True', reason: 'PublicDenied' });
  });

  it('and is removed for good is told, with nothing asked of its service', async () => {
    scene.cloud.control.setInstanceState(scene.instance.crn, 'removed');
    expect(await scene.checkDrift(key)).toBe(true);
    expect(await come()).toBe('stalled InstanceDeleted');
    expect(scene.calls(from)).toEqual([]);
  });
});
