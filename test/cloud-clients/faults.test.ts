/** What each way to fail looks like to a caller, against what really happened in the cloud. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import type { CloudError } from '../../src/cloud/errors.ts';
import type { EndpointGateway } from '../../src/cloud/vpc-types.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import type { FaultRule } from '../cloud/faults.ts';
import { until } from '../lib/until.ts';
import { background, cloudErrorOf, openAccount, serviceTarget } from './open-account.ts';

let cloud: Cloud;
let session: Session;
/** With a short deadline, for calls that are to miss it. */
let hasty: Session;
let vpcId: string;
let targets = 0;

beforeAll(async () => {
  cloud = await startCloud({ settings: { lockHoldMs: 0 } });
  cloud.control.clock.freeze();
  session = await (await openAccount(cloud)).session();
  const opened = await openAccount(cloud, { timeoutMs: 600 });
  hasty = await until(async () => opened.session(), { what: 'a session' });
  const [vpc] = cloud.control.area('default', 'us-south').vpcs.values();
  vpcId = vpc?.id ?? '';
});

afterAll(async () => {
  await cloud.stop();
});

afterEach(() => {
  cloud.control.faults.clear();
});

async function create({ vpc } = session): Promise<EndpointGateway> {
  targets += 1;
  const target = serviceTarget(targets);
  return vpc.createGateway({ name: `gateway-${targets}`, vpc: { id: vpcId }, target }, Infinity, background);
}

async function stableGateway(): Promise<EndpointGateway> {
  const gateway = await create();
  cloud.control.clock.advance(60_000);
  return gateway;
}

/** Whether the last request took effect, by the cloud's own account. */
const committed = (): boolean => cloud.control.requestLog.entries().at(-1)?.committed === true;

interface Expected {
  readonly reason: CloudError['reason'];
  readonly maybeCommitted: boolean;
  readonly message?: string;
}

const ways: readonly (readonly [what: string, fault: FaultRule, expected: Expected])[] = [
  ['400', { status: 400 }, { reason: 'invalid', maybeCommitted: false }],
  ['403', { status: 403 }, { reason: 'denied', maybeCommitted: false }],
  ['404', { status: 404 }, { reason: 'absent', maybeCommitted: false }],
  ['409', { status: 409 }, { reason: 'conflict', maybeCommitted: false }],
  ['429', { status: 429 }, { reason: 'throttled', maybeCommitted: false }],
  ['500', { status: 500 }, { reason: 'unavailable', maybeCommitted: true }],
  ['503', { status: 503 }, { reason: 'unavailable', maybeCommitted: true }],
  [
    'a cut connection',
    { drop: true },
    { reason: 'unavailable', maybeCommitted: true, message: 'ECONNRESET' },
  ],
  [
    'silence',
    { delayMs: 999_999 },
    { reason: 'unavailable', maybeCommitted: true, message: 'no answer within 600 ms' },
  ],
  ['500 after the commit', { when: 'after', status: 500 }, { reason: 'unavailable', maybeCommitted: true }],
  ['a cut after the commit', { when: 'after', drop: true }, { reason: 'unavailable', maybeCommitted: true }],
];

describe.each(ways)('%s', (_, fault, { message, ...expected }) => {
  const caller = (): Session => (fault.delayMs === undefined ? session : hasty);
  const shown = message === undefined ? {} : { message: expect.stringContaining(message) };

  test('of a create', async () => {
    cloud.control.faults.add({ ...fault, operation: 'create_endpoint_gateway', times: 1 });
    const error = await cloudErrorOf(create(caller()));
    expect(error).toMatchObject({ ...expected, ...shown, operation: 'create_endpoint_gateway' });
    expect(error.maybeCommitted || !committed()).toBe(true);
  });

  test('of a delete', async () => {
    const { id } = await stableGateway();
    cloud.control.faults.add({ ...fault, operation: 'delete_endpoint_gateway', times: 1 });
    const error = await cloudErrorOf(caller().vpc.deleteGateway({ id, vpcId }, background));
    expect(error).toMatchObject({ ...expected, ...shown, operation: 'delete_endpoint_gateway' });
    expect(error.maybeCommitted || !committed()).toBe(true);
  });

  test('of a tag', async () => {
    const { crn } = await stableGateway();
    cloud.control.faults.add({ ...fault, operation: 'attach_tag', times: 1 });
    const error = await cloudErrorOf(caller().tagging.attachTags(crn, 'user', ['a:b'], background));
    expect(error).toMatchObject({ ...expected, ...shown, operation: 'attach_tag' });
    expect(error.maybeCommitted || !committed()).toBe(true);
  });

  test('of a read', async () => {
    cloud.control.faults.add({ ...fault, operation: 'list_vpcs', times: 1 });
    const error = await cloudErrorOf(caller().vpc.listVpcs(background));
    expect(error).toMatchObject({ ...expected, ...shown, operation: 'list_vpcs', maybeCommitted: false });
  });
});

test('code, trace and Retry-After of the answer are in the error, for both clients', async () => {
  const { crn } = await stableGateway();
  cloud.control.faults.add({ status: 429, retryAfter: 7 });
  const reads = [
    async () => session.vpc.listVpcs(background),
    async () => session.tagging.listTags(crn, 'user', background),
  ];
  for (const read of reads) {
    const error = await cloudErrorOf(read());
    const request = cloud.control.requestLog.entries().at(-1);
    expect(error).toMatchObject({ code: 'rate_limit_exceeded', retryAfterMs: 7_000, status: 429 });
    expect(error.trace).toBe(request?.requestId);
  }
});

test('a Retry-After date counts on the cloud’s clock, not on ours', async () => {
  const { clock, faults } = cloud.control;
  clock.advance(2 * 3_600_000);
  const later = new Date(clock.now() + 90_000);
  faults.add({ operation: 'list_vpcs', status: 503, retryAfter: later.toUTCString(), times: 1 });
  const { retryAfterMs = 0 } = await cloudErrorOf(session.vpc.listVpcs(background));
  expect(Math.round(retryAfterMs / 10_000)).toBe(9);
});

test('a server that is not there was sent nothing', async () => {
  const nowhere = 'https://127.0.0.1:1';
  const away = await openAccount(cloud, { endpoints: { vpc: () => nowhere, tagging: nowhere } });
  const { vpc, tagging } = await away.session();
  const expected = { reason: 'unavailable', message: expect.stringContaining('ECONNREFUSED') };
  const write = await cloudErrorOf(vpc.deleteGateway({ id: 'a', vpcId: 'b' }, background));
  expect(write).toMatchObject({ ...expected, maybeCommitted: false });
  const tag = await cloudErrorOf(tagging.attachTags('crn', 'user', ['a:b'], background));
  expect(tag).toMatchObject({ ...expected, maybeCommitted: false });
  expect(away.calls).toEqual([
    'iam get_token_api_key 200',
    'vpc delete_endpoint_gateway error',
    'global-tagging attach_tag error',
  ]);
});

test('a refusal inside an answer 200 of tagging is a failure, with its words', async () => {
  const { crn } = await stableGateway();
  const unknown = crn.replace(/.{8}$/, '00000000');
  const error = await cloudErrorOf(session.tagging.attachTags(unknown, 'user', ['a:b'], background));
  expect(error).toMatchObject({
    reason: 'unavailable',
    status: 200,
    maybeCommitted: false,
    message: 'attach_tag: a:b: The resource does not exist or cannot be accessed.',
  });
  await cloudErrorOf(session.tagging.detachTags(unknown, 'user', ['a:b'], background));
});
