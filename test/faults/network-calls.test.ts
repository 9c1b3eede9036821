/**
 * Calls to key management from a place in the simulated network: they are boundaries like any other, and a script can
 * strike at each of them, and at the way there.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';

import { createAgents } from '../../src/cloud/agents.ts';
import { connect } from '../cloud/client.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { allowedNetwork } from '../cloud/keys/fixture.ts';
import type { KeySide } from '../cloud/keys/model.ts';
import { networkFrom } from '../cloud/network/caller.ts';
import { callOver } from '../cloud/network/https-call.ts';
import { until } from '../lib/until.ts';
import { boundariesOf, boundaryName, type Boundary, type Moment } from './boundary.ts';
import { refusal } from './faults.ts';
import { drop, silence, type Interference } from './interference.ts';
import { NetworkCalls } from './network-calls.ts';
import { cutPrivatePath, misname } from './network-trouble.ts';
import { Strike } from './strike.ts';
import { Traffic } from './traffic.ts';

const replica = 1;
const phase = 'close';
/** Of what will not come about. */
const patienceMs = 300;

/** An operator's part, in this process: what the cloud answered, or the code of the error. */
type Ask = (
  method: 'GET' | 'PUT',
  side: KeySide,
  patience?: { readonly timeout: number },
) => Promise<number | string | undefined>;

let cloud: Cloud;
let traffic: Traffic;
let ask: Ask;
/** Asks for the instance by its GUID. */
let visit: (service: string, path: string) => Promise<void>;
let token: string;
let host: string;

beforeEach(async () => {
  cloud = await startCloud();
  cloud.control.clock.freeze();
  traffic = new Traffic(cloud.control.clock, 1_000);
  const calls = new NetworkCalls();
  cloud.control.faults.interceptor = calls;
  const config = await (await cloud.network()).sideConfig('classic', 'operator 1');
  calls.add(config.source, traffic.observers(replica, 'cloud'));
  const { guid, keys } = cloud.control.seed.hpcsInstance({ name: 'hsm' });
  ({ token } = await connect(cloud));
  host = keys?.endpoints.private ?? '';
  const place = networkFrom(config);
  ask = async (method, side, { timeout } = { timeout: 20_000 }) => {
    const { freshAgent: httpsAgent } = createAgents(place, [cloud.caPem]);
    try {
      const answer = await axios.request({
        method,
        url: `https://${keys?.endpoints[side]}/api/v2/instance/policies?policy=allowedNetwork`,
        httpsAgent,
        timeout,
        headers: { authorization: `Bearer ${token}`, 'bluemix-instance': guid },
        ...(method === 'PUT' && { data: allowedNetwork('private-only') }),
        validateStatus: () => true,
      });
      return answer.status;
    } catch (error) {
      return axios.isAxiosError(error) ? error.code : String(error);
    }
  };
  visit = async (service, path) => {
    const headers = { authorization: `Bearer ${token}` };
    await callOver(place, `https://${service}${path}/${guid}`, { ca: cloud.caPem, headers });
  };
  traffic.counter.phase = phase;
});

afterEach(async () => cloud.stop());

/** Whether the instance was ever told to be closed. */
function isClosed(): boolean {
  return cloud.control.requestLog.entries({ method: 'PUT' }).some(({ committed }) => committed);
}

const put = 'PUT instance/policies [private]';

function at(moment: Moment, name = put): Boundary {
  return { replica, phase, side: 'cloud', name, ordinal: 1, moment };
}

it('are named, counted and written down, each with its side', async () => {
  const startedMs = cloud.control.clock.now();
  expect(await ask('GET', 'private')).toBe(200);
  expect(await ask('GET', 'private')).toBe(200);
  expect(await ask('PUT', 'private')).toBe(204);
  expect(await ask('GET', 'public')).toBe(401);
  expect(boundariesOf(traffic.counter.calls).map(boundaryName)).toEqual(
    [
      'GET instance/policies [private] #1',
      'GET instance/policies [private] #2',
      'PUT instance/policies [private] #1',
      'GET instance/policies [public] #1',
    ].flatMap((name) => [`close: cloud ${name} before`, `close: cloud ${name} after`]),
  );
  expect(traffic.answered.map(({ name, status }) => [name, status])).toEqual([
    ['GET instance/policies [private]', 200],
    ['GET instance/policies [private]', 200],
    [put, 204],
    ['GET instance/policies [public]', 401],
  ]);
  expect(cloud.control.clock.now() - startedMs).toBe(4_000);
  expect(traffic.isIdle).toBe(true);
});

it('to the Resource Controller and the broker are seen alike', async () => {
  await visit('private.us-south.resource-controller.cloud.ibm.com', '/v2/resource_instances');
  await visit('us-south.broker.hs-crypto.cloud.ibm.com', '/crypto_v2/instances');
  expect(traffic.answered.map(({ name, status }) => [name, status])).toEqual([
    ['GET resource_instances/:id', 200],
    ['GET instances/:id', 200],
  ]);
});

it('of others than the operator pass unseen', async () => {
  await connect(cloud);
  await fetch(`${cloud.plainEndpoints.keys('us-south', 'private')}/api/v2/instance/policies`);
  expect(traffic.begun).toEqual([]);
});

describe('a strike at the call that closes', () => {
  it.each<[string, Moment, Interference, number | string]>([
    ['cut', 'before', drop, 'ECONNRESET'],
    ['cut', 'after', drop, 'ECONNRESET'],
    ['answered 500', 'before', refusal('cloud', put, 500), 500],
    ['answered 500', 'after', refusal('cloud', put, 500), 500],
    ['answered 401', 'before', refusal('cloud', put, 401), 401],
    ['answered 429', 'before', refusal('cloud', put, 429, { 'retry-after': '1' }), 429],
    ['not answered', 'before', silence, 'ECONNABORTED'],
    ['not answered', 'after', silence, 'ECONNABORTED'],
  ])('has it %s, %s its commit', async (_, moment, interference, seen) => {
    const strike = new Strike({ traffic }, at(moment), async () => interference);
    await ask('GET', 'private');
    const patience = interference === silence ? { timeout: patienceMs } : undefined;
    expect(await ask('PUT', 'private', patience)).toBe(seen);
    await strike.done;
    expect(isClosed()).toBe(moment === 'after');
    expect(traffic.isIdle).toBe(true);
    expect(await ask('PUT', 'private')).toBe(204);
  });

  it('holds it up for as long as it likes', async () => {
    const held = Promise.withResolvers<undefined>();
    const strike = new Strike({ traffic }, at('before'), async () => held.promise);
    const answer = ask('PUT', 'private');
    await until(() => strike.hit, { what: 'the call is held up' });
    expect(await ask('GET', 'private')).toBe(200);
    expect(isClosed()).toBe(false);
    held.resolve(undefined);
    expect(await answer).toBe(204);
  });
});

describe('the way to the private side', () => {
  it.each([
    ['blackhole', 'ECONNABORTED'],
    ['refused', 'ECONNREFUSED'],
    ['reset', 'ECONNRESET'],
    ['silent', 'ECONNABORTED'],
  ] as const)('dies with the call in it, is then a %s, and comes back', async (kind, seen) => {
    const cut = Promise.withResolvers<() => void>();
    const strike = new Strike({ traffic }, at('after'), async () => {
      cut.resolve(await cutPrivatePath({ cloud }, kind));
      return undefined;
    });
    expect(await ask('PUT', 'private')).toBe('ECONNRESET');
    await strike.done;
    expect(isClosed()).toBe(true);
    expect(await ask('GET', 'private', { timeout: patienceMs })).toBe(seen);
    expect(await ask('GET', 'public')).toBe(401);
    const mend = await cut.promise;
    mend();
    expect(await ask('GET', 'private')).toBe(200);
  });

  it('has a name that leads to the public side', async () => {
    misname({ cloud }, { kind: 'public', name: host });
    expect(await ask('GET', 'private')).toBe(200);
    expect(traffic.begun.map(({ name }) => name)).toEqual(['GET instance/policies [public]']);
  });

  it.each([
    ['nxdomain', 'ENOTFOUND'],
    ['nodata', 'ENODATA'],
    ['servfail', 'ESERVFAIL'],
    ['wrongZone', 'ECONNRESET'],
  ] as const)('has a name that leads elsewhere: %s', async (kind, seen) => {
    const undo = misname({ cloud }, { kind, name: host });
    expect(await ask('GET', 'private')).toBe(seen);
    expect(await ask('GET', 'public')).toBe(200);
    undo();
    expect(await ask('GET', 'private')).toBe(200);
  });
});
