import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createKubeClient } from '../../src/kube/client.ts';
import { Nodes } from '../../src/kube/nodes.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { failureOf, kubeErrorOf } from './failure-of.ts';
import { type Exchange, ScriptedApi, statusOf, thing } from './scripted-api.ts';

let api: ScriptedApi;
let clock: FakeClock;
let stop: AbortController;
let nodes: Nodes;
const { signal } = new AbortController();

beforeEach(async () => {
  api = await ScriptedApi.start();
  clock = new FakeClock();
  stop = new AbortController();
  const client = createKubeClient(api.kubeConfig, { userAgent: 'test', requestTimeoutMs: 30_000, clock });
  nodes = new Nodes({ client, clock, signal: stop.signal });
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
  expect(await zones).toEqual({ zones: ['us-south-1', 'us-south-3'], subnetIds: [], instanceIds: [] });
});

const instance = '0717_1f2e3d4c-0000-4000-8000-000000000001';

test.each([
  ['a worker that IBM manages', 'ibm://account///cluster/kube-cluster-default-00000123', 'subnet-1', []],
  ['an instance of the user', `ibm://account///cluster/${instance}`, undefined, [instance]],
  ['another cloud', 'aws:///us-east-1a/i-0123456789abcdef0', undefined, []],
  ['no provider at all', undefined, undefined, []],
])('where a Node lies in a VPC: %s', async (_, providerID, subnet, instanceIds) => {
  const labels = subnet === undefined ? {} : { 'ibm-cloud.kubernetes.io/subnet-id': subnet };
  const placed = { ...thing('a', '1', { labels }), spec: providerID === undefined ? {} : { providerID } };
  const facts = await answered(nodes.read(signal), (exchange) => exchange.page([placed], '7'));
  expect(facts).toEqual({ zones: [], subnetIds: subnet === undefined ? [] : [subnet], instanceIds });
});

test('one listing serves all who ask, for ten minutes', async () => {
  const both = Promise.all([nodes.read(signal), nodes.read(signal)]);
  const zones = ['us-south-1', 'us-south-2'];
  expect(await answered(both, twoZones)).toEqual([
    expect.objectContaining({ zones }),
    expect.objectContaining({ zones }),
  ]);
  await clock.advance(599_000);
  clock.step(86_400_000);
  expect(await nodes.read(signal)).toMatchObject({ zones });
  expect(api.requests).toBe(1);
  await clock.advance(1_000);
  const later = await answered(nodes.read(signal), (got) => got.page([node('a', 'us-south-1')], '8'));
  expect(later).toMatchObject({ zones: ['us-south-1'] });
});

const refused = (exchange: Exchange): void => exchange.answer(403, statusOf(403, 'Forbidden'));

const seen = { zones: ['us-south-1', 'us-south-2'] };

test('who may not list Nodes is told so, and sees them a minute after it may', async () => {
  expect(await answered(nodes.read(signal), refused)).toBeUndefined();
  expect(await nodes.read(signal)).toBeUndefined();
  expect(api.requests).toBe(1);
  await clock.advance(60_000);
  expect(await answered(nodes.read(signal), twoZones)).toMatchObject(seen);
});

test("a failure is everybody's who waited, and the next one asks again", async () => {
  const failed = kubeErrorOf(nodes.read(signal));
  expect(
    await answered(failed, (exchange) => exchange.answer(500, statusOf(500, 'InternalError'))),
  ).toMatchObject({
    reason: 'unavailable',
  });
  expect(await answered(nodes.read(signal), twoZones)).toMatchObject(seen);
});

test('a caller that leaves does not end the listing for the others', async () => {
  const leaving = new AbortController();
  const left = failureOf(nodes.read(leaving.signal));
  const staying = nodes.read(signal);
  const exchange = await api.next();
  leaving.abort(new Error('the pass is over'));
  expect(await left).toMatchObject({ message: 'the pass is over' });
  twoZones(exchange);
  expect(await staying).toMatchObject(seen);
  expect(await failureOf(nodes.read(leaving.signal))).toMatchObject({ message: 'the pass is over' });
});

test('the end of the program ends the listing', async () => {
  const failed = failureOf(nodes.read(signal));
  await api.next();
  stop.abort(new Error('stopping'));
  expect(await failed).toMatchObject({ message: 'stopping' });
});
