import { expect, test } from '@jest/globals';
import { checkLeaseTimes, defaultLeaseTimes } from '../../src/kube/lease-record.ts';

test('the default times are safe', () => {
  expect(() => checkLeaseTimes(defaultLeaseTimes)).not.toThrow();
});

test.each([
  { durationMs: 10_000, renewDeadlineMs: 10_000, retryMs: 2_000 },
  { durationMs: 15_000, renewDeadlineMs: 2_400, retryMs: 2_000 },
  { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 0 },
  { durationMs: 15_500, renewDeadlineMs: 10_000, retryMs: 2_000 },
])('refuses %j', (times) => {
  expect(() => checkLeaseTimes(times)).toThrow(/lease/);
});
