import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { defaultLeaseTimes } from '../../src/kube/lease-record.ts';
import { sleep } from '../../src/lib/clock.ts';
import { settle } from '../lib/fake-clock.ts';
import { LeaseScene, leaseKey, oneRetryMs, unavailable } from './lease-scene.ts';
import { hang } from './memory-api.ts';

let scene: LeaseScene;

beforeEach(() => {
  scene = new LeaseScene();
});

afterEach(() => scene.stop.abort());

describe('acquiring', () => {
  test('makes the lease, with times of six fractional digits', async () => {
    const a = await scene.leader('a');
    expect(scene.spec()).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    await a.leadership?.release();
  });

  test('waits until the holder has not renewed for the duration, by its own clock', async () => {
    const a = await scene.leader('a');
    const b = scene.candidate('b');
    await scene.clock.advance(60_000);
    expect([a.leads, b.leads]).toEqual([true, false]);

    scene.api.before = async (verb) => (verb === 'replace' && a.leads ? unavailable() : undefined);
    await scene.clock.advance(10_000);
    expect([a.leads, b.leads]).toEqual([false, false]);
    await scene.clock.advance(5_000 + oneRetryMs);
    expect([a.leads, b.leads]).toEqual([false, true]);
    expect(scene.spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
    await b.leadership?.release();
  });

  test('does not believe the times in the record', async () => {
    await scene.leader('a');
    await scene.write({
      ...scene.spec(),
      holderIdentity: 'elsewhere',
      renewTime: '2020-01-01T00:00:00.000000Z',
    });
    const b = scene.candidate('b');
    await scene.clock.advance(14_999);
    expect(b.leads).toBe(false);
    await scene.clock.advance(oneRetryMs);
    expect(b.leads).toBe(true);
    await b.leadership?.release();
  });

  test.each([3_600_000, -3_600_000])(
    'neither hurries nor waits longer when its clock is set by %d ms',
    async (ms) => {
      const a = await scene.leader('a');
      const b = scene.candidate('b');
      await settle();
      scene.api.before = async (verb) => (verb === 'replace' && a.leads ? unavailable() : undefined);
      scene.clock.step(ms);
      await scene.clock.advance(9_999);
      expect([a.leads, b.leads]).toEqual([true, false]);
      await scene.clock.advance(5_001 + oneRetryMs);
      expect([a.leads, b.leads]).toEqual([false, true]);
      await b.leadership?.release();
    },
  );

  test('says who holds the lease, once for each holder', async () => {
    const said: unknown[] = [];
    const log = pino({ base: null, timestamp: false }, { write: (line) => said.push(JSON.parse(line)) });
    const a = await scene.leader('a');
    const b = scene.candidate('b', { log });
    await scene.clock.advance(20_000);
    const is = { level: 30, lease: leaseKey, msg: 'the lease is held by another' };
    expect(said).toEqual([{ ...is, holder: 'a' }]);
    await scene.write({ ...scene.spec(), holderIdentity: 'c' });
    await scene.clock.advance(10_000);
    expect(said.slice(1)).toEqual([{ ...is, holder: 'c' }]);
    await scene.clock.advance(10_000);
    expect(said.slice(2)).toEqual([{ level: 30, lease: leaseKey, msg: 'leading' }]);
    expect([a.leads, b.leads]).toEqual([false, true]);
    await b.leadership?.release();
  });

  test('a lease that was deleted is free once its holder must have given up, not before', async () => {
    const a = await scene.leader('a');
    const b = scene.candidate('b');
    await scene.clock.advance(1_000);
    scene.api.before = async (verb) => (verb === 'replace' && a.leads ? unavailable() : undefined);
    scene.api.remove(leaseKey);
    await scene.clock.advance(8_999);
    expect([a.leads, b.leads]).toEqual([true, false]);
    await scene.clock.advance(6_000 + oneRetryMs);
    expect([a.leads, b.leads]).toEqual([false, true]);
    await b.leadership?.release();
  });

  test('of two that find no lease, one leads', async () => {
    const both = [scene.candidate('a'), scene.candidate('b')];
    await scene.clock.advance(oneRetryMs);
    expect(both.filter(({ leads }) => leads)).toHaveLength(1);
    await Promise.all(both.map(async ({ leadership }) => leadership?.release()));
  });

  test('goes on through failures and calls that hang', async () => {
    scene.api.before = unavailable;
    const a = scene.candidate('a');
    await scene.clock.advance(60_000);
    expect(a.leads).toBe(false);
    scene.api.before = async (_, signal) => hang(signal);
    await scene.clock.advance(60_000);
    scene.api.before = async () => {};
    await scene.clock.advance(5_000 + oneRetryMs);
    expect(a.leads).toBe(true);
    await a.leadership?.release();
  });

  test('ends with the signal and leaves no timer', async () => {
    const a = await scene.leader('a');
    const timers = scene.clock.delaysMs.length;
    const reason = new Error('enough');
    const acquired = scene.election('b').acquire(scene.stop.signal);
    await settle();
    scene.stop.abort(reason);
    await expect(acquired).rejects.toBe(reason);
    expect(scene.clock.delaysMs).toHaveLength(timers);
    expect(scene.spec().holderIdentity).toBe('a');
    await a.leadership?.release();
  });

  test.each(['create', 'replace'])(
    'stopped before its %s is answered, gives the lease back',
    async (verb) => {
      if (verb === 'replace') {
        const before = await scene.leader('before');
        await before.leadership?.release();
      }
      scene.api.after = async (_, signal) => hang(signal);
      const acquired = scene.election('a').acquire(scene.stop.signal);
      await settle();
      expect(scene.spec().holderIdentity).toBe('a');
      scene.api.after = async () => {};
      scene.stop.abort(new Error('enough'));
      await expect(acquired).rejects.toThrow('enough');
      expect(scene.spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
      expect(scene.clock.delaysMs).toEqual([]);
    },
  );

  test('stopped while the API server hangs, ends in bounded time', async () => {
    scene.api.before = async (verb, signal) =>
      verb === 'get' && !scene.stop.signal.aborted ? undefined : hang(signal);
    const a = scene.candidate('a');
    await settle();
    scene.stop.abort();
    await scene.clock.advance(defaultLeaseTimes.renewDeadlineMs / 2);
    await a.ended;
    expect(a.leads).toBe(false);
  });
});

describe('leading', () => {
  test('renews with one call every 2 s', async () => {
    const a = await scene.leader('a');
    scene.api.calls.length = 0;
    await scene.clock.advance(20_000);
    expect(scene.api.calls).toEqual(Array.from({ length: 10 }, () => `replace ${leaseKey}`));
    expect(scene.spec()).toMatchObject({
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:20.000000Z',
      leaseTransitions: 0,
    });
    await a.leadership?.release();
  });

  test('survives failures shorter than the deadline', async () => {
    const a = await scene.leader('a');
    scene.api.before = unavailable;
    await scene.clock.advance(7_999);
    scene.api.before = async () => {};
    await scene.clock.advance(60_000);
    expect(a.leads).toBe(true);
    await a.leadership?.release();
  });

  test.each([
    ['fail', unavailable],
    ['hang', async (_: string, signal: AbortSignal) => hang(signal)],
  ])('is lost when renewals %s for 10 s, counted from the last one that was sent', async (_, before) => {
    const a = await scene.leader('a');
    await scene.clock.advance(4_000);
    scene.api.before = before;
    await scene.clock.advance(9_999);
    expect(a.leads).toBe(true);
    await scene.clock.advance(1);
    expect(a.leads).toBe(false);
    expect(scene.clock.delaysMs).toEqual([]);
  });

  test('counts the deadline from when a renewal was sent, not from when it was answered', async () => {
    const a = await scene.leader('a');
    scene.api.before = async (_, signal) => sleep(scene.clock, 3_000, signal);
    await scene.clock.advance(2_000 + 3_000);
    expect(scene.spec().renewTime).toBe('2026-01-01T00:00:02.000000Z');
    scene.api.before = unavailable;
    await scene.clock.advance(6_999);
    expect(a.leads).toBe(true);
    await scene.clock.advance(1);
    expect(a.leads).toBe(false);
  });

  test('is lost at once when somebody else holds the lease', async () => {
    const a = await scene.leader('a');
    await scene.write({ holderIdentity: 'thief' });
    await scene.clock.advance(2_000);
    expect(a.leads).toBe(false);
    expect(scene.spec().holderIdentity).toBe('thief');
  });

  test('outlives a lease that was deleted', async () => {
    const a = await scene.leader('a');
    scene.api.objects.delete(leaseKey);
    await scene.clock.advance(2_000);
    expect(a.leads).toBe(true);
    expect(scene.spec().holderIdentity).toBe('a');
    await a.leadership?.release();
  });
});
