/** Closing an instance, step by step (design §6). */
import { describe, expect, it } from '@jest/globals';

import { dropAfterCommit } from '../endpoint-gateway/use-scenes.ts';
import { inShort } from './in-short.ts';
import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

const proofs = ['GET private 200', 'GET private 200', 'GET private 200'];

describe('an instance that is open', () => {
  it('is closed after three proofs, confirmed, and seen to deny public calls', async () => {
    const key = scene.make();
    await scene.settle(key);
    expect(scene.calls()).toEqual([...proofs, 'PUT private 204', 'GET private 200', 'GET public 401']);
    expect(scene.isClosed).toBe(true);
    expect(scene.read(key).status).toMatchObject({
      access: 'PrivateOnly',
      state: 'Stable',
      policy: { enabled: true, allowedNetwork: 'private-only' },
      endpoints: { private: { result: 'Answers' }, public: { result: 'Denied' } },
      applied: { generation: 1 },
    });
    expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'True' });
    expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'True', reason: 'PublicDenied' });
    expect(scene.read(key).status).not.toHaveProperty('proofs');
    expect(scene.read(key).status).not.toHaveProperty('change');
    const from = scene.lastRequest;
    expect(inShort((await scene.pass(key)).verdict)).toBe('settled');
    expect(scene.calls(from)).toEqual(['GET private 200']);
  });

  it('shows what is about to be done, and what stops working then, while it is proven', async () => {
    const key = scene.make();
    const { verdict } = await scene.pass(key);
    expect(verdict).toMatchObject({ kind: 'waiting', reason: 'Proving', againInMs: 15_000 });
    const [planned] = scene.read(key).status?.plan?.actions ?? [];
    expect(planned).toMatchObject({ destructive: true });
    expect(planned?.action).toMatch(/private-only: .*GREP11 and PKCS#11 clients, TKE.*console.*pipelines/);
  });

  it('is closed over a connection of its own each time, to the address that was looked up for it', async () => {
    const key = scene.make();
    await scene.settle(key);
    const { queries, connections } = scene.cloud.control.network;
    const opened = connections.entries().filter(({ servername }) => servername === scene.host);
    expect(opened).toHaveLength(5);
    expect(queries.entries().filter(({ name }) => name === scene.host)).toHaveLength(5);
    expect(opened.every(({ outcome }) => outcome === 'secured')).toBe(true);
  });

  it('is not closed by proofs that bunch, however often it is looked at', async () => {
    const key = scene.make();
    for (let passes = 0; passes < 20; passes += 1) {
      await scene.pass(key);
      scene.advance(10);
    }
    expect(scene.isClosed).toBe(false);
    expect(scene.read(key).status?.proofs?.times).toHaveLength(1);
  });

  it('is not closed by proofs that are too far apart', async () => {
    const key = scene.make();
    for (let passes = 0; passes < 20; passes += 1) {
      await scene.pass(key);
      scene.advance(31_000);
    }
    expect(scene.isClosed).toBe(false);
  });

  it('is proven anew by another process', async () => {
    const key = scene.make();
    await scene.pass(key);
    scene.advance(20_000);
    await scene.pass(key);
    scene.advance(20_000);
    scene.restart();
    await scene.settle(key);
    expect(scene.calls().slice(0, 6)).toEqual([...proofs, ...proofs.slice(1), 'PUT private 204']);
  });

  it('forgets what the public endpoint said, once the instance is opened again', async () => {
    const key = scene.make();
    await scene.settle(key);
    scene.edit(key, { allowedNetwork: 'PublicAndPrivate' });
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(scene.calls(from)).toEqual(['GET private 200', 'PUT private 204', 'GET private 200']);
    expect(scene.isClosed).toBe(false);
    expect(scene.read(key).status).toMatchObject({
      access: 'PublicAndPrivate',
      endpoints: { private: { result: 'Answers' }, public: { result: 'NotAsked' } },
    });
    expect(scene.condition(key, 'Enforced')).toBeUndefined();
  });
});

describe('the answer to the closing', () => {
  it('gets lost, and the policy tells that it was closed', async () => {
    const key = scene.make();
    scene.cloud.control.faults.add({ operation: 'put_instance_policy', times: 1, ...dropAfterCommit });
    await scene.settle(key);
    expect(scene.calls().filter((call) => call.startsWith('PUT'))).toEqual(['PUT private none']);
    expect(scene.isClosed).toBe(true);
  });

  it('gets lost on its way there, and the closing is sent once more, proven anew', async () => {
    const key = scene.make();
    scene.cloud.control.faults.add({
      operation: 'put_instance_policy',
      times: 1,
      when: 'before',
      drop: true,
    });
    const from = scene.lastRequest;
    await scene.settle(key);
    const puts = scene.cloud.control.requestLog.entries({ after: from, operation: 'put_instance_policy' });
    expect(puts.map(({ dropped, committed }) => ({ dropped, committed }))).toEqual([
      { dropped: true, committed: false },
      { committed: true },
    ]);
    expect(scene.isClosed).toBe(true);
  });

  it.each([429, 500, 503])('is %s, which puts nothing back', async (status) => {
    const key = scene.make();
    scene.cloud.control.faults.add({ operation: 'put_instance_policy', times: 1, when: 'before', status });
    await scene.settle(key, { most: 100 });
    expect(scene.isClosed).toBe(true);
    expect(scene.keys.policies.get('allowedNetwork')?.versions).toHaveLength(1);
  });
});

/** Cuts the private path with the closing. */
async function closeAndCut(key: string): Promise<string> {
  await scene.passUntil(key, () => scene.isClosed);
  return scene.cloud.control.network.dnsFaults.add({ kind: 'nxdomain', name: scene.host });
}

describe('a path that is lost after the closing', () => {
  it('leaves the change unconfirmed, which completes by itself when the path is back', async () => {
    const key = scene.make();
    const fault = await closeAndCut(key);
    const lost = await scene.passUntil(key, (verdict) => inShort(verdict) === 'waiting ChangeUnconfirmed');
    expect(lost).toMatchObject({ message: expect.stringContaining('no path leads there') });
    expect(scene.read(key).status).toMatchObject({ state: 'Updating', change: { phase: 'Lost' } });
    scene.cloud.control.network.dnsFaults.clear(fault);
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(scene.calls(from)).toEqual([...proofs, 'GET public 401']);
    expect(scene.isClosed).toBe(true);
  });

  it('comes back, fails again, and what was there before is put back over it', async () => {
    const key = scene.make();
    const { dnsFaults } = scene.cloud.control.network;
    const fault = await closeAndCut(key);
    await scene.passUntil(key, (verdict) => inShort(verdict) === 'waiting ChangeUnconfirmed');
    dnsFaults.clear(fault);
    await scene.pass(key);
    scene.advance(20_000);
    const again = dnsFaults.add({ kind: 'nxdomain', name: scene.host });
    await scene.pass(key);
    dnsFaults.clear(again);
    scene.advance(60_000);
    const end = await scene.passUntil(key, ({ kind }) => kind === 'stalled');
    expect(end).toMatchObject({
      reason: 'PutBack',
      message: expect.stringMatching(/^The private path was lost after/),
    });
    expect(scene.isClosed).toBe(false);
    expect(scene.keys.policies.get('allowedNetwork')?.versions.map(({ enabled }) => enabled)).toEqual([
      true,
      false,
    ]);
    // It stays so until it is asked for again.
    scene.advance(3_600_000);
    expect(inShort((await scene.pass(key)).verdict)).toBe('stalled PutBack');
    scene.edit(key, { driftPolicy: 'Correct' });
    await scene.settle(key);
    expect(scene.isClosed).toBe(true);
  });

  it('is of no concern while the instance is deleted, and confirmed when it is restored', async () => {
    const key = scene.make();
    const { crn } = scene.instance;
    const fault = await closeAndCut(key);
    scene.cloud.control.setInstanceState(crn, 'pending_reclamation');
    expect(inShort((await scene.pass(key)).verdict)).toBe('stalled InstanceDeleted');
    expect(scene.read(key).status).toMatchObject({ state: 'Suspended', change: { phase: 'Sent' } });
    scene.cloud.control.network.dnsFaults.clear(fault);
    scene.cloud.control.setInstanceState(crn, 'active');
    await scene.settle(key);
    expect(scene.isClosed).toBe(true);
    expect(scene.read(key).status).not.toHaveProperty('change');
  });

  it('is no reason to put anything back where the service denies, throttles or fails', async () => {
    const key = scene.make();
    const { faults } = scene.cloud.control;
    await scene.passUntil(key, () => scene.isClosed);
    for (const status of [401, 403, 429, 500, 503]) {
      faults.add({ operation: 'get_instance_policy', times: 2, when: 'before', status });
    }
    await scene.settle(key, { most: 100 });
    expect(scene.isClosed).toBe(true);
    expect(scene.keys.policies.get('allowedNetwork')?.versions).toHaveLength(1);
  });
});
