/** A deletion with deletionPolicy Open, by what has become of the instance (fact sheet §3.3, §3.7). */
import { describe, expect, it } from '@jest/globals';

import type { InstanceState } from '../../cloud/resources/instances.ts';
import { deleted, deletedInBetween, open, retain, wayOut } from './deletions.ts';
import { inShort } from './in-short.ts';
import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

const isGone = (key: string): boolean => scene.kube.read(key) === undefined;

/** Resource Controller forgets it. */
function purge(): void {
  scene.cloud.control.setInstanceState(scene.instance.crn, 'removed');
  scene.cloud.control.faults.add({ operation: 'get_resource_instance', when: 'before', status: 404 });
}

describe('an instance that is gone', () => {
  it.each<InstanceState>(['pending_reclamation', 'pending_removal', 'removed'])(
    'or %s is not written to, since nothing is enforced any more',
    async (state) => {
      const key = await deleted(scene, open);
      scene.cloud.control.setInstanceState(scene.instance.crn, state);
      const from = scene.lastRequest;
      await scene.pass(key);
      expect(isGone(key)).toBe(true);
      expect(scene.calls(from)).toEqual([]);
    },
  );

  it.each([retain, open])(
    'lets its object go although a closing is unconfirmed ($deletionPolicy)',
    async (policy) => {
      const { key, back } = await deletedInBetween(scene, policy);
      await scene.passUntil(key, (verdict) => inShort(verdict).startsWith('waiting'));
      scene.cloud.control.setInstanceState(scene.instance.crn, 'removed');
      back();
      await scene.pass(key);
      expect(isGone(key)).toBe(true);
    },
  );

  it('lets its object go when it was seen on its way out', async () => {
    const key = scene.make(open);
    await scene.settle(key);
    scene.cloud.control.setInstanceState(scene.instance.crn, 'pending_reclamation');
    await scene.pass(key);
    purge();
    scene.kube.delete(key);
    await scene.pass(key);
    expect(isGone(key)).toBe(true);
  });

  it('is opened when it was seen on its way out and is back, though Resource Controller does not show it', async () => {
    const key = scene.make(open);
    await scene.settle(key);
    scene.cloud.control.setInstanceState(scene.instance.crn, 'pending_reclamation');
    await scene.pass(key);
    scene.cloud.control.setInstanceState(scene.instance.crn, 'active');
    scene.cloud.control.faults.add({ operation: 'get_resource_instance', when: 'before', status: 404 });
    scene.kube.delete(key);
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
  });

  it.each([
    ['CRN', () => ({ crn: scene.instance.crn })],
    ['id', () => ({ id: scene.instance.guid, region: 'us-south' })],
  ])(
    'keeps its object waiting when it was not (named by its %s), with a way out in the message',
    async (_, instanceOf) => {
      const key = await deleted(scene, { ...open, instance: instanceOf() });
      purge();
      const { verdict } = await scene.pass(key);
      expect(verdict).toMatchObject({
        kind: 'waiting',
        reason: 'InstanceNotFound',
        stallsAfter: 3,
        message: expect.stringMatching(wayOut),
      });
      scene.edit(key, retain);
      await scene.pass(key);
      expect(isGone(key)).toBe(true);
    },
  );
});

describe('an instance that is not itself', () => {
  it('opens one that Resource Controller does not tell of', async () => {
    const key = await deleted(scene, open);
    scene.cloud.control.faults.add({ operation: 'get_resource_instance', when: 'before', status: 500 });
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
  });

  it('waits for one that denies, names the way out, and opens it once it does not', async () => {
    const key = await deleted(scene, open);
    scene.cloud.control.setKeyRole(scene.apiKey, 'Reader');
    const { verdict } = await scene.pass(key);
    expect(verdict).toMatchObject({
      kind: 'waiting',
      reason: 'RoleMissing',
      stallsAfter: 3,
      message: expect.stringMatching(wayOut),
    });
    expect(scene.isClosed).toBe(true);
    scene.cloud.control.setKeyRole(scene.apiKey, 'Manager');
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
  });

  it('waits for one that is disabled, and names the way out', async () => {
    const key = await deleted(scene, open);
    scene.cloud.control.setInstanceState(scene.instance.crn, 'inactive');
    const { verdict } = await scene.pass(key);
    expect(verdict).toMatchObject({
      kind: 'waiting',
      reason: 'InstanceNotActive',
      message: expect.stringMatching(wayOut),
    });
    scene.cloud.control.setInstanceState(scene.instance.crn, 'active');
    await scene.settle(key);
    expect(scene.isClosed).toBe(false);
  });

  it('goes where there is no such policy', async () => {
    const { account, cloud } = scene;
    const { crn } = cloud.control.seed.keyProtectInstance({ account, name: 'keys', dedicated: true });
    const { metadata, ...manifest } = scene.manifest({ ...open, instance: { crn } });
    const finalizers = ['vpe-operator.io/hpcs-network-policy'];
    const { metadata: made } = scene.kube.make({ ...manifest, metadata: { ...metadata, finalizers } });
    const key = `${made.namespace}/${made.name}`;
    scene.kube.delete(key);
    await scene.pass(key);
    expect(isGone(key)).toBe(true);
    expect(scene.calls()).toEqual([]);
  });
});
