/** Calls that hang: the pass that made them ends at once when it is told to, or when the deadline passes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import type { CallContext } from '../../src/cloud/http.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import type { Service } from '../cloud/faults.ts';
import { until } from '../lib/until.ts';
import { cloudErrorOf, never, openAccount } from './open-account.ts';

let cloud: Cloud;
let stop: AbortController;
const reason = new Error('the pass ended');

beforeAll(async () => {
  cloud = await startCloud();
  cloud.control.clock.freeze();
});

afterAll(async () => {
  await cloud.stop();
});

beforeEach(() => {
  cloud.control.faults.clear();
  cloud.control.requestLog.clear();
  stop = new AbortController();
});

const context = (signal: AbortSignal): CallContext => ({ signal, priority: 'background' });

/** A call that hangs in one of the services, and the operation that its error names. */
const hanging: readonly (readonly [
  Service,
  string,
  (session: Session, signal: AbortSignal) => Promise<unknown>,
])[] = [
  ['iam', 'get_token_api_key', async ({ vpc }, signal) => vpc.listVpcs(context(signal))],
  ['vpc', 'list_vpcs', async ({ vpc }, signal) => vpc.listVpcs(context(signal))],
  [
    'vpc',
    'delete_endpoint_gateway',
    async ({ vpc }, signal) => vpc.deleteGateway({ id: 'a', vpcId: 'b' }, context(signal)),
  ],
  ['tagging', 'list_tags', async ({ tagging }, signal) => tagging.listTags('crn', 'user', context(signal))],
  [
    'tagging',
    'attach_tag',
    async ({ tagging }, signal) => tagging.attachTags('crn', 'user', ['a:b'], context(signal)),
  ],
  ['search', 'search', async ({ search }, signal) => search.listTargetInstances(context(signal))],
  [
    'resource-controller',
    'get_resource_instance',
    async ({ resourceController }, signal) => resourceController.getInstance('crn', context(signal)),
  ],
];

/** A session whose first token is refused, so that IAM is asked within the call. */
async function openSession(service: Service, timeoutMs: number): Promise<Session> {
  const opened = await openAccount(cloud, { timeoutMs });
  // On a busy machine a sound call may miss a short deadline, too.
  const session = await until(async () => opened.session(), { what: 'a session' });
  if (service === 'iam') {
    cloud.control.faults.add({ service: 'vpc', status: 401, times: 1 });
  }
  cloud.control.faults.add({ service, delayMs: 86_400_000 });
  return session;
}

describe.each(hanging)('%s %s', (service, operation, call) => {
  test('ends with the signal’s reason as soon as it aborts', async () => {
    // A deadline beyond jest's own: only the signal can end it in time.
    const session = await openSession(service, 600_000);
    const before = cloud.control.requestLog.entries({ service }).length;
    const work = call(session, stop.signal);
    await until(() => cloud.control.requestLog.entries({ service }).length > before, { what: 'it hangs' });
    stop.abort(reason);
    await expect(work).rejects.toBe(reason);
  });

  test('ends when the deadline passes', async () => {
    const session = await openSession(service, 600);
    const error = await cloudErrorOf(call(session, never));
    const message = expect.stringContaining('no answer within 600 ms');
    expect(error).toMatchObject({ reason: 'unavailable', operation, message });
  });

  test('is not begun when the signal has aborted before', async () => {
    const session = await openSession(service, 600);
    const before = cloud.control.requestLog.lastSequence;
    await expect(call(session, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(cloud.control.requestLog.lastSequence).toBe(before);
  });
});

test('the first token can be given up as well', async () => {
  cloud.control.faults.add({ service: 'iam', delayMs: 86_400_000 });
  const opened = await openAccount(cloud, { timeoutMs: 600_000 });
  const work = opened.session(stop.signal);
  await until(() => cloud.control.requestLog.entries().length > 0, { what: 'it hangs' });
  stop.abort(reason);
  await expect(work).rejects.toBe(reason);
});
