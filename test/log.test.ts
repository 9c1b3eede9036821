import { Writable } from 'node:stream';
import { beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import fc from 'fast-check';
import { IamAuthenticator } from 'ibm-cloud-sdk-core';
import type { Logger } from 'pino';
import { CloudError } from '../src/cloud/errors.ts';
import { createLog } from '../src/log.ts';
import { canaryApiKey, expectNoSecret } from './lib/canary.ts';

let written: string;
let log: Logger;

beforeEach(() => {
  written = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  log = createLog('trace', destination);
});

const lines = (): Record<string, unknown>[] =>
  written
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a line is JSON with level, time, name, fields and message', () => {
  log.info({ kind: 'EndpointGateway', attempt: 2 }, 'pass ended');
  expect(lines()).toEqual([
    {
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      name: 'vpe-operator',
      kind: 'EndpointGateway',
      attempt: 2,
      msg: 'pass ended',
    },
  ]);
});

test('a level leaves out what lies below it', () => {
  const quiet = createLog('warn', { write: (line) => void (written += line) });
  quiet.info('no');
  quiet.warn('yes');
  expect(lines().map(({ msg }) => msg)).toEqual(['yes']);
});

test('a CloudError is logged with what its reader needs', () => {
  const fields = { operation: 'list_vpcs', status: 503, code: 'down', trace: 't-1' } as const;
  log.warn({ err: new CloudError('no', { reason: 'unavailable', ...fields }) }, 'failed');
  expect(lines()[0]?.['err']).toEqual({
    type: 'CloudError',
    message: 'list_vpcs: no',
    reason: 'unavailable',
    status: 503,
    code: 'down',
    trace: 't-1',
  });
});

test('what caused an error is told', () => {
  log.error(new Error('outer', { cause: new Error('inner', { cause: new Error('innermost') }) }));
  expect(lines()[0]).toMatchObject({
    msg: 'outer',
    err: { message: 'outer: inner: innermost', stack: expect.stringContaining('innermost') },
  });
});

describe('no secret is written', () => {
  const key = canaryApiKey();
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJpYW1faWQiOiJpYW0tMSJ9.c2lnbmF0dXJl';
  const form = new URLSearchParams({ grant_type: 'apikey', apikey: key }).toString();
  const headers = { Authorization: `Bearer ${token}`, 'X-Other': key };

  const failures: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['of axios', async () => axios.post(`http://127.0.0.1:1/?apikey=${key}`, form, { headers })],
    [
      'of the token manager',
      async () => new IamAuthenticator({ apikey: key, url: 'http://127.0.0.1:1', headers }).authenticate({}),
    ],
    [
      'with the request beside the message',
      async () =>
        Promise.reject(
          Object.assign(new Error(`asked with ${form}`), {
            config: { headers, data: form },
            request: { headers },
          }),
        ),
    ],
    [
      'in a cause',
      async () =>
        Promise.reject(
          new Error('outer', { cause: Object.assign(new Error(`inner ${token}`), { headers }) }),
        ),
    ],
    [
      'in a cause that is no error',
      async () => Promise.reject(new Error('outer', { cause: { headers, form } })),
    ],
    [
      'among several',
      async () =>
        Promise.reject(new AggregateError([new Error(key), new Error(token)], `all failed: ${key}`)),
    ],
    [
      'of a CloudError',
      async () =>
        Promise.reject(
          new CloudError(`refused ${key} ${token}`, { reason: 'denied', operation: 'x', trace: key }),
        ),
    ],
    ['that is a string', async () => Promise.reject(`Bearer ${token} and ${key}`)],
    [
      'that is an object',
      async () => Promise.reject({ response: { headers, data: form }, apikey: 'short', list: [key, token] }),
    ],
  ];

  test.each(failures)('from an error %s, wherever it is put', async (_, fail) => {
    const error = await fail().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeDefined();
    log.error({ err: error }, 'under err');
    log.error({ error, cause: error, deep: { deeper: [error] } }, 'under other names');
    log.error(error as Error, 'as the object');
    log.error(error as Error);
    log.error(`in words: ${String(error)}`);
    log.error('formatted: %o %j', error as object, error as object);
    log.child({ error }).error('bound to a child');
    expect(lines()).toHaveLength(7);
    expect(() => expectNoSecret(written)).not.toThrow();
  });

  test.each([
    'authorization',
    'Authorization',
    'apikey',
    'apiKey',
    'api_key',
    'token',
    'access_token',
    'refresh_token',
    'password',
    'secret',
  ])('from a field named %s, whatever its form', (field) => {
    log.info({ [field]: 'short', a: { b: [{ [field]: 'short' }] } });
    expect(lines()[0]).toMatchObject({ [field]: '[masked]', a: { b: [{ [field]: '[masked]' }] } });
  });

  test('from a line with anything in it, which stays JSON and keeps what is no secret', () => {
    const text = fc.string({ unit: fc.constantFrom('\n', '\t', '"', '\\', ' ', ',', ':', 'é', '\u2028') });
    fc.assert(
      fc.property(text, text, fc.integer(), (before, after, number) => {
        written = '';
        log.info({ field: `${before} ${key} ${after}`, number }, `${before}"${token}"${after}`);
        expectNoSecret(written);
        const [line] = lines();
        expect(line).toMatchObject({ field: `${before} [masked] ${after}`, number });
      }),
    );
  });
});
