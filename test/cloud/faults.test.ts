/** The fault plan and the request log, seen from both sides of the wire. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '../lib/until.ts';
import type { Reply } from './client.ts';
import type { Interceptor } from './faults.ts';
import type { LoggedRequest } from './request-log.ts';
import { refusal, startFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const create = async (): Promise<Reply> =>
  fixture.client.vpc('POST', '/endpoint_gateways', { body: fixture.gatewayBody() });
const gatewayCount = (): number => fixture.cloud.control.leftovers().gateways.length;
const lastRequest = (): LoggedRequest | undefined => fixture.cloud.control.requestLog.entries().at(-1);
const operation = 'create_endpoint_gateway';

describe('a fault before the commit', () => {
  it('answers its status with Retry-After, and nothing happened', async () => {
    fixture.cloud.control.faults.add({ operation, status: 429, retryAfter: 7, times: 1 });
    const reply = await create();
    expect(refusal(reply)).toEqual({ status: 429, code: 'rate_limit_exceeded' });
    expect(reply.headers.get('retry-after')).toBe('7');
    expect(gatewayCount()).toBe(0);
    expect(lastRequest()).toMatchObject({ operation, status: 429, committed: false });
    expect((await create()).status).toBe(201);
  });

  it('cuts the connection, and nothing happened', async () => {
    fixture.cloud.control.faults.add({ operation, drop: true, times: 1 });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(gatewayCount()).toBe(0);
    expect(lastRequest()).toMatchObject({ dropped: true, committed: false });
    expect(lastRequest()).not.toHaveProperty('status');
  });
});

describe('a fault after the commit', () => {
  it('answers its status though the gateway exists', async () => {
    fixture.cloud.control.faults.add({ operation, when: 'after', status: 503, times: 1 });
    const reply = await create();
    expect(refusal(reply)).toEqual({ status: 503, code: 'backend_service_unavailable' });
    expect(reply.body.trace).toBe(reply.headers.get('x-request-id'));
    expect(gatewayCount()).toBe(1);
    const [gateway] = fixture.cloud.control.leftovers().gateways;
    expect(lastRequest()).toMatchObject({ status: 503, committed: true, createdId: gateway?.id });
  });

  it('cuts the connection though the gateway exists', async () => {
    fixture.cloud.control.faults.add({ operation, when: 'after', drop: true, times: 1 });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(gatewayCount()).toBe(1);
    expect(lastRequest()).toMatchObject({ dropped: true, committed: true });
  });

  it('replaces the empty answer of a delete', async () => {
    const { id } = await fixture.stableGateway();
    fixture.cloud.control.faults.add({ method: 'DELETE', when: 'after', status: 500, times: 1 });
    const reply = await fixture.client.vpc('DELETE', `/endpoint_gateways/${id}`);
    expect(refusal(reply)).toEqual({ status: 500, code: 'internal_error' });
    fixture.settle();
    expect(gatewayCount()).toBe(0);
  });
});

describe('a fault', () => {
  it('skips and strikes as often as it says', async () => {
    const { faults } = fixture.cloud.control;
    faults.add({ method: 'get', path: '^/v1/vpcs$', skip: 1, times: 2, status: 500 });
    const statuses: number[] = [];
    for (let call = 0; call < 5; call += 1) {
      statuses.push((await fixture.client.vpc('GET', '/vpcs')).status);
    }
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
    expect((await fixture.client.vpc('GET', '/subnets')).status).toBe(200);
    expect(faults.list()).toMatchObject([{ matched: 3, struck: 2 }]);
  });

  it('strikes every n-th of those that it does not skip', async () => {
    fixture.cloud.control.faults.add({ path: '/vpcs', skip: 1, every: 2, times: 2, status: 401 });
    const statuses: number[] = [];
    for (let call = 0; call < 7; call += 1) {
      statuses.push((await fixture.client.vpc('GET', '/vpcs')).status);
    }
    expect(statuses).toEqual([200, 200, 401, 200, 401, 200, 200]);
  });

  it('without a status only delays, on the simulated clock', async () => {
    const { clock, faults, requestLog } = fixture.cloud.control;
    faults.add({ path: '/vpcs', delayMs: 60_000 });
    clock.resume();
    const seen = requestLog.lastSequence;
    const reply = fixture.client.vpc('GET', '/vpcs');
    await until(() => requestLog.lastSequence > seen, { what: 'the request has arrived' });
    expect(lastRequest()).not.toHaveProperty('status');
    clock.advance(60_000);
    expect((await reply).status).toBe(200);
  });

  it('strikes the services it names: IAM answers in its own shape, tagging in its own', async () => {
    const { control, plainEndpoints } = fixture.cloud;
    control.faults.add({ service: 'iam', status: 500 });
    control.faults.add({ service: 'tagging', status: 500 });
    const token = await fetch(`${plainEndpoints.iam}/identity/token`, { method: 'POST' });
    expect(await token.json()).toMatchObject({ errorCode: 'internal_error' });
    expect(refusal(await fixture.client.tagging('GET', '/v3/tags')).status).toBe(500);
    expect((await fixture.client.vpc('GET', '/vpcs')).status).toBe(200);
  });

  it('is gone when cleared', async () => {
    const { faults } = fixture.cloud.control;
    const id = faults.add({ status: 500 });
    faults.clear(id);
    expect((await fixture.client.vpc('GET', '/vpcs')).status).toBe(200);
  });
});

it.each([
  ['late', { delayMs: 60_000 }],
  ['never', { silent: true }],
  ['never, after its commit,', { silent: true, when: 'after' }],
] as const)('a request that is %s answered ends when the cloud stops', async (_, harm) => {
  const { cloud, client } = await startFixture();
  cloud.control.faults.add({ path: '/vpcs', ...harm });
  const seen = cloud.control.requestLog.lastSequence;
  const end = client.vpc('GET', '/vpcs').then(
    ({ status }) => status,
    () => 'cut',
  );
  await until(() => cloud.control.requestLog.lastSequence > seen, { what: 'the request has arrived' });
  await cloud.stop();
  expect([503, 'cut']).toContain(await end);
});

const nothing = async (): Promise<undefined> => undefined;
const intercept = (interceptor: Partial<Interceptor>): void => {
  fixture.cloud.control.faults.interceptor = { before: nothing, after: nothing, ...interceptor };
};

describe('an interceptor', () => {
  it('sees a request before its handler, and again with the status, whatever a rule does to it', async () => {
    const seen: unknown[] = [];
    intercept({
      before: async (request) => void seen.push(request, gatewayCount()),
      after: async (request, status) => void seen.push(request, gatewayCount(), status),
    });
    fixture.cloud.control.faults.add({ when: 'after', operation, status: 500 });
    expect((await create()).status).toBe(500);
    const request = lastRequest();
    expect(seen).toEqual([request, 0, request, 1, 201]);
    expect(seen[0]).toBe(seen[2]);
  });

  it('can refuse a request, which then is struck by no rule and not shown again', async () => {
    const after = jest.fn(async () => undefined);
    intercept({ before: async () => ({ status: 429, retryAfter: 3 }), after });
    const { faults } = fixture.cloud.control;
    faults.add({ status: 500 });
    const reply = await create();
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '3']);
    expect(after).not.toHaveBeenCalled();
    expect(faults.list()).toMatchObject([{ matched: 0 }]);
    expect(gatewayCount()).toBe(0);
  });

  it('can withhold the answer to what was done', async () => {
    intercept({ after: async () => ({ drop: true }) });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(gatewayCount()).toBe(1);
    expect(lastRequest()).toMatchObject({ dropped: true, committed: true });
  });
});

describe('the request log', () => {
  it('tells who asked what and what became of it', async () => {
    const headers = { 'user-agent': 'vpe-operator/test', 'x-request-id': 'request-0001' };
    const body = fixture.gatewayBody({ name: 'logged' });
    const reply = await fixture.client.vpc('POST', '/endpoint_gateways', { body, headers });
    expect(lastRequest()).toEqual({
      sequence: expect.any(Number),
      atMs: fixture.cloud.control.clock.now(),
      service: 'vpc',
      method: 'POST',
      path: '/v1/endpoint_gateways',
      pathTemplate: '/v1/endpoint_gateways',
      operation,
      query: { version: '2026-03-24', generation: '2' },
      body,
      userAgent: 'vpe-operator/test',
      source: '127.0.0.1',
      requestId: 'request-0001',
      accountId: fixture.cloud.control.account('default').id,
      status: 201,
      committed: true,
      createdId: reply.body.id,
    });
  });

  it('counts by operation', async () => {
    const { requestLog } = fixture.cloud.control;
    const after = requestLog.lastSequence;
    await create();
    await fixture.client.vpc('GET', '/vpcs');
    await fixture.client.vpc('GET', '/vpcs');
    await fixture.client.vpc('GET', '/no-such-thing');
    expect(requestLog.countByOperation({ after })).toEqual({ [operation]: 1, list_vpcs: 2, unknown: 1 });
  });
});
