/** What becomes of the policy when its object is deleted (design §6). */
import { describe, expect, it } from '@jest/globals';

import { dropAfterCommit } from '../endpoint-gateway/use-scenes.ts';
import { deleted, deletedInBetween, open, retain, wayOut } from './deletions.ts';
import { inShort } from './in-short.ts';
import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

const isGone = (key: string): boolean => scene.kube.read(key) === undefined;

function writesSince(after: number): readonly string[] {
  return scene.calls(after).filter((call) => call.startsWith('PUT'));
}

describe('deletionPolicy Retain', () => {
  it('leaves the policy, and asks nobody anything', async () => {
    const key = await deleted(scene, retain);
    const from = scene.lastRequest;
    await scene.pass(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(true);
    expect(scene.cloud.control.requestLog.entries({ after: from })).toEqual([]);
  });

  it('confirms a closing first whose path was lost', async () => {
    const { key, back } = await deletedInBetween(scene, retain);
    await scene.passUntil(key, (verdict) => inShort(verdict) === 'waiting ChangeUnconfirmed');
    expect(isGone(key)).toBe(false);
    back();
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(true);
    expect(writesSince(from)).toEqual([]);
  });

  it('takes a closing back first whose path is lost again', async () => {
    const { key, back } = await deletedInBetween(scene, retain);
    await scene.passUntil(key, (verdict) => inShort(verdict) === 'waiting ChangeUnconfirmed');
    back();
    await scene.pass(key);
    const { dnsFaults } = scene.cloud.control.network;
    const again = dnsFaults.add({ kind: 'nxdomain', name: scene.host });
    scene.advance(20_000);
    await scene.pass(key);
    dnsFaults.clear(again);
    scene.advance(60_000);
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
  });

  it('does not repeat a closing that was not carried out', async () => {
    const key = scene.make(retain);
    const drop = { when: 'before', drop: true } as const;
    scene.cloud.control.faults.add({ operation: 'put_instance_policy', times: 1, ...drop });
    await scene.passUntil(key, () => scene.read(key).status?.change !== undefined);
    scene.kube.delete(key);
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
    expect(writesSince(from)).toEqual([]);
  });
});

describe('deletionPolicy Open, with an instance that is there', () => {
  it('opens it over the private path, and goes once that is read', async () => {
    const key = await deleted(scene, open);
    const from = scene.lastRequest;
    await scene.pass(key);
    expect(isGone(key)).toBe(false);
    expect(scene.isClosed).toBe(false);
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.calls(from)).toEqual(['GET private 200', 'PUT private 204', 'GET private 200']);
  });

  it('opens it over the public path where that still works', async () => {
    const key = await deleted(scene, open);
    scene.cloud.control.settings.keyPolicyEnforcementLagMs = 3_600_000;
    scene.cloud.control.network.dnsFaults.add({ kind: 'nxdomain', name: scene.host });
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
    expect(writesSince(from)).toEqual(['PUT public 204']);
  });

  it('waits for a path where there is none, names the way out, and opens it once there is one', async () => {
    const key = await deleted(scene, open);
    await scene.moveTo('public');
    const { verdict } = await scene.pass(key);
    expect(verdict).toMatchObject({
      kind: 'waiting',
      reason: 'NoWorkingPath',
      message: expect.stringMatching(wayOut),
    });
    expect(scene.read(key).status).toMatchObject({ state: 'Deleting' });
    await scene.moveTo({ vpc: scene.vpc.id });
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
  });

  it('leaves it when told to, on the way out', async () => {
    const key = await deleted(scene, open);
    scene.cloud.control.network.dnsFaults.add({ kind: 'nxdomain', name: scene.host });
    await scene.pass(key);
    scene.edit(key, retain);
    const from = scene.lastRequest;
    await scene.pass(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(true);
    expect(scene.cloud.control.requestLog.entries({ after: from })).toEqual([]);
  });

  it.each([
    ['gets lost', dropAfterCommit],
    ['is 429', { when: 'before', status: 429 }],
    ['is 503', { when: 'before', status: 503 }],
  ] as const)('goes when it is open, though the answer %s', async (_, fault) => {
    const key = await deleted(scene, open);
    scene.cloud.control.faults.add({ operation: 'put_instance_policy', times: 1, ...fault });
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
  });

  it('goes after another process has opened it, without opening it again', async () => {
    const key = await deleted(scene, open);
    await scene.pass(key);
    scene.restart();
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(writesSince(from)).toEqual([]);
  });

  it('goes without a write where it is open already, and without one that was never set', async () => {
    const key = scene.make({ ...open, allowedNetwork: 'PublicAndPrivate' });
    await scene.settle(key);
    scene.kube.delete(key);
    await scene.pass(key);
    expect(isGone(key)).toBe(true);
    expect(scene.keys.policies.size).toBe(0);
  });

  it('opens what a closing may have closed whose path was lost', async () => {
    const { key, back } = await deletedInBetween(scene, open);
    await scene.pass(key);
    back();
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
  });

  it('waits for a closing that may still take effect, so that nothing closes it behind the object', async () => {
    const key = scene.make(open);
    const drop = { when: 'before', drop: true } as const;
    scene.cloud.control.faults.add({ operation: 'put_instance_policy', times: 1, ...drop });
    await scene.passUntil(key, () => scene.read(key).status?.change !== undefined);
    scene.kube.delete(key);
    await scene.pass(key);
    expect(isGone(key)).toBe(false);
    // The request was on its way.
    scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
    await scene.settle(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(false);
  });
});

describe('deletionPolicy Open, where the configuration has its word', () => {
  it.each([
    ['may not have the instance', { allowedInstances: [] }, /does not allow instance .*allowedInstances/],
    ['may not open it', { allowedVerbs: ['close'] as const }, /does not allow open, .*allowedVerbs/],
  ])('waits where the account %s, and names the way out', async (_, limits, words) => {
    const key = await deleted(scene, open);
    scene.restart(limits);
    const { verdict } = await scene.pass(key);
    expect(verdict).toMatchObject({ kind: 'stalled', reason: 'NotAllowed' });
    expect(verdict).toMatchObject({ message: expect.stringMatching(words) });
    expect(verdict).toMatchObject({ message: expect.stringMatching(wayOut) });
    expect(scene.isClosed).toBe(true);
    scene.edit(key, retain);
    await scene.pass(key);
    expect(isGone(key)).toBe(true);
    expect(scene.isClosed).toBe(true);
  });
});
