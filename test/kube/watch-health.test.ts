import { expect, test } from '@jest/globals';
import { WatchHealth } from '../../src/kube/watch-health.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { statusOf } from './scripted-api.ts';
import { WatcherRun } from './watcher-run.ts';

test('an API server that is down makes a watcher stale, not dead', async () => {
  const run = await WatcherRun.start();
  const watching = await run.synced();
  await run.open(watching);
  await run.bookmark(watching, '11');
  expect(run.health.silentForMs).toBe(0);
  watching.reset();
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await run.passPause();
    expect(run.health.alive).toBe(true);
    (await run.api.next()).answer(503, statusOf(503, 'ServiceUnavailable'));
  }
  await run.passPause();
  await run.api.next();
  expect(run.health.silentForMs).toBeGreaterThan(60_000);
  expect(run.health.attempts).toEqual({ listing: 1, watching: 10, pausing: 9 });
  await run.finish();
});

test('a quiet watch is alive; a watcher that missed its time by two minutes is not', async () => {
  const clock = new FakeClock();
  const stuck = new WatchHealth({ plural: 'things' }, clock);
  stuck.record({ doing: 'watching', dueMs: 245_000, heard: false });
  await clock.advance(245_000 + 119_999);
  expect(stuck.alive).toBe(true);
  await clock.advance(1);
  expect(stuck.alive).toBe(false);
});

test('a watch that was never heard has been silent since it began', async () => {
  const clock = new FakeClock();
  await clock.advance(7_000);
  const unheard = new WatchHealth({ plural: 'things' }, clock);
  unheard.record({ doing: 'listing', dueMs: 0, heard: false });
  await clock.advance(300_000);
  expect(unheard.silentForMs).toBe(300_000);
});

test.each([3_600_000, -3_600_000])('a clock that is set by %d ms changes nothing', async (ms) => {
  const clock = new FakeClock();
  const watch = new WatchHealth({ plural: 'things' }, clock);
  watch.record({ doing: 'watching', dueMs: 180_000, heard: true });
  clock.step(ms);
  await clock.advance(1_000);
  expect([watch.alive, watch.silentForMs]).toEqual([true, 1_000]);
});
