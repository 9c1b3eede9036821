/** Tokens and the services that judge them: what happens after a 401. */
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import type { CallContext } from '../../src/cloud/http.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { targetCrn } from '../cloud/fixture.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { background, cloudErrorOf, type OpenAccount, openAccount } from './open-account.ts';

let cloud: Cloud;
let opened: OpenAccount;
let session: Session;
let instance: string;

beforeAll(async () => {
  cloud = await startCloud({ settings: { lockHoldMs: 0 } });
  cloud.control.clock.freeze();
});

afterAll(async () => {
  await cloud.stop();
});

beforeEach(async () => {
  cloud.control.faults.clear();
  cloud.control.requestLog.clear();
  opened = await openAccount(cloud);
  session = await opened.session();
  instance = cloud.control.seed.serviceInstance({ name: 'one', service: 'kms' }).crn;
});

const tokenRequests = (): number => cloud.control.requestLog.entries({ service: 'iam' }).length;

/** Every client, by a read of each. */
const reads: readonly (readonly [string, string, (context: CallContext) => Promise<unknown>])[] = [
  ['vpc', 'vpc list_vpcs', async (context) => session.vpc.listVpcs(context)],
  [
    'tagging',
    'global-tagging list_tags',
    async (context) => session.tagging.listTags('crn', 'user', context),
  ],
  ['search', 'global-search search', async (context) => session.search.listTargetInstances(context)],
  [
    'catalog',
    'catalog-management search_objects',
    async (context) => session.catalog.listServiceTargets('us-south', context),
  ],
  [
    'resource-manager',
    'resource-manager list_resource_groups',
    async (context) => session.resourceManager.listResourceGroups(session.accountID, context),
  ],
  [
    'resource-controller',
    'resource-controller get_resource_instance',
    async (context) => session.resourceController.getInstance(instance, context),
  ],
];

describe.each(reads)('%s', (service, call, read) => {
  test('a refused token is replaced once, and the call repeated', async () => {
    cloud.control.faults.add({ service: service as 'vpc', status: 401, times: 1 });
    await read(background);
    expect(opened.calls).toEqual([
      'iam get_token_api_key 200',
      `${call} 401`,
      'iam get_token_api_key 200',
      `${call} 200`,
    ]);
  });

  test('a fresh token that is refused as well is the end: denied', async () => {
    cloud.control.faults.add({ service: service as 'vpc', status: 401 });
    const error = await cloudErrorOf(read(background));
    expect(error).toMatchObject({ reason: 'denied', status: 401, maybeCommitted: false });
    expect(opened.calls.filter((one) => one.startsWith(call))).toEqual([`${call} 401`, `${call} 401`]);
  });

  test('nothing is sent once the fence is closed, though everything was waited for', async () => {
    const closed = new Error('leadership lost');
    const fence = (): never => {
      throw closed;
    };
    await expect(read({ ...background, fence })).rejects.toBe(closed);
    expect(cloud.control.requestLog.entries({ service: service as 'vpc' })).toEqual([]);
  });

  test('a call is not repeated after a 401 once the fence is closed', async () => {
    cloud.control.faults.add({ service: service as 'vpc', status: 401 });
    const closed = new Error('leadership lost');
    let questions = 0;
    const fence = (): void => {
      questions += 1;
      if (questions > 1) {
        throw closed;
      }
    };
    await expect(read({ ...background, fence })).rejects.toBe(closed);
    expect(cloud.control.requestLog.entries({ service: service as 'vpc' })).toHaveLength(1);
  });

  test('no other status is repeated', async () => {
    for (const status of [400, 403, 404, 409, 429, 500, 503]) {
      cloud.control.faults.clear();
      cloud.control.faults.add({ service: service as 'vpc', status });
      // A 404 may be an answer.
      await read(background).catch(() => undefined);
    }
    expect(opened.calls.filter((one) => one.startsWith(call))).toHaveLength(7);
    expect(tokenRequests()).toBe(1);
  });

  test('a key that was withdrawn meanwhile: denied, in IAM’s words', async () => {
    const apiKey = cloud.control.seed.apiKey('default');
    const path = `${cloud.caFile}.withdrawn`;
    await writeFile(path, apiKey);
    opened = await openAccount(cloud, { auth: { apiKeyFile: path } });
    session = await opened.session();
    cloud.control.revokeApiKey(apiKey);
    const error = await cloudErrorOf(read(background));
    expect(error).toMatchObject({ reason: 'denied', code: 'BXNIM0415E', operation: 'get_token_api_key' });
    expect(opened.calls).toEqual(['iam get_token_api_key 200', `${call} 401`, 'iam get_token_api_key 400']);
  });
});

test('many calls with one refused token share one fresh one', async () => {
  cloud.control.faults.add({ service: 'vpc', status: 401, times: 10 });
  await Promise.all(Array.from({ length: 10 }, async () => session.vpc.listVpcs(background)));
  expect(tokenRequests()).toBe(2);
  expect(opened.calls.filter((call) => call === 'vpc list_vpcs 200')).toHaveLength(10);
});

test('a create is repeated after a 401: nothing was done', async () => {
  cloud.control.faults.add({ operation: 'create_endpoint_gateway', status: 401, times: 1 });
  const [vpc] = await session.vpc.listVpcs(background);
  const target = { crn: targetCrn('key-protect'), resource_type: 'provider_cloud_service' } as const;
  const { id } = await session.vpc.createGateway(
    { name: 'a', vpc: { id: vpc?.id ?? '' }, target },
    Infinity,
    background,
  );
  expect(cloud.control.leftovers().gateways.map((gateway) => gateway.id)).toEqual([id]);
});

test.each([
  ['an hour behind', -3_600_000],
  ['right', 0],
  ['an hour ahead', 3_600_000],
])('with a local clock that is %s, a token serves its time', async (_, skewMs) => {
  const { clock } = cloud.control;
  const local = new FakeClock(clock.now() + skewMs);
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await local.advance(ms);
  };
  opened = await openAccount(cloud, { clock: local });
  session = await opened.session();
  const before = tokenRequests();
  for (let minute = 0; minute < 45; minute += 1) {
    await session.vpc.listVpcs(background);
    await pass(60_000);
  }
  expect(tokenRequests()).toBe(before);
  for (let minute = 45; minute < 120; minute += 1) {
    await session.vpc.listVpcs(background);
    await pass(60_000);
  }
  expect(opened.calls.filter((call) => call.endsWith('401'))).toEqual([]);
  expect(tokenRequests()).toBeLessThanOrEqual(before + 2);
});

test('while IAM is down the token serves to its end, and then nobody is given an expired one', async () => {
  const { clock, faults } = cloud.control;
  const local = new FakeClock(clock.now());
  opened = await openAccount(cloud, { clock: local });
  session = await opened.session();
  faults.add({ service: 'iam', status: 503 });
  for (let minute = 0; minute < 70; minute += 1) {
    await session.vpc.listVpcs(background).catch(() => undefined);
    clock.advance(60_000);
    await local.advance(60_000);
  }
  const reached = opened.calls.filter((call) => call.startsWith('vpc'));
  expect(new Set(reached)).toEqual(new Set(['vpc list_vpcs 200']));
  expect(reached).toHaveLength(57);
  expect(await cloudErrorOf(session.vpc.listVpcs(background))).toMatchObject({
    reason: 'unavailable',
    operation: 'get_token_api_key',
  });
  faults.clear();
  await local.advance(1_000);
  await session.vpc.listVpcs(background);
});
