import { expect, test } from '@jest/globals';
import type { Controller } from '../src/controller/controller.ts';
import { notAlive, notReady } from '../src/health.ts';
import { WatchHealth } from '../src/kube/watch-health.ts';
import { FakeClock } from './lib/fake-clock.ts';

const type = { group: 'example.org', version: 'v1', plural: 'boxes', kind: 'Box' };

function controller(synced: boolean): Controller {
  return { kind: { type }, store: { synced } } as unknown as Controller;
}

test('a program that does not know its cluster yet is alive but not ready', () => {
  expect(notReady([], new Map())).toEqual(['the cluster has not been identified yet']);
  expect(notAlive(new Map())).toEqual([]);
});

test('readiness names the kind that is not synced', () => {
  expect(notReady([controller(false)], new Map())).toEqual(['Box is not synced yet']);
  expect(notReady([controller(true)], new Map())).toEqual([]);
});

test('an API server that falls silent makes the operator unready, and leaves it alive', async () => {
  const clock = new FakeClock();
  const watch = new WatchHealth(clock);
  const watches = new Map([['boxes', watch]]);
  watch.record({ doing: 'watching', dueMs: 600_000, heard: true });
  await clock.advance(180_000);
  expect(notReady([controller(true)], watches)).toEqual([]);
  await clock.advance(1_000);
  expect(notReady([controller(true)], watches)).toEqual(['Box: the API server has not been heard for 181 s']);
  expect(notAlive(watches)).toEqual([]);
});

test('a watch whose loop is stuck is not alive', async () => {
  const clock = new FakeClock();
  const watch = new WatchHealth(clock);
  watch.record({ doing: 'listing', dueMs: 30_000, heard: false });
  await clock.advance(150_000);
  expect(notAlive(new Map([['boxes', watch]]))).toEqual([
    'the watch of boxes has made no attempt for two minutes',
  ]);
});
