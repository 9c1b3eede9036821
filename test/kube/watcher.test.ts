import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../lib/until.ts';
import { statusOf, thing, type Exchange } from './scripted-api.ts';
import { WatcherRun } from './watcher-run.ts';

const silenceMs = 180_000;
const fromCache = { limit: '500', resourceVersion: '0', resourceVersionMatch: 'NotOlderThan' };

let run: WatcherRun;

beforeEach(async () => {
  run = await WatcherRun.start();
});

afterEach(async () => run.finish());

async function nextList(query: object): Promise<Exchange> {
  const exchange = await run.api.next();
  expect(exchange.query).toEqual(query);
  return exchange;
}

async function nextWatch(resourceVersion: string): Promise<Exchange> {
  const exchange = await run.api.next();
  expect(exchange.query).toMatchObject({ watch: 'true', resourceVersion, timeoutSeconds: '240' });
  return exchange;
}

describe('listing', () => {
  test('goes page by page and ends in one initDone, then watches from the version of the list', async () => {
    (await nextList(fromCache)).page([thing('a', '4')], '10', 'more');
    const second = await nextList({ limit: '500', continue: 'more' });
    expect(run.store.synced).toBe(false);
    second.page([thing('b', '5')], '10');
    await nextWatch('10');
    expect(run.events).toEqual([
      { type: 'init' },
      { type: 'initApply', object: thing('a', '4') },
      { type: 'initApply', object: thing('b', '5') },
      { type: 'initDone' },
    ]);
    expect(run.store.synced).toBe(true);
  });

  test('a page that fails is asked for again after a growing pause', async () => {
    (await nextList(fromCache)).page([], '10', 'more');
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      (await nextList({ limit: '500', continue: 'more' })).answer(500, statusOf(500, 'InternalError'));
      pauses.push(await run.passPause());
    }
    expect(pauses).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000]);
    (await nextList({ limit: '500', continue: 'more' })).page([], '10');
    await nextWatch('10');
  });

  test('a token that expires starts the list over, as a quorum read', async () => {
    (await nextList(fromCache)).page([thing('gone', '4')], '10', 'more');
    (await nextList({ limit: '500', continue: 'more' })).answer(410, statusOf(410, 'Expired'));
    await run.passPause();
    (await nextList({ limit: '500' })).page([thing('a', '12')], '12');
    await nextWatch('12');
    expect(run.store.list()).toEqual([thing('a', '12')]);
  });
});

describe('watching', () => {
  test('a clean end resumes at once at the bookmark', async () => {
    const watching = await run.synced();
    watching.event('ADDED', thing('b', '11'));
    await run.untilKnown('b', '11');
    await run.bookmark(watching, '50');
    await run.clock.advance(5_000);
    watching.end();
    await nextWatch('50');
    expect(run.paused).toBe(false);
    expect(run.api.requests).toBe(3);
  });

  test('events become apply and delete', async () => {
    const watching = await run.synced();
    watching.event('MODIFIED', thing('a', '11'));
    watching.event('DELETED', thing('a', '12'));
    await until(() => run.store.list().length === 0, { what: 'a is deleted' });
    expect(run.events.slice(-2)).toEqual([
      { type: 'apply', object: thing('a', '11') },
      { type: 'delete', object: thing('a', '12') },
    ]);
  });

  test('a watch that ends within a second is not repeated at once', async () => {
    const watching = await run.synced();
    watching.open();
    watching.end();
    expect(await run.passPause()).toBe(800);
    await nextWatch('10');
  });

  test.each<[string, (watching: Exchange) => void]>([
    ['a reset', (watching) => watching.reset()],
    ['garbage', (watching) => watching.write('garbage\n')],
    ['an ERROR event', (watching) => watching.event('ERROR', statusOf(500, 'InternalError'))],
  ])('%s mid-stream resumes after a pause, from the last event understood', async (_, play) => {
    const watching = await run.synced();
    watching.event('MODIFIED', thing('a', '11'));
    await run.untilKnown('a', '11');
    play(watching);
    expect(await run.passPause()).toBe(800);
    const resumed = await nextWatch('11');
    resumed.event('MODIFIED', thing('a', '12'));
    await run.untilKnown('a', '12');
    expect(run.events.filter(({ type }) => type === 'init')).toHaveLength(1);
  });

  test.each([
    [500, {}, 800],
    [403, {}, 800],
    [429, {}, 800],
    [429, { 'Retry-After': '7' }, 7_000],
    [429, { 'Retry-After': '0' }, 800],
    [503, { 'Retry-After': '2' }, 2_000],
    [503, { 'Retry-After': '2592000' }, 300_000],
  ])('refused with %d and %j, it is tried again at the same version', async (status, headers, pauseMs) => {
    const watching = await run.synced();
    watching.answer(status, statusOf(status, 'Whatever'), headers);
    expect(await run.passPause()).toBe(pauseMs);
    await nextWatch('10');
  });

  test.each([403, 404])(
    'a list that is answered %d is believed to be refused the third time',
    async (status) => {
      for (const refusals of [0, 0, 1, 1]) {
        (await nextList(fromCache)).answer(status, statusOf(status, 'Whatever'));
        await run.passPause();
        expect(run.events.filter(({ type }) => type === 'refused')).toHaveLength(refusals);
      }
      (await nextList(fromCache)).page([thing('a', '4')], '10');
      await run.untilKnown('a', '4');
    },
  );

  test.each<[string, (watching: Exchange) => void]>([
    ['as an HTTP status', (watching) => watching.answer(410, statusOf(410, 'Gone'))],
    ['as an ERROR event', (watching) => watching.event('ERROR', statusOf(410, 'Expired'))],
  ])('a version that is gone, told %s, lists again and finds what was deleted meanwhile', async (_, play) => {
    play(await run.synced());
    await run.passPause();
    (await nextList({ ...fromCache, resourceVersion: '10' })).page([thing('b', '30')], '31');
    await nextWatch('31');
    expect(run.store.list()).toEqual([thing('b', '30')]);
  });

  test('a version that the list, too, cannot serve ends in a quorum read', async () => {
    (await run.synced()).answer(410, statusOf(410, 'Gone'));
    await run.passPause();
    const tooLarge = statusOf(504, 'Timeout', { causes: [{ reason: 'ResourceVersionTooLarge' }] });
    (await nextList({ ...fromCache, resourceVersion: '10' })).answer(504, tooLarge);
    await run.passPause();
    (await nextList({ limit: '500' })).page([], '7');
    await nextWatch('7');
    expect(run.store.list()).toEqual([]);
  });

  test('three minutes of silence are given up, and whatever is heard puts it off', async () => {
    const watching = await run.synced();
    await run.open(watching);
    await run.clock.advance(silenceMs - 1);
    await run.bookmark(watching, '21');
    await run.clock.advance(silenceMs - 1);
    expect(run.api.requests).toBe(2);
    await run.clock.advance(1);
    await nextWatch('21');
    await until(() => watching.closed, { what: 'the silent connection is closed' });
    expect(run.paused).toBe(false);
  });

  test('two healthy minutes reset the backoff', async () => {
    (await run.synced()).reset();
    expect(await run.passPause()).toBe(800);
    (await nextWatch('10')).reset();
    expect(await run.passPause()).toBe(1_600);
    const healthy = await nextWatch('10');
    await run.open(healthy);
    await run.clock.advance(120_000);
    healthy.reset();
    expect(await run.passPause()).toBe(800);
    await nextWatch('10');
  });
});

describe('abort', () => {
  test.each<[string, () => Promise<Exchange>]>([
    ['while a page is awaited', async () => run.api.next()],
    [
      'while a second page is awaited',
      async () => {
        (await run.api.next()).page([], '10', 'more');
        return run.api.next();
      },
    ],
    ['while a watch has not been answered', async () => run.synced()],
    [
      'while a watch is open',
      async () => {
        const watching = await run.synced();
        watching.event('MODIFIED', thing('a', '11'));
        await run.untilKnown('a', '11');
        return watching;
      },
    ],
  ])('%s ends the watcher and closes the connection', async (_, reach) => {
    const exchange = await reach();
    const { requests } = run.api;
    run.abort();
    await run.ended;
    await until(() => exchange.closed, { what: 'the connection is closed' });
    expect(run.api.requests).toBe(requests);
  });

  test('during a pause ends the watcher', async () => {
    (await run.api.next()).answer(500, statusOf(500, 'InternalError'));
    await until(() => run.paused && run.clock.delaysMs.length > 0, { what: 'a pause' });
    run.abort();
    await run.ended;
    expect(run.api.requests).toBe(1);
  });
});

test('a watcher of one namespace asks for that, and says of which its list tells', async () => {
  const scoped = await WatcherRun.start('team-1');
  const first = thing('a', '4', { namespace: 'team-1' });
  const second = thing('b', '11', { namespace: 'team-1' });
  const listing = await scoped.api.next();
  listing.page([first], '10');
  const watching = await scoped.api.next();
  watching.event('ADDED', second);
  await until(() => scoped.store.get('team-1/b'), { what: 'the second one' });
  const path = '/apis/test.vpe-operator.io/v1/namespaces/team-1/things';
  expect([listing.path, watching.path]).toEqual([path, path]);
  expect(scoped.events).toEqual([
    { type: 'init', scope: 'team-1' },
    { type: 'initApply', object: first, scope: 'team-1' },
    { type: 'initDone', scope: 'team-1' },
    { type: 'apply', object: second },
  ]);
  await scoped.finish();
});
