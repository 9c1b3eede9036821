/** What a leader may believe whose process was stopped (SIGSTOP, a frozen machine) and goes on: time has passed, no timer has fired. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Clock } from '../../src/lib/clock.ts';
import { type FakeClock, settle } from '../lib/fake-clock.ts';
import { type Candidate, LeaseScene, unavailable } from './lease-scene.ts';

/** Time passes by `skip` without timers being looked at. */
class StoppableClock implements Clock {
  readonly #clock: FakeClock;
  #skippedMs = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.#skippedMs;
  }

  monotonic(): number {
    return this.#clock.monotonic() + this.#skippedMs;
  }

  setTimer: Clock['setTimer'] = (delayMs, callback) => this.#clock.setTimer(delayMs, callback);

  skip(ms: number): void {
    this.#skippedMs += ms;
  }
}

let scene: LeaseScene;
let clock: StoppableClock;
let leader: Candidate;

beforeEach(async () => {
  scene = new LeaseScene();
  clock = new StoppableClock(scene.clock);
  leader = await scene.leader('a', { clock });
});

afterEach(async () => leader.leadership?.release());

function assertHeld(): void {
  leader.leadership?.assertHeld();
}

test('holds while it renews, and until the deadline has passed by the clock', async () => {
  await scene.clock.advance(60_000);
  expect(assertHeld).not.toThrow();
  clock.skip(9_999);
  expect(assertHeld).not.toThrow();
  expect(leader.leads).toBe(true);
  clock.skip(1);
  expect(assertHeld).toThrow('leadership lost');
  expect(leader.leads).toBe(false);
});

test('has lost from then on, and stops renewing', async () => {
  clock.skip(10_000);
  expect(assertHeld).toThrow('leadership lost');
  await settle();
  expect(scene.clock.delaysMs).toEqual([]);
  expect(assertHeld).toThrow('leadership lost');
});

test.each([3_600_000, -3_600_000])('does not care that the clock is set by %d ms', async (ms) => {
  await scene.clock.advance(1_000);
  scene.clock.step(ms);
  expect(assertHeld).not.toThrow();
  await scene.clock.advance(60_000);
  expect(assertHeld).not.toThrow();
  scene.api.before = unavailable;
  await scene.clock.advance(10_000);
  expect(leader.leads).toBe(false);
});

test('begins no renewal when the timer of the pause is the first to be looked at', async () => {
  await scene.clock.advance(1_000);
  const calls = scene.api.calls.length;
  clock.skip(30_000);
  await scene.clock.advance(1_000);
  expect(leader.leads).toBe(false);
  expect(scene.api.calls).toHaveLength(calls);
});

test('is not saved by the answer to a renewal that was sent before', async () => {
  const answer = Promise.withResolvers<void>();
  scene.api.after = async () => answer.promise;
  await scene.clock.advance(2_000);
  clock.skip(30_000);
  answer.resolve();
  await settle();
  expect(scene.spec().renewTime).toBe('2026-01-01T00:00:02.000000Z');
  expect(assertHeld).toThrow('leadership lost');
});

test('goes on with what was in time', async () => {
  const answer = Promise.withResolvers<void>();
  scene.api.after = async () => answer.promise;
  await scene.clock.advance(2_000);
  clock.skip(4_000);
  answer.resolve();
  scene.api.after = async () => {};
  await scene.clock.advance(60_000);
  expect(assertHeld).not.toThrow();
});

test('holds no more once it is released, which is not a loss', async () => {
  const released = leader.leadership?.release();
  expect(assertHeld).toThrow('the lease was released');
  await released;
  expect(assertHeld).toThrow('the lease was released');
  expect(leader.leadership?.lost.aborted).toBe(false);
});
