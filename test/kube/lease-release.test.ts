/** How a Lease is handed over. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { settle } from '../lib/fake-clock.ts';
import { LeaseScene, unavailable } from './lease-scene.ts';
import { hang } from './memory-api.ts';

let scene: LeaseScene;

beforeEach(() => {
  scene = new LeaseScene();
});

afterEach(() => scene.stop.abort());

test('blanks the holder, so that another candidate takes the lease at once', async () => {
  const a = await scene.leader('a');
  const b = scene.candidate('b');
  await scene.clock.advance(5_000);
  await a.leadership?.release();
  expect(scene.spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
  await settle();
  expect(b.leads).toBe(true);
  await b.leadership?.release();
  expect(scene.clock.delaysMs).toEqual([]);
});

test('succeeds although a renewal that was cut off arrives late', async () => {
  const a = await scene.leader('a');
  scene.api.before = async (verb) => {
    if (verb === 'replace') {
      scene.api.before = async () => {};
      await scene.write({ ...scene.spec(), renewTime: '2026-01-01T00:00:01.000000Z' });
    }
  };
  await a.leadership?.release();
  expect(scene.spec().holderIdentity).toBe('');
});

test('is not a loss, and renews no more', async () => {
  const a = await scene.leader('a');
  await a.leadership?.release();
  await a.leadership?.release();
  await scene.clock.advance(60_000);
  expect(a.leadership?.lost.aborted).toBe(false);
  expect(scene.spec().holderIdentity).toBe('');
});

test('leaves alone what somebody else holds', async () => {
  const a = await scene.leader('a');
  await scene.write({ holderIdentity: 'thief' });
  await a.leadership?.release();
  expect(scene.spec().holderIdentity).toBe('thief');
});

test('ends within 5 s although the API server hangs, however long the deadline', async () => {
  const times = { durationMs: 6_000_000, renewDeadlineMs: 5_000_000, retryMs: 4_000_000 };
  const a = await scene.leader('a', { times });
  scene.api.before = async (_, signal) => hang(signal);
  const released = a.leadership?.release();
  await scene.clock.advance(5_000);
  await expect(released).resolves.toBeUndefined();
  expect(scene.clock.delaysMs).toEqual([]);
});

test('never throws', async () => {
  const a = await scene.leader('a');
  scene.api.before = unavailable;
  await expect(a.leadership?.release()).resolves.toBeUndefined();
});
