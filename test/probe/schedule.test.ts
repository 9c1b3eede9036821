import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Schedule } from '../../src/probe/schedule.ts';
import { FakeClock } from '../lib/fake-clock.ts';

let clock: FakeClock;
let turns: string[];
let schedule: Schedule;

beforeEach(() => {
  clock = new FakeClock();
  turns = [];
  schedule = new Schedule(clock, (key) => turns.push(`${key} ${clock.monotonic()}`));
  schedule.start();
});

test('keys have their turn in order of time, with one timer', async () => {
  schedule.set('b', 200);
  schedule.set('a', 100);
  schedule.set('c', 300);
  expect(clock.delaysMs).toEqual([100]);
  await clock.advance(250);
  expect(turns).toEqual(['a 100', 'b 200']);
  expect(clock.delaysMs).toEqual([50]);
});

test('setting anew replaces, deleting removes', async () => {
  schedule.set('a', 100);
  schedule.set('b', 100);
  schedule.set('a', 300);
  schedule.delete('b');
  expect(clock.delaysMs).toEqual([300]);
  await clock.advance(400);
  expect(turns).toEqual(['a 300']);
  expect(clock.delaysMs).toEqual([]);
});

test('a key may be set within its turn', async () => {
  schedule = new Schedule(clock, (key) => {
    turns.push(`${key} ${clock.monotonic()}`);
    schedule.set(key, 100);
  });
  schedule.start();
  schedule.set('a', 0);
  await clock.advance(250);
  expect(turns).toEqual(['a 0', 'a 100', 'a 200']);
});

describe('stopped', () => {
  test('it has no timer, and times stay set', async () => {
    schedule.set('a', 100);
    schedule.stop();
    schedule.set('b', 200);
    expect(clock.delaysMs).toEqual([]);
    await clock.advance(1_000);
    schedule.start();
    await clock.advance(0);
    expect(turns).toEqual(['a 1000', 'b 1000']);
  });
});

test('whatever is set and deleted, every key has its turn at the time that was set last', async () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    delayMs: fc.option(fc.integer({ min: 0, max: 500 })),
    thenMs: fc.integer({ min: 0, max: 200 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const time = new FakeClock();
      const due = new Map<string, number>();
      const subject = new Schedule(time, (key) => {
        expect(due.get(key)).toBe(time.monotonic());
        due.delete(key);
      });
      subject.start();
      for (const { key, delayMs, thenMs } of steps) {
        if (delayMs === null) {
          due.delete(key);
          subject.delete(key);
        } else {
          due.set(key, time.monotonic() + delayMs);
          subject.set(key, delayMs);
        }
        expect(time.delaysMs.length).toBe(due.size === 0 ? 0 : 1);
        await time.advance(thenMs);
        expect([...due.values()].filter((dueMs) => dueMs <= time.monotonic())).toEqual([]);
      }
      await time.advance(500);
      expect([...due.keys()]).toEqual([]);
      expect(time.delaysMs).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
