import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import type { KubeErrorReason } from '../../src/kube/errors.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { until } from '../lib/until.ts';
import { failureOf, kubeErrorOf } from './failure-of.ts';
import { ScriptedApi, statusOf, thing, thingType, type Exchange, type Thing } from './scripted-api.ts';

const collection = '/apis/test.vpe-operator.io/v1/namespaces/default/things';
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

/** Lets the call reach the server, answers it there, and gives back both ends. */
async function exchanged<T>(call: Promise<T>, answer: (exchange: Exchange) => void): Promise<[T, Exchange]> {
  const exchange = await api.next();
  answer(exchange);
  return [await call, exchange];
}

describe('requests', () => {
  test('carry our User-Agent and the credentials of the kubeconfig, and share a connection', async () => {
    for (let call = 0; call < 5; call += 1) {
      const [, exchange] = await exchanged(client.get(thingType, 'default/a', stop.signal), (got) =>
        got.answer(200, thing('a', '1')),
      );
      expect(exchange.headers['user-agent']).toBe('vpe-operator/1.2.3');
      expect(exchange.headers.authorization).toBe('Bearer a-token');
    }
    expect(api.connections).toBe(1);
  });

  test('a page is asked for by version, or by token alone', async () => {
    const options = { limit: 500, resourceVersion: '0' };
    const [page, first] = await exchanged(client.list<Thing>(thingType, options, stop.signal), (got) =>
      got.page([thing('a', '3')], '7', 'token'),
    );
    expect(first.path).toBe('/apis/test.vpe-operator.io/v1/things');
    expect(first.query).toEqual({ limit: '500', resourceVersion: '0', resourceVersionMatch: 'NotOlderThan' });
    expect(page).toEqual({ items: [thing('a', '3')], resourceVersion: '7', continue: 'token' });

    const rest = { ...options, namespace: 'default', continue: 'token' };
    const [last, second] = await exchanged(client.list<Thing>(thingType, rest, stop.signal), (got) =>
      got.page([], '7'),
    );
    expect(second.path).toBe(collection);
    expect(second.query).toEqual({ limit: '500', continue: 'token' });
    expect(last).toEqual({ items: [], resourceVersion: '7' });
  });

  test('managedFields are dropped from whatever is read', async () => {
    const metadata = { ...thing('a', '1').metadata, managedFields: [{ manager: 'kubectl' }] };
    const [got] = await exchanged(client.get<Thing>(thingType, 'default/a', stop.signal), (exchange) =>
      exchange.answer(200, { ...thing('a', '1'), metadata }),
    );
    expect(got).toEqual(thing('a', '1'));
  });

  test('a status is applied whole, for the object that was seen', async () => {
    const options = { fieldManager: 'vpe-operator', resourceVersion: '4' };
    const call = client.applyStatus(thingType, thing('a', '4'), { seen: 2 }, options, stop.signal);
    const [, exchange] = await exchanged(call, (got) => got.answer(200, thing('a', '5')));
    expect(exchange).toMatchObject({
      method: 'PATCH',
      path: `${collection}/a/status`,
      query: { fieldManager: 'vpe-operator', force: 'true' },
      body: {
        apiVersion: 'test.vpe-operator.io/v1',
        kind: 'Thing',
        metadata: { name: 'a', namespace: 'default', resourceVersion: '4' },
        status: { seen: 2 },
      },
    });
    expect(exchange.headers['content-type']).toBe('application/apply-patch+yaml');
  });

  test('a status is rid of what the apply has left alone, but for what is in lists', async () => {
    const options = { fieldManager: 'vpe-operator' };
    const applied = { seen: 2, kept: { mine: 1 }, list: [1] };
    const call = client.applyStatus(thingType, thing('a', '4'), applied, options, stop.signal);
    const found = { ...applied, kept: { mine: 1, theirs: 2 }, list: [1, 2], gone: { deep: 1 } };
    (await api.next()).answer(200, { ...thing('a', '5'), status: found });
    const [after, exchange] = await exchanged(call, (got) => got.answer(200, thing('a', '6')));
    expect(exchange).toMatchObject({ method: 'PATCH', path: `${collection}/a/status` });
    expect(exchange.headers['content-type']).toBe('application/merge-patch+json');
    expect(exchange.body).toEqual({
      metadata: { resourceVersion: '5' },
      status: { kept: { theirs: null }, gone: null },
    });
    expect(after.metadata.resourceVersion).toBe('6');
  });

  test('a status that what others own of it would make invalid is rid of that first', async () => {
    const options = { fieldManager: 'vpe-operator', resourceVersion: '4' };
    const status: object = { seen: 1, gone: { theirs: 1 } };
    const call = client.applyStatus(
      thingType,
      { ...thing('a', '4'), status },
      { seen: 2 },
      options,
      stop.signal,
    );
    (await api.next()).answer(422, statusOf(422, 'Invalid'));
    const prune = await api.next();
    expect(prune.body).toEqual({ metadata: { resourceVersion: '4' }, status: { gone: null } });
    prune.answer(200, { ...thing('a', '5'), status: { seen: 1 } });
    const [, exchange] = await exchanged(call, (got) => got.answer(200, thing('a', '6')));
    expect(exchange).toMatchObject({ body: { metadata: { resourceVersion: '5' }, status: { seen: 2 } } });
  });

  test('finalizers are set only if they are still what was seen', async () => {
    const call = client.patchFinalizers(thingType, thing('a', '4'), ['ours'], stop.signal);
    const exchange = await api.next();
    exchange.answer(422, statusOf(422, 'Invalid'));
    expect(exchange.body).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'uid-of-a' },
      { op: 'test', path: '/metadata/finalizers', value: null },
      { op: 'add', path: '/metadata/finalizers', value: ['ours'] },
    ]);
    expect(await kubeErrorOf(call)).toMatchObject({ reason: 'conflict', status: 422 });
  });

  test('an object that the schema does not accept any more is no lost race', async () => {
    const call = client.patchFinalizers(thingType, thing('a', '4'), [], stop.signal);
    const causes = [{ reason: 'FieldValueInvalid', field: 'spec.size', message: 'too small' }];
    (await api.next()).answer(422, statusOf(422, 'Invalid', { causes }));
    expect(await kubeErrorOf(call)).toMatchObject({
      reason: 'invalid',
      status: 422,
      causes: ['spec.size: too small'],
    });
  });

  test('a dry run asks for an answer and nothing else: of a new object, or of one that exists', async () => {
    const { resourceVersion: _, ...metadata } = thing('a', '4').metadata;
    const draft = { ...thing('a', '4'), metadata };
    const query = { dryRun: 'All', fieldValidation: 'Strict' };
    const [created, first] = await exchanged(client.dryRun(thingType, draft, stop.signal), (got) =>
      got.answer(201, thing('a', '')),
    );
    expect(first).toMatchObject({ method: 'POST', path: collection, query, body: draft });
    expect(created).toEqual(thing('a', ''));
    const [, second] = await exchanged(client.dryRun(thingType, thing('a', '4'), stop.signal), (got) =>
      got.answer(200, thing('a', '4')),
    );
    expect(second).toMatchObject({ method: 'PUT', path: `${collection}/a`, query, body: thing('a', '4') });
  });
});

describe('failures', () => {
  const meanings: readonly [number, string, object, KubeErrorReason][] = [
    [400, 'BadRequest', {}, 'invalid'],
    [401, 'Unauthorized', {}, 'denied'],
    [403, 'Forbidden', {}, 'denied'],
    [404, 'NotFound', {}, 'absent'],
    [408, 'Timeout', {}, 'unavailable'],
    [409, 'Conflict', {}, 'conflict'],
    [409, 'AlreadyExists', {}, 'conflict'],
    [410, 'Expired', {}, 'expired'],
    [422, 'Invalid', {}, 'invalid'],
    [429, 'TooManyRequests', {}, 'throttled'],
    [500, 'InternalError', {}, 'unavailable'],
    [503, 'ServiceUnavailable', {}, 'unavailable'],
    [504, 'Timeout', {}, 'unavailable'],
    [504, 'Timeout', { causes: [{ reason: 'ResourceVersionTooLarge' }] }, 'expired'],
  ];
  test.each(meanings)('%d %s %j means %s', async (status, word, details, reason) => {
    const call = client.get(thingType, 'default/a', stop.signal);
    (await api.next()).answer(status, statusOf(status, word, details));
    const error = await kubeErrorOf(call);
    expect(error).toMatchObject({ reason, status });
    expect(error.message).toBe(`get things default/a: ${status} ${word}: ${word} it is`);
  });

  test.each([
    [{ 'Retry-After': '7' }, {}, 7_000],
    [{}, { retryAfterSeconds: 3 }, 3_000],
    [{ 'Retry-After': '2592000' }, {}, 300_000],
    [{}, { retryAfterSeconds: 86_400 }, 300_000],
    [{}, {}, undefined],
  ])('Retry-After is reported from header %j or details %j', async (headers, details, retryAfterMs) => {
    const call = client.get(thingType, 'default/a', stop.signal);
    (await api.next()).answer(429, statusOf(429, 'TooManyRequests', details), headers);
    expect(await kubeErrorOf(call)).toMatchObject({ reason: 'throttled', retryAfterMs });
    expect(api.requests).toBe(1);
  });

  test('a body that is no Status stays out of the message, and what looks like a credential is masked', async () => {
    const prose = client.get(thingType, 'default/a', stop.signal);
    (await api.next()).answer(502, '<html>the secret of the proxy</html>');
    expect((await kubeErrorOf(prose)).message).not.toContain('secret');

    const told = client.get(thingType, 'default/a', stop.signal);
    const message = `Bearer abc.defghijklmnopqr and eyJhbGciOi.eyJzdWIi.c2ln ${'x'.repeat(500)}`;
    (await api.next()).answer(401, { ...statusOf(401, 'Unauthorized'), message });
    const error = await kubeErrorOf(told);
    expect(error.message).not.toMatch(/abc|eyJ/);
    expect(error.message.length).toBeLessThanOrEqual(300);
  });

  test('an answer that is not JSON is no answer', async () => {
    const call = client.get(thingType, 'default/a', stop.signal);
    (await api.next()).answer(200, '<html></html>');
    expect(await kubeErrorOf(call)).toMatchObject({ reason: 'unavailable' });
  });

  test('a reset connection is unavailable, with its cause', async () => {
    const call = client.get(thingType, 'default/a', stop.signal);
    (await api.next()).reset();
    expect(await kubeErrorOf(call)).toMatchObject({ reason: 'unavailable', cause: { code: 'ECONNRESET' } });
  });

  test('silence ends at the deadline', async () => {
    const call = failureOf(client.get(thingType, 'default/a', stop.signal));
    const exchange = await api.next();
    await clock.advance(requestTimeoutMs);
    expect(await call).toMatchObject({ reason: 'unavailable' });
    await until(() => exchange.closed, { what: 'the connection is closed' });
    expect(clock.delaysMs).toEqual([]);
  });

  test('an abort rejects with the signal reason and leaves nothing behind', async () => {
    const call = failureOf(client.get(thingType, 'default/a', stop.signal));
    const exchange = await api.next();
    const reason = new Error('stopped by the test');
    stop.abort(reason);
    expect(await call).toBe(reason);
    await until(() => exchange.closed, { what: 'the connection is closed' });
    expect(clock.delaysMs).toEqual([]);
    expect(await failureOf(client.get(thingType, 'default/a', stop.signal))).toBe(reason);
    expect(api.requests).toBe(1);
  });
});
