import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Budget, type Priority } from '../../src/lib/budget.ts';
import { FakeClock, settle } from './fake-clock.ts';

const never = new AbortController().signal;

let clock: FakeClock;
let budget: Budget;
let granted: string[];

const ask = (name: string, priority: Priority = 'background', signal = never): Promise<void> =>
  budget.acquire(priority, signal).then(() => void granted.push(name));

beforeEach(() => {
  clock = new FakeClock();
  budget = new Budget(clock, { callsPerSecond: 5, burst: 3 });
  granted = [];
});

test('a burst goes at once, the rest at the rate', async () => {
  const all = Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(async (name) => ask(name)));
  await settle();
  expect(granted).toEqual(['a', 'b', 'c']);
  expect(budget.waiting).toBe(3);
  await clock.advance(199);
  expect(granted).toHaveLength(3);
  await clock.advance(1);
  expect(granted).toEqual(['a', 'b', 'c', 'd']);
  await clock.advance(400);
  await all;
  expect(granted).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(clock.delaysMs).toEqual([]);
});

test('idle time fills the burst up, and no further', async () => {
  await Promise.all(['a', 'b', 'c'].map(async (name) => ask(name)));
  await clock.advance(3_600_000);
  const more = ['d', 'e', 'f', 'g'].map(async (name) => ask(name));
  await settle();
  expect(granted).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  await clock.advance(200);
  await Promise.all(more);
});

test('a person goes before the operator’s own work, each in the order of asking', async () => {
  await Promise.all(['1', '2', '3'].map(async (name) => ask(name)));
  const all = Promise.all([
    ask('own 1'),
    ask('own 2'),
    ask('user 1', 'user'),
    ask('own 3'),
    ask('user 2', 'user'),
  ]);
  await clock.advance(1_000);
  await all;
  expect(granted.slice(3)).toEqual(['user 1', 'user 2', 'own 1', 'own 2', 'own 3']);
});

describe('who gives up', () => {
  const reason = new Error('ended');

  test('leaves at once and takes no token', async () => {
    await Promise.all(['1', '2', '3'].map(async (name) => ask(name)));
    const stop = new AbortController();
    const quitter = ask('quitter', 'user', stop.signal);
    const stayer = ask('stayer');
    stop.abort(reason);
    await expect(quitter).rejects.toBe(reason);
    expect(budget.waiting).toBe(1);
    await clock.advance(200);
    await stayer;
    expect(granted).toEqual(['1', '2', '3', 'stayer']);
  });

  test('as the last one leaves no timer behind', async () => {
    await Promise.all(['1', '2', '3'].map(async (name) => ask(name)));
    const stop = new AbortController();
    const quitters = [ask('first', 'user', stop.signal), ask('last', 'background', stop.signal)];
    expect(clock.delaysMs).toEqual([200]);
    stop.abort(reason);
    await Promise.allSettled(quitters);
    expect(clock.delaysMs).toEqual([]);
    await clock.advance(100);
    const next = ask('4');
    await clock.advance(100);
    await next;
  });

  test('before asking takes no token', async () => {
    await expect(ask('x', 'user', AbortSignal.abort(reason))).rejects.toBe(reason);
    await Promise.all(['1', '2', '3'].map(async (name) => ask(name)));
    expect(granted).toEqual(['1', '2', '3']);
  });

  test('after the grant changes nothing', async () => {
    const stop = new AbortController();
    await ask('1', 'user', stop.signal);
    stop.abort(reason);
    expect(granted).toEqual(['1']);
    expect(budget.waiting).toBe(0);
  });
});

test('a clock that is set back earns nothing and blocks nothing', async () => {
  await Promise.all(['1', '2', '3'].map(async (name) => ask(name)));
  await clock.advance(-3_600_000);
  const next = ask('4');
  await clock.advance(199);
  expect(granted).toHaveLength(3);
  await clock.advance(1);
  await next;
  expect(granted).toHaveLength(4);
});

test('in any window of time no more is granted than burst and rate allow, and everybody gets there', async () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 2_000 }),
    asks: fc.array(fc.constantFrom<Priority>('user', 'background'), { maxLength: 6 }),
  });
  const options = fc.record({
    callsPerSecond: fc.double({ min: 0.1, max: 50, noNaN: true }),
    burst: fc.integer({ min: 1, max: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(options, fc.array(step, { maxLength: 20 }), async (limits, steps) => {
      const time = new FakeClock();
      const subject = new Budget(time, limits);
      const grantedAtMs: number[] = [];
      const asked: Promise<void>[] = [];
      for (const { afterMs, asks } of steps) {
        await time.advance(afterMs);
        asked.push(
          ...asks.map(async (priority) => {
            await subject.acquire(priority, never);
            grantedAtMs.push(time.now());
          }),
        );
      }
      await time.advance(((asked.length + 1) / limits.callsPerSecond) * 1_000 + asked.length);
      await Promise.all(asked);
      const excess = grantedAtMs.flatMap((fromMs, first) =>
        grantedAtMs.slice(first).map((toMs, further) => {
          const allowed = limits.burst + ((toMs - fromMs) / 1_000) * limits.callsPerSecond;
          return further + 1 - allowed;
        }),
      );
      expect(Math.max(0, ...excess)).toBeLessThan(1e-6);
    }),
    { numRuns: 50 },
  );
});
