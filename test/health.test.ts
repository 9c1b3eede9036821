import { expect, test } from '@jest/globals';
import type { Controller } from '../src/controller/controller.ts';
import { notAlive, notReady } from '../src/health.ts';
import type { Scope } from '../src/kube/object.ts';
import { Store } from '../src/kube/store.ts';
import { WatchHealth } from '../src/kube/watch-health.ts';
import { FakeClock } from './lib/fake-clock.ts';

const type = { group: 'example.org', version: 'v1', plural: 'boxes', kind: 'Box' };

function controller({
  listed = [],
  scopes = [undefined],
}: {
  listed?: Scope[];
  scopes?: Scope[];
}): Controller {
  const store = new Store(scopes);
  listed.forEach((scope) => store.apply({ type: 'initDone', scope }));
  return { kind: { type }, store } as unknown as Controller;
}

const synced = controller({ listed: [undefined] });

test('a program that does not know its cluster yet is alive but not ready', () => {
  expect(notReady([], [])).toEqual(['the cluster has not been identified yet']);
  expect(notAlive([])).toEqual([]);
});

test('readiness names the kind that is not synced', () => {
  expect(notReady([controller({})], [])).toEqual(['Box is not synced yet']);
  expect(notReady([synced], [])).toEqual([]);
});

test('readiness names the namespaces that are not synced', () => {
  const scopes = ['team-1', 'team-2', 'team-3'];
  expect(notReady([controller({ scopes, listed: ['team-2'] })], [])).toEqual([
    'Box in team-1 is not synced yet',
    'Box in team-3 is not synced yet',
  ]);
  expect(notReady([controller({ scopes, listed: scopes })], [])).toEqual([]);
});

test('an API server that falls silent makes the operator unready, and leaves it alive', async () => {
  const clock = new FakeClock();
  const watch = new WatchHealth({ plural: 'boxes' }, clock);
  watch.record({ doing: 'watching', dueMs: 600_000, heard: true });
  await clock.advance(180_000);
  expect(notReady([synced], [watch])).toEqual([]);
  await clock.advance(1_000);
  expect(notReady([synced], [watch])).toEqual(['Box: the API server has not been heard for 181 s']);
  expect(notAlive([watch])).toEqual([]);
});

test('of several watches of a kind, the silent one is named', async () => {
  const clock = new FakeClock();
  const scopes = ['team-1', 'team-2'];
  const watches = scopes.map((scope) => new WatchHealth({ plural: 'boxes', scope }, clock));
  watches.forEach((watch) => watch.record({ doing: 'watching', dueMs: 600_000, heard: true }));
  await clock.advance(181_000);
  watches[0]?.record({ doing: 'watching', dueMs: 600_000, heard: true });
  expect(notReady([controller({ scopes, listed: scopes })], watches)).toEqual([
    'Box in team-2: the API server has not been heard for 181 s',
  ]);
});

test.each([
  ['boxes', undefined],
  ['boxes in team-1', 'team-1'],
])('a watch of %s whose loop is stuck is not alive', async (what, scope) => {
  const clock = new FakeClock();
  const watch = new WatchHealth({ plural: 'boxes', scope }, clock);
  watch.record({ doing: 'listing', dueMs: 30_000, heard: false });
  await clock.advance(150_000);
  expect(notAlive([watch])).toEqual([`the watch of ${what} has made no attempt for two minutes`]);
});
