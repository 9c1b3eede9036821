import { rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IssuedToken } from '../../src/cloud/token-cache.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { canaryApiKey, expectNoSecret } from '../lib/canary.ts';
import { type AskOptions, type TokenClient, tokenClient } from './ask-token.ts';
import { cloudErrorOf, userAgent } from './open-account.ts';
import { serveScript } from './scripted-server.ts';

let cloud: Cloud;
let keyFile: string;
const apiKey = canaryApiKey();
let client: TokenClient;

beforeAll(async () => {
  cloud = await startCloud();
  client = tokenClient(cloud);
  keyFile = join(dirname(cloud.caFile), 'own-key');
  await writeFile(keyFile, `${apiKey}\n`);
  cloud.control.seed.apiKey('default', { apiKey });
});

afterAll(async () => {
  await cloud.stop();
});

async function ask({
  apiKeyFile = keyFile,
  ...options
}: AskOptions & { readonly apiKeyFile?: string } = {}): Promise<IssuedToken> {
  return client.ask({ apiKeyFile }, options);
}

/** Asks a service that answers every request so. */
async function askScript(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<IssuedToken> {
  const server = await serveScript((_, response) => response.writeHead(status, headers).end(body));
  try {
    return await ask({ iam: server.url });
  } finally {
    await server.stop();
  }
}

test('a key gives a token of its account, under our User-Agent', async () => {
  const { token, lifetimeMs } = await ask();
  expect(token.authorization).toMatch(/^Bearer eyJ/);
  expect(token.accountID).toBe(cloud.control.account('default').id);
  expect(lifetimeMs).toBe(3_600_000);
  expect(client.calls).toEqual(['iam get_token_api_key 200']);
  expect(cloud.control.requestLog.entries({ service: 'iam' }).at(-1)).toMatchObject({ userAgent });
});

const other = (): string => join(dirname(cloud.caFile), 'other-key');

describe('the key file', () => {
  test('is read at every request, so that a new key counts at once', async () => {
    await writeFile(other(), canaryApiKey());
    expect(await cloudErrorOf(ask({ apiKeyFile: other() }))).toMatchObject({ reason: 'denied' });
    await writeFile(other(), apiKey);
    expect((await ask({ apiKeyFile: other() })).token.accountID).not.toBe('');
  });

  test.each([
    ['is missing', undefined, /^get_token_api_key: the API key file cannot be read: ENOENT.*other-key/],
    ['is empty', ' \n', /^get_token_api_key: the API key file is empty: .*other-key$/],
  ])('%s: denied, without a request', async (_, content, message) => {
    await (content === undefined ? rm(other(), { force: true }) : writeFile(other(), content));
    const error = await cloudErrorOf(ask({ apiKeyFile: other() }));
    expect(error).toMatchObject({ reason: 'denied', maybeCommitted: false });
    expect(error.message).toMatch(message);
    expect(client.calls).toEqual([]);
  });
});

test('a key that IAM does not know is denied, with its code and words', async () => {
  const unknown = join(dirname(cloud.caFile), 'unknown-key');
  await writeFile(unknown, canaryApiKey());
  const error = await cloudErrorOf(ask({ apiKeyFile: unknown }));
  expect(error).toMatchObject({
    reason: 'denied',
    status: 400,
    code: 'BXNIM0415E',
    message: 'get_token_api_key: Provided API key could not be found.',
  });
  expect(client.calls).toEqual(['iam get_token_api_key 400']);
});

test.each([
  [403, 'denied'],
  [404, 'denied'],
  [409, 'denied'],
  [429, 'throttled'],
  [500, 'unavailable'],
  [503, 'unavailable'],
])('an answer %d is %s', async (status, reason) => {
  cloud.control.faults.add({ service: 'iam', status, retryAfter: 9, times: 1 });
  expect(await cloudErrorOf(ask())).toMatchObject({ reason, status, retryAfterMs: 9_000 });
});

test.each([
  ['a cut connection', { drop: true }, 'ECONNRESET'],
  ['silence', { delayMs: 600_000 }, 'no answer within 1000 ms'],
])('%s is unavailable', async (_, fault, message) => {
  cloud.control.faults.add({ service: 'iam', ...fault, times: 1 });
  const error = await cloudErrorOf(ask({ timeoutMs: 1_000 }));
  expect(error).toMatchObject({ reason: 'unavailable', message: `get_token_api_key: ${message}` });
  expect(client.calls).toEqual(['iam get_token_api_key error']);
});

test('a server with an unknown certificate is not given the key', async () => {
  const before = cloud.control.requestLog.lastSequence;
  const error = await cloudErrorOf(ask({ httpsAgent: new Agent() }));
  expect(error).toMatchObject({ reason: 'unavailable' });
  expect(cloud.control.requestLog.lastSequence).toBe(before);
});

const claims = (payload: unknown): string =>
  `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.s`;

test.each([
  ['no JSON', '<html>login</html>', 'processing HTTP response'],
  ['nothing', 'null', 'holds no token'],
  ['an empty object', '{}', 'holds no token'],
  ['a token without a lifetime', JSON.stringify({ access_token: claims({}) }), 'holds no token'],
  [
    'a token without an account',
    JSON.stringify({ access_token: claims({}), expires_in: 60 }),
    'names no account',
  ],
  ['what is no JWT', JSON.stringify({ access_token: 'opaque', expires_in: 60 }), 'names no account'],
])('an answer 200 with %s is not understood', async (_, body, message) => {
  const error = await cloudErrorOf(askScript(200, body, { 'Content-Type': 'application/json' }));
  expect(error).toMatchObject({ reason: 'unknown', message: expect.stringContaining(message) });
});

test('a redirect is not followed', async () => {
  const error = await cloudErrorOf(
    askScript(302, '', { Location: `${cloud.plainEndpoints.iam}/identity/token` }),
  );
  expect(error).toMatchObject({ reason: 'unknown', status: 302 });
});

test('no error holds the key, however deep it is looked into', async () => {
  const errors = [
    await cloudErrorOf(askScript(500, `{"errorMessage": "refused apikey=${apiKey}"}`)),
    await cloudErrorOf(askScript(400, `{"errorCode": "BXNIM1", "errorMessage": "key ${apiKey}"}`)),
    await cloudErrorOf(ask({ iam: 'http://127.0.0.1:1' })),
  ];
  for (const error of errors) {
    const everything = Object.getOwnPropertyNames(error).map((name) => Reflect.get(error, name) as unknown);
    expect(() => expectNoSecret(JSON.stringify(everything))).not.toThrow();
  }
});
