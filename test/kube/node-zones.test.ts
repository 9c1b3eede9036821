import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createKubeClient } from '../../src/kube/client.ts';
import { NodeZones } from '../../src/kube/node-zones.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { failureOf, kubeErrorOf } from './failure-of.ts';
import { type Exchange, ScriptedApi, statusOf, thing } from './scripted-api.ts';

let api: ScriptedApi;
let clock: FakeClock;
let stop: AbortController;
let nodes: NodeZones;
const { signal } = new AbortController();

beforeEach(async () => {
  api = await ScriptedApi.start();
  clock = new FakeClock();
  stop = new AbortController();
  const client = createKubeClient(api.kubeConfig, { userAgent: 'test', requestTimeoutMs: 30_000, clock });
  nodes = new NodeZones({ client, clock, signal: stop.signal });
});

afterEach(async () => {
  stop.abort();
  await api[Symbol.asyncDispose]();
});

const node = (name: string, zone?: string): KubeObject =>
  thing(name, '1', { labels: zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone } });

/** Lets the call reach the server and answers it there. */
async function answered<T>(call: Promise<T>, answer: (exchange: Exchange) => void): Promise<T> {
  answer(await api.next());
  return call;
}

const twoZones = (exchange: Exchange): void =>
  exchange.page([node('b', 'us-south-2'), node('a', 'us-south-1')], '7');

test('each zone once, in order, from every page; Nodes without one do not count', async () => {
  const zones = nodes.read(signal);
  const first = await api.next();
  expect([first.method, first.path, first.query]).toEqual(['GET', '/api/v1/nodes', { limit: '100' }]);
  first.page([node('b', 'us-south-3'), node('c', 'us-south-1')], '7', 'more');
  const second = await api.next();
  expect(second.query).toEqual({ limit: '100', continue: 'more' });
  second.page([node('d', 'us-south-3'), node('e')], '7');
  expect(await zones).toEqual(['us-south-1', 'us-south-3']);
});

test('one listing serves all who ask, for ten minutes', async () => {
  const both = Promise.all([nodes.read(signal), nodes.read(signal)]);
  expect(await answered(both, twoZones)).toEqual([
    ['us-south-1', 'us-south-2'],
    ['us-south-1', 'us-south-2'],
  ]);
  await clock.advance(599_000);
  clock.step(86_400_000);
  expect(await nodes.read(signal)).toHaveLength(2);
  expect(api.requests).toBe(1);
  await clock.advance(1_000);
  expect(await answered(nodes.read(signal), (got) => got.page([node('a', 'us-south-1')], '8'))).toEqual([
    'us-south-1',
  ]);
});

const refused = (exchange: Exchange): void => exchange.answer(403, statusOf(403, 'Forbidden'));

test('who may not list Nodes is told so, and sees them as soon as it may', async () => {
  expect(await answered(nodes.read(signal), refused)).toBeUndefined();
  expect(await answered(nodes.read(signal), twoZones)).toHaveLength(2);
});

test("a failure is everybody's who waited, and the next one asks again", async () => {
  const failed = kubeErrorOf(nodes.read(signal));
  expect(
    await answered(failed, (exchange) => exchange.answer(500, statusOf(500, 'InternalError'))),
  ).toMatchObject({
    reason: 'unavailable',
  });
  expect(await answered(nodes.read(signal), twoZones)).toHaveLength(2);
});

test('a caller that leaves does not end the listing for the others', async () => {
  const leaving = new AbortController();
  const left = failureOf(nodes.read(leaving.signal));
  const staying = nodes.read(signal);
  const exchange = await api.next();
  leaving.abort(new Error('the pass is over'));
  expect(await left).toMatchObject({ message: 'the pass is over' });
  twoZones(exchange);
  expect(await staying).toHaveLength(2);
  expect(await failureOf(nodes.read(leaving.signal))).toMatchObject({ message: 'the pass is over' });
});

test('the end of the program ends the listing', async () => {
  const failed = failureOf(nodes.read(signal));
  await api.next();
  stop.abort(new Error('stopping'));
  expect(await failed).toMatchObject({ message: 'stopping' });
});
