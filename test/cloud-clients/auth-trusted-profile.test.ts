/** Tokens for a trusted profile that trusts a ServiceAccount. */
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { createFakeCluster, type FakeCluster } from '../cloud/iam/fake-cluster.ts';
import type { TrustedProfile } from '../cloud/iam/trusted-profiles.ts';
import { expectNoSecret } from '../lib/canary.ts';
import { type TokenClient, tokenClient } from './ask-token.ts';
import { cloudErrorOf, userAgent } from './open-account.ts';
import { serveScript } from './scripted-server.ts';

let cloud: Cloud;
let cluster: FakeCluster;
let profile: TrustedProfile;
let client: TokenClient;
let tokenFile: string;

const operator = { namespace: 'vpe-operator-system', name: 'vpe-operator' };

beforeAll(async () => {
  cloud = await startCloud();
  client = tokenClient(cloud);
  cluster = await createFakeCluster('cluster-1');
  const { seed } = cloud.control;
  seed.account('pods');
  seed.iam.cluster(cluster);
  profile = seed.iam.trustedProfile({
    name: 'vpe-operator',
    account: 'pods',
    rules: [
      [
        { claim: 'service_instance', operator: 'EQUALS', value: '"cluster-1"' },
        { claim: 'namespace', operator: 'EQUALS', value: '"vpe-operator-system"' },
        { claim: 'name', operator: 'IN', value: '["vpe-operator", "other"]' },
      ],
    ],
  });
  tokenFile = join(dirname(cloud.caFile), 'sa-token');
  await writeToken();
});

afterAll(async () => {
  await cloud.stop();
});

async function writeToken(subject = operator, lifetimeMs = 3_600_000, audience?: string): Promise<void> {
  const token = await cluster.token(subject, cloud.control.clock.now() + lifetimeMs, audience);
  await writeFile(tokenFile, `${token}\n`);
}

test.each([
  ['id', () => ({ id: profile.id })],
  ['name', () => ({ name: profile.name })],
  ['CRN', () => ({ crn: profile.crn })],
])('a profile given by its %s gives a token of its account, under our User-Agent', async (_, choice) => {
  const { token, lifetimeMs } = await client.ask({ trustedProfile: { ...choice(), tokenFile } });
  expect(token.accountID).toBe(cloud.control.account('pods').id);
  expect(lifetimeMs).toBe(3_600_000);
  expect(client.calls).toEqual(['iam get_token_cr_token 200']);
  expect(cloud.control.requestLog.entries({ operation: 'get_token_cr_token' }).at(-1)).toMatchObject({
    userAgent,
    accountId: token.accountID,
  });
});

test('the token file is read at every request, since the kubelet renews it', async () => {
  const auth = { trustedProfile: { id: profile.id, tokenFile } };
  await writeToken(operator, -1_000);
  expect(await cloudErrorOf(client.ask(auth))).toMatchObject({ code: 'BXNIM0407E' });
  await writeToken();
  expect((await client.ask(auth)).token.authorization).toMatch(/^Bearer eyJ/);
});

describe('denied, with what to check, is', () => {
  const refused: readonly (readonly [what: string, subject: typeof operator, profile?: string])[] = [
    ['a ServiceAccount that the rules do not name', { ...operator, name: 'tenant' }],
    ['another namespace', { ...operator, namespace: 'tenants' }],
    ['a profile that does not exist', operator, 'Profile-00000000-0000-4000-8000-000000000000'],
  ];

  test.each(refused)('%s', async (_, subject, id = profile.id) => {
    await writeToken(subject);
    const error = await cloudErrorOf(client.ask({ trustedProfile: { id, tokenFile } }));
    expect(error).toMatchObject({ reason: 'denied', status: 400, code: 'BXNIM0398E' });
    expect(error.message).toBe(
      `get_token_cr_token: Selected trusted profile not eligible; check that trusted profile ${id} exists and that ` +
        "a link or claim rule of it matches the operator's cluster, namespace and ServiceAccount",
    );
  });

  test.each([
    ['an expired token', async () => writeToken(operator, -1_000)],
    ['a token for another audience', async () => writeToken(operator, 3_600_000, 'vault')],
    ['what is no token', async () => writeFile(tokenFile, 'vpe-operator')],
    [
      'a token of a cluster that IAM does not know',
      async () => {
        const foreign = await createFakeCluster('foreign');
        await writeFile(tokenFile, await foreign.token(operator, cloud.control.clock.now() + 60_000));
      },
    ],
  ])('%s', async (_, write) => {
    await write();
    const error = await cloudErrorOf(client.ask({ trustedProfile: { id: profile.id, tokenFile } }));
    expect(error).toMatchObject({ reason: 'denied', status: 400, code: 'BXNIM0407E' });
    expect(error.message).toBe(
      'get_token_cr_token: The compute resource token is not valid; check that ' +
        `${tokenFile} is a projected ServiceAccount token with audience iam that has not expired`,
    );
  });

  test.each([
    ['a missing file', undefined, /^get_token_cr_token: the token file cannot be read: ENOENT.*sa-token/],
    ['an empty file', '\n', /^get_token_cr_token: the token file is empty: .*sa-token$/],
  ])('%s, without a request', async (_, content, message) => {
    await (content === undefined ? rm(tokenFile, { force: true }) : writeFile(tokenFile, content));
    const error = await cloudErrorOf(client.ask({ trustedProfile: { id: profile.id, tokenFile } }));
    expect(error).toMatchObject({ reason: 'denied', maybeCommitted: false });
    expect(error.message).toMatch(message);
    expect(client.calls).toEqual([]);
  });
});

test('it ends by its own deadline', async () => {
  await writeToken();
  cloud.control.faults.add({ service: 'iam', delayMs: 600_000, times: 1 });
  const error = await cloudErrorOf(
    client.ask({ trustedProfile: { id: profile.id, tokenFile } }, { timeoutMs: 500 }),
  );
  expect(error).toMatchObject({
    reason: 'unavailable',
    message: 'get_token_cr_token: no answer within 500 ms',
  });
});

test('no error holds the token, even when IAM repeats it', async () => {
  await writeToken();
  const server = await serveScript((request, response) => {
    let form = '';
    request.on('data', (part: Buffer) => (form += part.toString()));
    request.on('end', () =>
      response.writeHead(400).end(JSON.stringify({ errorCode: 'BXNIM1', errorMessage: form })),
    );
  });
  const error = await cloudErrorOf(
    client.ask({ trustedProfile: { id: profile.id, tokenFile } }, { iam: server.url }),
  );
  await server.stop();
  const everything = Object.getOwnPropertyNames(error).map((name) => Reflect.get(error, name) as unknown);
  expect(error.status).toBe(400);
  expect(() => expectNoSecret(JSON.stringify(everything))).not.toThrow();
});
