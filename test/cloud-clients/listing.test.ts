import { beforeEach, describe, expect, test } from '@jest/globals';
import { Listing } from '../../src/cloud/listing.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';
import { never } from './open-account.ts';

interface Item {
  readonly id: string;
}

/** A listing that was asked of the cloud and waits for a test to answer it. */
interface Pending {
  readonly answer: (...ids: string[]) => Promise<void>;
  readonly fail: (message: string) => Promise<void>;
}

let clock: FakeClock;
let pending: Pending[];
let listing: Listing<Item>;

beforeEach(() => {
  clock = new FakeClock();
  pending = [];
  listing = new Listing<Item>(clock, async () => {
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, Item>>();
    pending.push({
      answer: async (...ids) => {
        resolve(new Map(ids.map((id) => [id, { id }])));
        await settle();
      },
      fail: async (message) => {
        reject(new Error(message));
        await settle();
      },
    });
    return promise;
  });
});

async function read(notOlderThanMs: number, signal = never): Promise<readonly string[]> {
  const { byId } = await listing.read(notOlderThanMs, signal);
  return [...byId.keys()];
}

const agoMs = (ms: number): number => clock.now() - ms;

test('readers share the listing that is under way', async () => {
  const readers = [read(agoMs(0)), read(agoMs(5_000)), read(0)];
  await settle();
  expect(pending).toHaveLength(1);
  await pending[0]?.answer('a', 'b');
  expect(await Promise.all(readers)).toEqual([
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

describe('a snapshot', () => {
  beforeEach(async () => {
    const first = read(0);
    await pending[0]?.answer('a');
    await first;
    await clock.advance(10_000);
  });

  test('that is new enough is given without a listing', async () => {
    expect(await read(agoMs(10_000))).toEqual(['a']);
    expect(pending).toHaveLength(1);
  });

  test('that is too old makes a new listing begin', async () => {
    const reader = read(agoMs(9_999));
    await pending[1]?.answer('b');
    expect(await reader).toEqual(['b']);
  });

  test('tells from when it is', async () => {
    expect((await listing.read(0, never)).begunAtMs).toBe(agoMs(10_000));
  });

  test('is kept when the next listing fails; the readers of that one are told', async () => {
    const readers = [read(agoMs(0)), read(agoMs(0))];
    await pending[1]?.fail('down');
    await expect(readers[0]).rejects.toThrow('down');
    await expect(readers[1]).rejects.toThrow('down');
    expect(await read(agoMs(10_000))).toEqual(['a']);
    const again = read(agoMs(0));
    await pending[2]?.answer('c');
    expect(await again).toEqual(['c']);
  });

  test('from the future is not used: the clock was set back, and nobody knows its age', async () => {
    await clock.advance(-3_600_000);
    const reader = read(agoMs(60_000));
    await pending[1]?.answer('b');
    expect(await reader).toEqual(['b']);
  });
});

describe('a listing under way that began too early', () => {
  let early: Promise<readonly string[]>;

  beforeEach(async () => {
    early = read(0);
    await clock.advance(1_000);
  });

  test('is waited for, then a new one begins', async () => {
    const late = read(agoMs(0));
    await settle();
    expect(pending).toHaveLength(1);
    await pending[0]?.answer('old');
    expect(await early).toEqual(['old']);
    expect(pending).toHaveLength(2);
    await pending[1]?.answer('new');
    expect(await late).toEqual(['new']);
  });

  test('may fail: that is no matter of the late reader', async () => {
    const late = read(agoMs(0));
    await pending[0]?.fail('down');
    await expect(early).rejects.toThrow('down');
    await pending[1]?.answer('new');
    expect(await late).toEqual(['new']);
  });

  test('is followed by one new listing for all late readers', async () => {
    const late = [read(agoMs(0)), read(agoMs(0)), read(agoMs(500))];
    await pending[0]?.answer('old');
    await early;
    expect(pending).toHaveLength(2);
    await pending[1]?.answer('new');
    expect(await Promise.all(late)).toEqual([['new'], ['new'], ['new']]);
  });
});

describe('a bound in the future', () => {
  test('is met by a listing that begins after the call, not by one before', async () => {
    const early = read(0);
    const late = read(agoMs(-3_600_000));
    await pending[0]?.answer('old');
    expect(await early).toEqual(['old']);
    await pending[1]?.answer('new');
    expect(await late).toEqual(['new']);
    expect(pending).toHaveLength(2);
  });
});

describe('a reader that gives up', () => {
  const reason = new Error('ended');

  test('ends at once; the listing goes on for the others', async () => {
    const stop = new AbortController();
    const [quitter, stayer] = [read(0, stop.signal), read(0)];
    stop.abort(reason);
    await expect(quitter).rejects.toBe(reason);
    await pending[0]?.answer('a');
    expect(await stayer).toEqual(['a']);
  });

  test('while an old listing is waited for does not make a new one begin', async () => {
    const stop = new AbortController();
    const early = read(0);
    await clock.advance(1_000);
    const quitter = read(agoMs(0), stop.signal);
    stop.abort(reason);
    await expect(quitter).rejects.toBe(reason);
    await pending[0]?.answer('a');
    await early;
    expect(pending).toHaveLength(1);
  });

  test('alone leaves a listing whose result the next reader uses, and whose failure harms nobody', async () => {
    const stop = new AbortController();
    const quitter = read(0, stop.signal);
    stop.abort(reason);
    await expect(quitter).rejects.toBe(reason);
    await pending[0]?.fail('down');
    const reader = read(0);
    await pending[1]?.answer('a');
    expect(await reader).toEqual(['a']);
  });

  test('before asking does not make a listing begin', async () => {
    await expect(read(0, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(pending).toEqual([]);
  });
});
