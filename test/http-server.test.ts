import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningServer, serveHttp } from '../src/lib/http-server.ts';

let server: RunningServer;
let problems: string[];
let metricsFail: boolean;

beforeEach(async () => {
  problems = [];
  metricsFail = false;
  server = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    live: () => [],
    ready: () => problems,
    metrics: async () => {
      if (metricsFail) {
        throw new Error('a collector failed');
      }
      return { contentType: 'text/plain', body: 'up 1\n' };
    },
  });
});

afterEach(async () => {
  await server.close();
});

/** `path` goes out as it is; `fetch` would tidy it up first. */
async function get(path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path }, (answer) => {
      const chunks: string[] = [];
      answer.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, body: chunks.join('') }));
    });
    sent.on('error', reject).end();
  });
}

describe('the HTTP server', () => {
  it('says ok, or what is wrong, a line each', async () => {
    expect(await get('/healthz')).toEqual({ status: 200, body: 'ok\n' });
    problems = ['EndpointGateway is not synced yet', 'another problem'];
    expect(await get('/readyz?verbose')).toEqual({ status: 503, body: `${problems.join('\n')}\n` });
  });

  it('serves the metrics', async () => {
    expect(await get('/metrics')).toEqual({ status: 200, body: 'up 1\n' });
  });

  it.each(['/', '//', '//[', '/healthz/', '/%'])('answers 404 to %s and goes on', async (path) => {
    expect((await get(path)).status).toBe(404);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('answers 500 when the metrics cannot be collected, and goes on', async () => {
    metricsFail = true;
    expect(await get('/metrics')).toEqual({ status: 500, body: 'internal error\n' });
    expect((await get('/healthz')).status).toBe(200);
  });
});
