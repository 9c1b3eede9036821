/** What the proxy does to single calls. */
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type Certificates, createCertificates } from '../cloud/certificate.ts';
import { until } from '../lib/until.ts';
import { done, ProxyBench } from './proxy-bench.ts';
import type { Interference } from './interference.ts';
import type { Exchange, Observer } from './proxy.ts';

let certificates: Certificates;
let bench: ProxyBench;

beforeAll(async () => {
  certificates = await createCertificates();
});

beforeEach(async () => {
  bench = await ProxyBench.start(certificates);
});

afterEach(async () => bench[Symbol.asyncDispose]());

describe('what passes', () => {
  it('arrives as it was sent, and so does the answer', async () => {
    const answer = await bench.call('PATCH /v1/things/1?version=2&a=b', 'body').answer;
    expect([answer.statusCode, answer.headers['x-said'], await text(answer)]).toEqual([
      201,
      'server',
      'done',
    ]);
    expect(bench.asked).toEqual([
      { line: 'PATCH /v1/things/1?version=2&a=b', contentType: 'text/x', body: 'body' },
    ]);
  });

  it('is seen twice as the same exchange: before it reaches the server, and with the answer', async () => {
    const seen: unknown[] = [];
    bench.before = async (exchange) => void seen.push(exchange, exchange.status, bench.asked.length);
    bench.after = async (exchange) => void seen.push(exchange, exchange.status, bench.asked.length);
    await bench.said('POST /v1/things?a=b', 'body');
    const exchange = seen[0] as Exchange;
    expect(seen).toEqual([exchange, undefined, 0, exchange, 201, 1]);
    expect(seen[3]).toBe(exchange);
    const { method, path, query, contentType, body } = exchange;
    expect([method, path, query.get('a'), contentType, body]).toEqual([
      'POST',
      '/v1/things',
      'b',
      'text/x',
      'body',
    ]);
  });

  it('stands still as long as an observer likes', async () => {
    const held = Promise.withResolvers<undefined>();
    bench.before = async ({ path }) => (path === '/held' ? held.promise : undefined);
    const { answer } = bench.call('GET /held');
    expect(await bench.said('GET /other')).toEqual(done);
    expect(bench.asked).toHaveLength(1);
    held.resolve(undefined);
    expect((await answer).statusCode).toBe(201);
  });

  it('is carried out although the client is gone', async () => {
    const held = Promise.withResolvers<undefined>();
    const over = Promise.withResolvers<number | undefined>();
    let isMet = false;
    bench.before = async () => {
      isMet = true;
      return held.promise;
    };
    bench.after = async ({ status }) => {
      over.resolve(status);
      return undefined;
    };
    const { request, answer } = bench.call('POST /v1/things', 'body');
    await until(() => isMet, { what: 'the request is met' });
    request.destroy();
    await expect(answer).rejects.toThrow('socket hang up');
    held.resolve(undefined);
    expect(await over.promise).toBe(201);
    expect(bench.asked).toEqual([expect.objectContaining({ line: 'POST /v1/things', body: 'body' })]);
  });
});

describe.each(['before', 'after'] as const)('interference %s', (moment) => {
  const reached = moment === 'before' ? 0 : 1;

  function interfere(interference: Interference): void {
    const observer: Observer = async ({ path }) => (path === '/struck' ? interference : undefined);
    if (moment === 'before') {
      bench.before = observer;
    } else {
      bench.after = observer;
    }
  }

  it('drops the connection', async () => {
    interfere({ kind: 'drop' });
    await expect(bench.call('POST /struck').answer).rejects.toThrow('socket hang up');
    expect(bench.asked).toHaveLength(reached);
    expect(await bench.said('GET /other')).toEqual(done);
  });

  it('answers something else', async () => {
    interfere({ kind: 'answer', status: 429, headers: { 'retry-after': '2' }, body: { code: 'slow' } });
    const answer = await bench.call('POST /struck').answer;
    expect([answer.statusCode, answer.headers['retry-after'], await text(answer)]).toEqual([
      429,
      '2',
      '{"code":"slow"}',
    ]);
    expect(bench.asked).toHaveLength(reached);
  });

  it('never answers, until the client gives up', async () => {
    interfere({ kind: 'silence' });
    const { request, answer } = bench.call('POST /struck');
    await bench.untilAsked(reached);
    expect(await bench.said('GET /other')).toEqual(done);
    let isAnswered = false;
    request.on('response', () => (isAnswered = true));
    expect(await bench.said('GET /another')).toEqual(done);
    expect(isAnswered).toBe(false);
    request.destroy();
    await expect(answer).rejects.toThrow('socket hang up');
  });
});
