import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import type { KubeError } from '../../src/kube/errors.ts';
import { settle, FakeClock } from '../lib/fake-clock.ts';
import { until } from '../lib/until.ts';
import { collect } from './collect.ts';
import { failureOf, kubeErrorOf } from './failure-of.ts';
import { ScriptedApi, statusOf, thing, thingType, type Exchange, type Thing } from './scripted-api.ts';

const requestTimeoutMs = 30_000;

let api: ScriptedApi;
let clock: FakeClock;
let client: KubeClient;
let stop: AbortController;

beforeEach(async () => {
  api = await ScriptedApi.start();
  clock = new FakeClock();
  client = createKubeClient(api.kubeConfig, { userAgent: 'vpe-operator/1.2.3', requestTimeoutMs, clock });
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await api[Symbol.asyncDispose]();
});

const options = { resourceVersion: '5', timeoutSeconds: 300 };

test('asks for bookmarks and yields events until the server ends it', async () => {
  const events = collect(client.watch<Thing>(thingType, options, stop.signal));
  const exchange = await api.next();
  expect(exchange.headers['user-agent']).toBe('vpe-operator/1.2.3');
  expect(exchange.query).toEqual({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: '5',
    timeoutSeconds: '300',
  });
  exchange.event('ADDED', thing('a', '6'));
  exchange.event('OF_THE_FUTURE', thing('a', '7'));
  const umlaut = Buffer.from(`${JSON.stringify({ type: 'MODIFIED', object: thing('ä', '8') })}\n`);
  const cut = umlaut.indexOf(0xc3) + 1;
  exchange.write(umlaut.subarray(0, cut));
  await settle();
  exchange.write(umlaut.subarray(cut));
  exchange.bookmark('9');
  exchange.end();
  expect(await events).toEqual([
    { type: 'ADDED', object: thing('a', '6') },
    { type: 'MODIFIED', object: thing('ä', '8') },
    { type: 'BOOKMARK', resourceVersion: '9' },
  ]);
});

test.each<[string, (exchange: Exchange) => void, Partial<KubeError>]>([
  ['an ERROR event', (got) => got.event('ERROR', statusOf(410, 'Expired')), { reason: 'expired' }],
  ['a refusal', (got) => got.answer(403, statusOf(403, 'Forbidden')), { reason: 'denied', status: 403 }],
  ['a line that is not JSON', (got) => got.write('garbage\n'), { reason: 'unavailable' }],
  ['a line that is no event', (got) => got.write('{"type":"ADDED"}\n'), { reason: 'unavailable' }],
  [
    'an event cut short',
    (got) => {
      got.write('{"type":"ADD');
      got.end();
    },
    { reason: 'unavailable' },
  ],
  ['a reset', (got) => got.reset(), { reason: 'unavailable' }],
])('%s ends it with an error', async (_, play, expected) => {
  const events = kubeErrorOf(collect(client.watch(thingType, options, stop.signal)));
  const exchange = await api.next();
  play(exchange);
  expect(await events).toMatchObject(expected);
});

test('of one object asks for that name only', async () => {
  const one = { ...options, namespace: 'team', name: 'a' };
  const events = collect(client.watch<Thing>(thingType, one, stop.signal));
  const exchange = await api.next();
  expect(exchange.path).toBe('/apis/test.vpe-operator.io/v1/namespaces/team/things');
  expect(exchange.query).toMatchObject({ watch: 'true', fieldSelector: 'metadata.name=a' });
  exchange.event('MODIFIED', thing('a', '6'));
  exchange.end();
  expect(await events).toEqual([{ type: 'MODIFIED', object: thing('a', '6') }]);
});

test('the deadline is for the headers; after them it may be silent for long', async () => {
  const refused = failureOf(collect(client.watch(thingType, options, stop.signal)));
  await api.next();
  await clock.advance(requestTimeoutMs);
  expect(await refused).toMatchObject({ reason: 'unavailable' });

  const events = collect(client.watch(thingType, options, stop.signal));
  const exchange = await api.next();
  exchange.open();
  await until(() => clock.delaysMs.length === 0, { what: 'the deadline is lifted' });
  await clock.advance(10 * requestTimeoutMs);
  exchange.bookmark('9');
  exchange.end();
  expect(await events).toHaveLength(1);
});

test('leaving the loop closes the connection', async () => {
  const leave = (async () => {
    for await (const event of client.watch(thingType, options, stop.signal)) {
      return event;
    }
    return undefined;
  })();
  const exchange = await api.next();
  exchange.bookmark('9');
  expect(await leave).toEqual({ type: 'BOOKMARK', resourceVersion: '9' });
  await until(() => exchange.closed, { what: 'the connection is closed' });
});
