import { rename, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemNetwork } from '../../src/lib/network.ts';
import { type AccountOptions, Accounts, type Session } from '../../src/cloud/accounts.ts';
import { allowsOf, type Verb, verbs } from '../../src/cloud/allows.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { canaryApiKey } from '../lib/canary.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { until } from '../lib/until.ts';
import {
  background,
  cloudErrorOf,
  endpointsOf,
  never,
  plenty,
  userAgent,
  openAccount,
} from './open-account.ts';

let cloud: Cloud;
let configured: readonly AccountOptions[];
let accounts: Accounts;
const stop = new AbortController();

function openAll(all: readonly AccountOptions[], clock: Clock): Accounts {
  return new Accounts(all, {
    clock,
    endpoints: endpointsOf(cloud),
    network: systemNetwork,
    ca: [cloud.caPem],
    userAgent,
    timeoutMs: 20_000,
    onCall: () => undefined,
    signal: stop.signal,
  });
}

beforeAll(async () => {
  cloud = await startCloud({ regions: ['us-south', 'eu-de'] });
  const { seed } = cloud.control;
  seed.account('storage');
  seed.vpc({ account: 'storage', name: 'storage-vpc', addressPrefixes: ['10.240.0.0/16'] });
  seed.vpc({ region: 'eu-de', name: 'frankfurt', addressPrefixes: ['10.250.0.0/16'] });
  const wrongKey = `${cloud.caFile}.wrong-key`;
  await writeFile(wrongKey, canaryApiKey());
  const account = async (
    name: string,
    allowedNamespaces: readonly string[],
    apiKeyFile?: string,
  ): Promise<AccountOptions> => ({
    name,
    auth: { apiKeyFile: apiKeyFile ?? (await cloud.apiKeyFile(name)) },
    allowedNamespaces,
    budget: plenty,
  });
  configured = [
    await account('default', ['team-a', 'team-b']),
    await account('storage', ['*']),
    await account('closed', [], wrongKey),
  ];
  accounts = openAll(configured, systemClock);
});

afterAll(async () => {
  await cloud.stop();
});

describe('a namespace', () => {
  test.each([
    ['default', 'team-a'],
    ['default', 'team-b'],
    ['storage', 'anybody'],
  ])('may use account %s when it is allowed: %s', (account, namespace) => {
    expect(accounts.refusal(account, namespace)).toBeUndefined();
  });

  test.each([
    ['default', 'team', /^account default is not open to namespace team; .*allowedNamespaces$/],
    ['closed', 'team-a', /^account closed is not open to namespace team-a/],
    ['nobody', 'team-a', "the operator's configuration has no account named nobody"],
    ['constructor', 'team-a', "the operator's configuration has no account named constructor"],
  ])('may not use account %s when it is not: %s', (account, namespace, message) => {
    expect(accounts.refusal(account, namespace)).toMatch(message);
  });
});

describe('what an account allows', () => {
  const vpc = { id: 'r006-1', name: 'production', crn: 'crn:v1:bluemix:public:is:us-south:a/1::vpc:r006-1' };

  test('is everything unless it says otherwise', async () => {
    const { allows } = await open('storage', 'us-south');
    expect(allows.vpc(vpc)).toBe(true);
    expect(verbs.filter((verb) => allows.verb(verb))).toEqual(verbs);
  });

  test.each([
    ['its id', [vpc.id], true],
    ['its name', ['other', vpc.name], true],
    ['its CRN', [vpc.crn], true],
    ['nothing', [], false],
    ['part of its name', ['prod', 'r006'], false],
  ])('a VPC by %s', (_, allowedVPCs, allowed) => {
    expect(allowsOf({ allowedVPCs }).vpc(vpc)).toBe(allowed);
  });

  test.each<[allowedVerbs: readonly Verb[]]>([[[]], [['create']], [['create', 'adopt']], [['delete']]])(
    'no verb but those that it names: %j',
    (allowedVerbs) => {
      const allows = allowsOf({ allowedVerbs });
      expect(verbs.filter((verb) => allows.verb(verb))).toEqual(allowedVerbs);
    },
  );
});

test('a key file that was replaced is used for the next token, whatever becomes of the old key', async () => {
  const { control } = cloud;
  const path = `${cloud.caFile}.rotated-key`;
  const oldKey = control.seed.apiKey('storage');
  await writeFile(path, oldKey);
  const opened = await openAccount(cloud, { auth: { apiKeyFile: path } });
  const session = await opened.session();
  const { id: storage } = control.account('storage');
  expect(session.accountID).toBe(storage);

  await writeFile(`${path}.new`, control.seed.apiKey('storage'));
  await rename(`${path}.new`, path);
  control.revokeApiKey(oldKey);
  await session.vpc.listVpcs(background);
  expect(opened.calls).toContain('vpc list_vpcs 401');

  await writeFile(path, control.seed.apiKey('default'));
  await until(async () => (await opened.session()).accountID === control.account('default').id, {
    what: 'the third key is used, though the second is valid',
  });
  expect(opened.calls.filter((call) => call === 'iam get_token_api_key 200')).toHaveLength(3);
  expect(opened.calls.filter((call) => call.startsWith('iam') && !call.endsWith('200'))).toEqual([]);
});

test('each account sees its own, under the id that its token names', async () => {
  const own = await accounts.session('default', 'us-south', never);
  const other = await accounts.session('storage', 'us-south', never);
  expect(own.accountID).toBe(cloud.control.account('default').id);
  expect(other.accountID).toBe(cloud.control.account('storage').id);
  expect((await own.vpc.listVpcs(background)).map(({ name }) => name)).not.toContain('storage-vpc');
  expect((await other.vpc.listVpcs(background)).map(({ name }) => name)).toEqual(['storage-vpc']);
});

test('each region is its own', async () => {
  const session = await accounts.session('default', 'eu-de', never);
  expect(session.region).toBe('eu-de');
  expect((await session.vpc.listVpcs(background)).map(({ name }) => name)).toEqual(['frankfurt']);
});

const open = async (account: string, region: string): Promise<Session> =>
  accounts.session(account, region, never);

test('sessions of an account and region share what is shared, those of others do not', async () => {
  const [first, second] = await Promise.all([open('default', 'us-south'), open('default', 'us-south')]);
  expect(second.inventory).toBe(first.inventory);
  expect(second.vpc).toBe(first.vpc);
  expect((await open('default', 'eu-de')).inventory).not.toBe(first.inventory);
  expect((await open('storage', 'us-south')).inventory).not.toBe(first.inventory);
  expect((await open('default', 'eu-de')).time).toBe(first.time);
});

test('those that somebody may use are known by name, with the regions that they were used in', async () => {
  await open('default', 'eu-de');
  await open('default', 'us-south');
  const regions = new Map(accounts.open.map((account) => [account.name, account.regions.toSorted()]));
  expect([...regions.keys()]).toEqual(['default', 'storage']);
  expect(regions.get('default')).toEqual(['eu-de', 'us-south']);
});

test('an account whose budget is spent keeps no other one waiting', async () => {
  const one = { callsPerSecond: 1, burst: 1 };
  const stingy = configured.map((options) => ({ ...options, budget: one }));
  const frozen = openAll(stingy, new FakeClock(cloud.control.clock.now()));
  const [spent, other] = [
    await frozen.session('default', 'us-south', never),
    await frozen.session('storage', 'us-south', never),
  ];
  await spent.vpc.listVpcs(background);
  const giveUp = new AbortController();
  const waiting = spent.vpc.listVpcs({ ...background, signal: giveUp.signal });
  waiting.catch(() => undefined);
  expect(await other.vpc.listVpcs(background)).toHaveLength(1);
  giveUp.abort(new Error('it still waits'));
  await expect(waiting).rejects.toThrow('it still waits');
});

test('wrong credentials of one account are that account’s matter', async () => {
  const denied = accounts.session('closed', 'us-south', never);
  expect(await cloudErrorOf(denied)).toMatchObject({ reason: 'denied', code: 'BXNIM0415E' });
  expect((await accounts.session('default', 'us-south', never)).accountID).not.toBe('');
});

test('an account that is not configured has no session', async () => {
  await expect(accounts.session('nobody', 'us-south', never)).rejects.toThrow('no account named nobody');
});

test('shared listings end with the program', async () => {
  const { inventory } = await accounts.session('storage', 'us-south', never);
  const reason = new Error('stopping');
  cloud.control.faults.add({ operation: 'list_subnets', delayMs: 86_400_000 });
  const reading = inventory.subnets.read(0, never);
  reading.catch(() => undefined);
  stop.abort(reason);
  await expect(reading).rejects.toBe(reason);
});
