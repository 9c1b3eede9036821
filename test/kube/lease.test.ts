import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { KubeError } from '../../src/kube/errors.ts';
import { defaultLeaseTimes, type Lease } from '../../src/kube/lease-record.ts';
import { LeaseElection, type Leadership } from '../../src/kube/lease.ts';
import { sleep } from '../../src/lib/clock.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';
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

function election(identity: string): LeaseElection {
  return new LeaseElection({
    client: api,
    namespace: 'operator',
    name: 'the-lease',
    identity,
    times: defaultLeaseTimes,
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

/** A candidate that leads at once, there being no other. */
async function leader(identity: string): Promise<Candidate> {
  const candidate = new Candidate(identity);
  await candidate.ended;
  return candidate;
}

function spec(): Lease['spec'] {
  return (api.objects.get(key) as Lease).spec;
}

/** As somebody else would. */
async function write(changed: Lease['spec']): Promise<void> {
  await api.replace({} as never, { ...(api.objects.get(key) as Lease), spec: changed }, stop.signal);
}

async function unavailable(): Promise<never> {
  throw new KubeError('down', { reason: 'unavailable' });
}

describe('acquiring', () => {
  test('makes the lease, with times of six fractional digits', async () => {
    const a = await leader('a');
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
    const a = await leader('a');
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
    await leader('a');
    await write({ ...spec(), holderIdentity: 'elsewhere', renewTime: '2020-01-01T00:00:00.000000Z' });
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
    const a = await leader('a');
    const timers = clock.delaysMs.length;
    const reason = new Error('enough');
    const acquired = election('b').acquire(stop.signal);
    await settle();
    stop.abort(reason);
    await expect(acquired).rejects.toBe(reason);
    expect(clock.delaysMs).toHaveLength(timers);
    expect(spec().holderIdentity).toBe('a');
    await a.leadership?.release();
  });

  test.each(['create', 'replace'])(
    'stopped before its %s is answered, gives the lease back',
    async (verb) => {
      if (verb === 'replace') {
        const before = await leader('before');
        await before.leadership?.release();
      }
      api.after = async (_, signal) => hang(signal);
      const acquired = election('a').acquire(stop.signal);
      await settle();
      expect(spec().holderIdentity).toBe('a');
      api.after = async () => {};
      stop.abort(new Error('enough'));
      await expect(acquired).rejects.toThrow('enough');
      expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
      expect(clock.delaysMs).toEqual([]);
    },
  );

  test('stopped while the API server hangs, ends in bounded time', async () => {
    api.before = async (verb, signal) => (verb === 'get' && !stop.signal.aborted ? undefined : hang(signal));
    const a = new Candidate('a');
    await settle();
    stop.abort();
    await clock.advance(defaultLeaseTimes.renewDeadlineMs / 2);
    await a.ended;
    expect(a.leads).toBe(false);
  });
});

describe('leading', () => {
  test('renews with one call every 2 s', async () => {
    const a = await leader('a');
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
    const a = await leader('a');
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
    const a = await leader('a');
    await clock.advance(4_000);
    api.before = before;
    await clock.advance(9_999);
    expect(a.leads).toBe(true);
    await clock.advance(1);
    expect(a.leads).toBe(false);
    expect(clock.delaysMs).toEqual([]);
  });

  test('counts the deadline from when a renewal was sent, not from when it was answered', async () => {
    const a = await leader('a');
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
    const a = await leader('a');
    await write({ holderIdentity: 'thief' });
    await clock.advance(2_000);
    expect(a.leads).toBe(false);
    expect(spec().holderIdentity).toBe('thief');
  });

  test('outlives a lease that was deleted', async () => {
    const a = await leader('a');
    api.objects.delete(key);
    await clock.advance(2_000);
    expect(a.leads).toBe(true);
    expect(spec().holderIdentity).toBe('a');
    await a.leadership?.release();
  });
});

describe('releasing', () => {
  test('blanks the holder, so that the next look of another candidate finds it free', async () => {
    const a = await leader('a');
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
    const a = await leader('a');
    api.before = async (verb) => {
      if (verb === 'replace') {
        api.before = async () => {};
        await write({ ...spec(), renewTime: '2026-01-01T00:00:01.000000Z' });
      }
    };
    await a.leadership?.release();
    expect(spec().holderIdentity).toBe('');
  });

  test('is not a loss, and renews no more', async () => {
    const a = await leader('a');
    await a.leadership?.release();
    await a.leadership?.release();
    await clock.advance(60_000);
    expect(a.leadership?.lost.aborted).toBe(false);
    expect(spec().holderIdentity).toBe('');
  });

  test('leaves alone what somebody else holds', async () => {
    const a = await leader('a');
    await write({ holderIdentity: 'thief' });
    await a.leadership?.release();
    expect(spec().holderIdentity).toBe('thief');
  });

  test('never throws', async () => {
    const a = await leader('a');
    api.before = unavailable;
    await expect(a.leadership?.release()).resolves.toBeUndefined();
  });
});
