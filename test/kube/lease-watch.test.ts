/** How a candidate hears that the lease is free, and what becomes of it when it cannot hear. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KubeError, type KubeErrorReason } from '../../src/kube/errors.ts';
import type { LeaseTimes } from '../../src/kube/lease-record.ts';
import { settle } from '../lib/fake-clock.ts';
import { type Candidate, LeaseScene, leaseKey, oneRetryMs } from './lease-scene.ts';

/** So long that nothing but the watch can explain what happens before. */
const longTimes: LeaseTimes = { durationMs: 6_000_000, renewDeadlineMs: 5_000_000, retryMs: 4_000_000 };

let scene: LeaseScene;

beforeEach(() => {
  scene = new LeaseScene();
});

afterEach(() => scene.stop.abort());

async function leaderAndStandby(times?: LeaseTimes): Promise<readonly [Candidate, Candidate]> {
  const changes = times === undefined ? {} : { times };
  const leader = await scene.leader('a', changes);
  const standby = scene.candidate('b', changes);
  await settle();
  return [leader, standby];
}

describe('a watched lease', () => {
  test('is taken at once when it is released', async () => {
    const [a, b] = await leaderAndStandby(longTimes);
    expect([b.leads, scene.api.openWatches]).toEqual([false, 1]);
    await a.leadership?.release();
    await settle();
    expect(b.leads).toBe(true);
    expect(scene.api.openWatches).toBe(0);
    await b.leadership?.release();
    expect(scene.clock.delaysMs).toEqual([]);
  });

  test('is taken although it was released between the look at it and the watch', async () => {
    const a = await scene.leader('a', { times: longTimes });
    scene.api.before = async (verb) => {
      if (verb === 'watch') {
        await a.leadership?.release();
      }
    };
    const b = scene.candidate('b', { times: longTimes });
    await settle();
    expect(b.leads).toBe(true);
  });

  test('is taken although it was released while the candidate looked', async () => {
    const [a, b] = await leaderAndStandby();
    scene.api.before = async (verb) => {
      if (verb === 'get') {
        scene.api.before = async () => {};
        const { holderIdentity: _, ...rest } = scene.spec();
        // What is read is what was before: the answer was on its way.
        const stale = scene.api.objects.get(leaseKey);
        await scene.write(rest);
        const now = scene.api.objects.get(leaseKey);
        scene.api.objects.set(leaseKey, stale as never);
        queueMicrotask(() => queueMicrotask(() => scene.api.objects.set(leaseKey, now as never)));
      }
    };
    await scene.clock.advance(2_000);
    expect(b.leads).toBe(true);
    expect(a.leads).toBe(true);
  });

  test('that is renewed is not looked at', async () => {
    const [, b] = await leaderAndStandby(longTimes);
    const looks = scene.count('get');
    for (let second = 0; second < 60; second += 1) {
      await scene.write({ ...scene.spec(), renewTime: String(second) });
      await settle();
    }
    expect([scene.count('get'), b.leads]).toEqual([looks, false]);
  });

  test('that cannot be taken is looked at once for each sign that it is free, and with each retry', async () => {
    const [, b] = await leaderAndStandby();
    scene.api.before = async (verb) => {
      if (verb === 'replace') {
        throw new KubeError('no', { reason: 'denied', status: 403 });
      }
    };
    await scene.clock.advance(12_000);
    scene.api.calls.length = 0;
    await scene.clock.advance(60_000);
    expect(b.leads).toBe(false);
    expect(scene.count('get')).toBeLessThanOrEqual(60 / 2 + 60 / 15 + 1);
  });
});

describe('a lease that cannot be watched', () => {
  test.each<[what: string, reason: KubeErrorReason, retryAfterMs: number]>([
    ['forbidden', 'denied', 0],
    ['no longer possible from that version', 'expired', 0],
    ['refused for a while', 'throttled', 10_000],
    ['not answered', 'unavailable', 0],
  ])(
    'since that is %s is polled; watching is tried again with growing pauses',
    async (_, reason, retryAfterMs) => {
      scene.api.before = async (verb) => {
        if (verb === 'watch') {
          throw new KubeError('no', { reason, retryAfterMs });
        }
      };
      const [a, b] = await leaderAndStandby();
      await scene.clock.advance(600_000);
      // 0.8 s doubled up to 30 s; a candidate that is woken looks, so there are some looks more.
      expect(scene.count('watch')).toBeLessThanOrEqual(600 / 30 + 6);
      expect(scene.count('get')).toBeLessThanOrEqual(600 / 2 + scene.count('watch') + 1);
      await a.leadership?.release();
      await scene.clock.advance(oneRetryMs);
      expect(b.leads).toBe(true);
    },
  );

  test('from the version that was read is watched from one that is read anew', async () => {
    const a = await scene.leader('a', { times: longTimes });
    scene.api.oldestVersion = 2;
    const b = scene.candidate('b', { times: longTimes });
    await settle();
    expect(scene.api.openWatches).toBe(0);
    await scene.write({ ...scene.spec(), renewTime: 'now' });
    await scene.clock.advance(800);
    expect(scene.api.openWatches).toBe(1);
    await scene.write({ ...scene.spec(), holderIdentity: '' });
    await settle();
    expect(b.leads).toBe(true);
    await a.leadership?.release();
  });

  test('is watched again when the watch was cut, and what happened meanwhile is seen', async () => {
    const [a, b] = await leaderAndStandby(longTimes);
    await scene.clock.advance(1_000);
    scene.api.endWatches();
    await settle();
    expect([scene.count('watch'), scene.api.openWatches]).toEqual([2, 1]);
    await scene.clock.advance(1_000);
    scene.api.watchesDeliver = false;
    await a.leadership?.release();
    await settle();
    expect(b.leads).toBe(false);
    scene.api.endWatches();
    await settle();
    expect(b.leads).toBe(true);
  });

  test('for longer than a moment is not asked for in a hot loop', async () => {
    await leaderAndStandby();
    for (let end = 0; end < 100; end += 1) {
      scene.api.endWatches();
      await settle();
    }
    expect(scene.count('watch')).toBe(1);
    await scene.clock.advance(800);
    expect(scene.count('watch')).toBe(2);
  });

  test('because the connection fell silent is polled, and watched anew after the lease’s duration', async () => {
    scene.api.watchesDeliver = false;
    const [a, b] = await leaderAndStandby();
    await scene.clock.advance(15_000);
    expect([scene.count('watch'), scene.api.openWatches]).toEqual([2, 1]);
    await a.leadership?.release();
    await settle();
    expect(b.leads).toBe(false);
    await scene.clock.advance(oneRetryMs);
    expect(b.leads).toBe(true);
  });
});

test('stopped while it waits, a candidate closes its watch and leaves no timer', async () => {
  const [a, b] = await leaderAndStandby();
  const timers = 2;
  expect(scene.clock.delaysMs.length).toBeGreaterThan(timers);
  scene.stop.abort();
  await b.ended;
  await settle();
  expect([scene.api.openWatches, scene.clock.delaysMs.length]).toEqual([0, timers]);
  await a.leadership?.release();
  expect(scene.clock.delaysMs).toEqual([]);
});
