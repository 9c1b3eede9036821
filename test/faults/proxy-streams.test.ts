/** What the proxy does to watches, and to all at once. */
import { once } from 'node:events';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type Certificates, createCertificates } from '../cloud/certificate.ts';
import { done, ProxyBench, untilEnd, untilLines } from './proxy-bench.ts';

let certificates: Certificates;
let bench: ProxyBench;

beforeAll(async () => {
  certificates = await createCertificates();
});

beforeEach(async () => {
  bench = await ProxyBench.start(certificates);
});

afterEach(async () => bench[Symbol.asyncDispose]());

describe('a watch', () => {
  it('delivers what comes when it comes, and ends with the server', async () => {
    const watching = await bench.watch();
    bench.tell('one');
    await untilLines(watching, ['one']);
    bench.tell('two');
    await untilLines(watching, ['one', 'two']);
    bench.watches.forEach((response) => response.end());
    expect(await untilEnd(watching)).toBe('ended');
  });

  it('is answered when it is open', async () => {
    const statuses: (number | undefined)[] = [];
    bench.after = async ({ status }) => void statuses.push(status);
    await bench.watch();
    expect(statuses).toEqual([200]);
  });

  it('that is refused is an answer like any other', async () => {
    expect(await bench.said('GET /gone?watch=true')).toEqual([410, 'gone']);
  });

  it('can be cut, and so can the next one', async () => {
    for (const _ of [1, 2]) {
      const watching = await bench.watch();
      bench.proxy.cutStreams();
      expect(await untilEnd(watching)).toBe('cut');
    }
    expect(await bench.said('GET /other')).toEqual(done);
  });

  it('that is cut is closed at the server, too', async () => {
    await bench.watch();
    const closed = Promise.all(bench.watches.map(async (response) => once(response, 'close')));
    bench.proxy.cutStreams();
    expect(await closed).toHaveLength(1);
  });

  it('can be ended with a line of its own', async () => {
    const watching = await bench.watch();
    bench.proxy.endStreams('last');
    expect(await untilEnd(watching)).toBe('ended');
    expect(watching.lines).toBe('last\n');
  });

  it('can fall silent alone', async () => {
    const watching = await bench.watch();
    bench.proxy.muteStreams();
    bench.tell('unheard');
    const other = await bench.watch();
    bench.tell('heard');
    await untilLines(other, ['heard']);
    expect(await bench.said('GET /other')).toEqual(done);
    expect(watching).toEqual({ lines: '', end: undefined });
  });
});

describe('a black hole', () => {
  it('lets nothing through in either direction until it speaks again, and loses nothing', async () => {
    const watching = await bench.watch();
    const held = Promise.withResolvers<undefined>();
    bench.after = async ({ path }) => (path === '/under-way' ? held.promise : undefined);
    const underWay = bench.call('GET /under-way');
    await bench.untilAsked(2);
    bench.proxy.fallSilent();
    held.resolve(undefined);
    bench.tell('late');
    const calls = [underWay, bench.call('GET /one'), bench.call('GET /two')];
    let answers = 0;
    calls.forEach(({ request }) => request.on('response', () => (answers += 1)));
    // Time enough for what would pass.
    await bench.saidElsewhere();
    expect({ answers, asked: bench.asked.length, watching }).toEqual({
      answers: 0,
      asked: 3,
      watching: { lines: '', end: undefined },
    });
    bench.proxy.speakAgain();
    for (const { answer } of calls) {
      expect((await answer).statusCode).toBe(201);
    }
    await untilLines(watching, ['late']);
  });
});
