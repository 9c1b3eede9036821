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
  expect(stuck.silentForMs).toBeUndefined();
});
