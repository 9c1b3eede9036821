import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { KubeError } from '../../src/kube/errors.ts';
import { defaultLeaseTimes, type Lease, type LeaseTimes } from '../../src/kube/lease-record.ts';
import { LeaseElection, type Leadership } from '../../src/kube/lease.ts';
import { sleep } from '../../src/lib/clock.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { hang, MemoryApi } from './memory-api.ts';

const key = 'operator/the-lease';
/** Enough for a candidate to look at the lease once more, whatever the jitter. */
const oneRetryMs = 2_000 * 2.2;

let api: MemoryApi;
let clock: FakeClock;
let stop: AbortController;

beforeEach(() => {
  api = new MemoryApi();
  clock = new FakeClock();
  stop = new AbortController();
});

afterEach(() => stop.abort());

function election(identity: string, times: LeaseTimes = defaultLeaseTimes): LeaseElection {
  return new LeaseElection({
    client: api,
    namespace: 'operator',
    name: 'the-lease',
    identity,
    times,
    clock,
    random: () => 0,
    log: pino({ level: 'silent' }),
  });
}

/** A candidate, and the leadership once it has it. */
class Candidate {
  leadership: Leadership | undefined;
  readonly ended: Promise<void>;

  constructor(identity: string) {
    this.ended = this.#run(election(identity));
  }

  get leads(): boolean {
    return this.leadership !== undefined && !this.leadership.lost.aborted;
  }

  async #run(candidate: LeaseElection): Promise<void> {
    this.leadership = await candidate.acquire(stop.signal).catch(() => undefined);
  }
}

function spec(): Lease['spec'] {
  return (api.objects.get(key) as Lease).spec;
}

async function unavailable(): Promise<never> {
  throw new KubeError('down', { reason: 'unavailable' });
}

describe('acquiring', () => {
  test('makes the lease, with times of six fractional digits', async () => {
    const a = new Candidate('a');
    await a.ended;
    expect(spec()).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    await a.leadership?.release();
  });

  test('waits until the holder has not renewed for the duration, by its own clock', async () => {
    const a = new Candidate('a');
    await a.ended;
    const b = new Candidate('b');
    await clock.advance(60_000);
    expect([a.leads, b.leads]).toEqual([true, false]);

    api.before = async (verb) => (verb === 'replace' && a.leads ? unavailable() : undefined);
    await clock.advance(10_000);
    expect([a.leads, b.leads]).toEqual([false, false]);
    await clock.advance(5_000 + oneRetryMs);
    expect([a.leads, b.leads]).toEqual([false, true]);
    expect(spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
    await b.leadership?.release();
  });

  test('does not believe the times in the record', async () => {
    const a = new Candidate('a');
    await a.ended;
    const lease = api.objects.get(key) as Lease;
    const longAgo = { ...lease.spec, holderIdentity: 'elsewhere', renewTime: '2020-01-01T00:00:00.000000Z' };
    await api.replace({} as never, { ...lease, spec: longAgo }, stop.signal);
    const b = new Candidate('b');
    await clock.advance(14_999);
    expect(b.leads).toBe(false);
    await clock.advance(oneRetryMs);
    expect(b.leads).toBe(true);
    await b.leadership?.release();
  });

  test('of two that find no lease, one leads', async () => {
    const both = [new Candidate('a'), new Candidate('b')];
    await clock.advance(oneRetryMs);
    expect(both.filter(({ leads }) => leads)).toHaveLength(1);
    await Promise.all(both.map(async ({ leadership }) => leadership?.release()));
  });

  test('goes on through failures and calls that hang', async () => {
    api.before = unavailable;
    const a = new Candidate('a');
    await clock.advance(60_000);
    expect(a.leads).toBe(false);
    api.before = async (_, signal) => hang(signal);
    await clock.advance(60_000);
    api.before = async () => {};
    await clock.advance(5_000 + oneRetryMs);
    expect(a.leads).toBe(true);
    await a.leadership?.release();
  });

  test('ends with the signal and leaves no timer', async () => {
    await new Candidate('a').ended;
    const reason = new Error('enough');
    const waiting = new AbortController();
    const acquired = election('b').acquire(waiting.signal);
    waiting.abort(reason);
    await expect(acquired).rejects.toBe(reason);
  });
});

describe('leading', () => {
  test('renews with one call every 2 s', async () => {
    const a = new Candidate('a');
    await a.ended;
    api.calls.length = 0;
    await clock.advance(20_000);
    expect(api.calls).toEqual(Array.from({ length: 10 }, () => `replace ${key}`));
    expect(spec()).toMatchObject({
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:20.000000Z',
      leaseTransitions: 0,
    });
    await a.leadership?.release();
  });

  test('survives failures shorter than the deadline', async () => {
    const a = new Candidate('a');
    await a.ended;
    api.before = unavailable;
    await clock.advance(7_999);
    api.before = async () => {};
    await clock.advance(60_000);
    expect(a.leads).toBe(true);
    await a.leadership?.release();
  });

  test.each([
    ['fail', unavailable],
    ['hang', async (_: string, signal: AbortSignal) => hang(signal)],
  ])('is lost when renewals %s for 10 s, counted from the last one that was sent', async (_, before) => {
    const a = new Candidate('a');
    await a.ended;
    await clock.advance(4_000);
    api.before = before;
    await clock.advance(9_999);
    expect(a.leads).toBe(true);
    await clock.advance(1);
    expect(a.leads).toBe(false);
    expect(clock.delaysMs).toEqual([]);
  });

  test('counts the deadline from when a renewal was sent, not from when it was answered', async () => {
    const a = new Candidate('a');
    await a.ended;
    api.before = async (_, signal) => sleep(clock, 3_000, signal);
    await clock.advance(2_000 + 3_000);
    expect(spec().renewTime).toBe('2026-01-01T00:00:02.000000Z');
    api.before = unavailable;
    await clock.advance(6_999);
    expect(a.leads).toBe(true);
    await clock.advance(1);
    expect(a.leads).toBe(false);
  });

  test('is lost at once when somebody else holds the lease', async () => {
    const a = new Candidate('a');
    await a.ended;
    const lease = api.objects.get(key) as Lease;
    await api.replace({} as never, { ...lease, spec: { holderIdentity: 'thief' } }, stop.signal);
    await clock.advance(2_000);
    expect(a.leads).toBe(false);
    expect(spec().holderIdentity).toBe('thief');
  });

  test('outlives a lease that was deleted', async () => {
    const a = new Candidate('a');
    await a.ended;
    api.objects.delete(key);
    await clock.advance(2_000);
    expect(a.leads).toBe(true);
    expect(spec().holderIdentity).toBe('a');
    await a.leadership?.release();
  });
});

describe('releasing', () => {
  test('blanks the holder, so that the next look of another candidate finds it free', async () => {
    const a = new Candidate('a');
    await a.ended;
    const b = new Candidate('b');
    await clock.advance(5_000);
    await a.leadership?.release();
    expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await clock.advance(oneRetryMs);
    expect(b.leads).toBe(true);
    await b.leadership?.release();
    expect(clock.delaysMs).toEqual([]);
  });

  test('succeeds although a renewal that was cut off arrives late', async () => {
    const a = new Candidate('a');
    await a.ended;
    api.before = async (verb) => {
      if (verb === 'replace') {
        api.before = async () => {};
        const lease = api.objects.get(key) as Lease;
        const late = { ...lease.spec, renewTime: '2026-01-01T00:00:01.000000Z' };
        await api.replace({} as never, { ...lease, spec: late }, stop.signal);
      }
    };
    await a.leadership?.release();
    expect(spec().holderIdentity).toBe('');
  });

  test('is not a loss, and renews no more', async () => {
    const a = new Candidate('a');
    await a.ended;
    await a.leadership?.release();
    await a.leadership?.release();
    await clock.advance(60_000);
    expect(a.leadership?.lost.aborted).toBe(false);
    expect(spec().holderIdentity).toBe('');
  });

  test('leaves alone what somebody else holds', async () => {
    const a = new Candidate('a');
    await a.ended;
    const lease = api.objects.get(key) as Lease;
    await api.replace({} as never, { ...lease, spec: { holderIdentity: 'thief' } }, stop.signal);
    await a.leadership?.release();
    expect(spec().holderIdentity).toBe('thief');
  });

  test('never throws', async () => {
    const a = new Candidate('a');
    await a.ended;
    api.before = unavailable;
    await expect(a.leadership?.release()).resolves.toBeUndefined();
  });
});

test.each([
  { durationMs: 10_000, renewDeadlineMs: 10_000, retryMs: 2_000 },
  { durationMs: 15_000, renewDeadlineMs: 2_400, retryMs: 2_000 },
  { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 0 },
  { durationMs: 15_500, renewDeadlineMs: 10_000, retryMs: 2_000 },
])('refuses %j', (times) => {
  expect(() => election('a', times)).toThrow(/lease/);
});
