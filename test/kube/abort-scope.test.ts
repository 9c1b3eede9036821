import { expect, test } from '@jest/globals';
import { AbortScope } from '../../src/kube/abort-scope.ts';
import { FakeClock } from '../lib/fake-clock.ts';

test('aborts with its parent, with the same reason, also when that happened before', () => {
  const parent = new AbortController();
  using early = new AbortScope(new FakeClock(), parent.signal);
  parent.abort('enough');
  using late = new AbortScope(new FakeClock(), parent.signal);
  expect([early.signal.reason, late.signal.reason]).toEqual(['enough', 'enough']);
  expect(early.timedOut).toBe(false);
});

test('aborts when its limit has passed, counted from when it was last set', async () => {
  const clock = new FakeClock();
  using scope = new AbortScope(clock, new AbortController().signal);
  scope.limit(100);
  await clock.advance(99);
  scope.limit(100);
  await clock.advance(99);
  expect(scope.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(scope.signal.aborted).toBe(true);
  expect(scope.timedOut).toBe(true);
});

test('disposed of, it knows neither time nor parent', async () => {
  const clock = new FakeClock();
  const parent = new AbortController();
  const scope = new AbortScope(clock, parent.signal);
  scope.limit(100);
  scope[Symbol.dispose]();
  parent.abort();
  await clock.advance(100);
  expect(scope.signal.aborted).toBe(false);
  expect(clock.delaysMs).toEqual([]);
});
