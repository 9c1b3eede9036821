/**
 * The ways to key-management instances from each side, as the operator's own client takes them: who gets through, who
 * is told 401, and whose connect never comes about (hpcs-network-policy §1.9, §2.2, §2.6, §3.1).
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { createAgents } from '../../../src/cloud/agents.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import { startNetworkFixture, type NetworkFixture } from './fixture.ts';

/** Of what will not come about. */
const patienceMs = 300;

const sides = ['vpc-1', 'classic', 'public'] as const;

let fixture: NetworkFixture;

beforeEach(async () => {
  fixture = await startNetworkFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

/** Status of a GET from there, or the code of the error. */
async function call(
  side: string,
  url: string,
  { guid = '', timeout = 20_000 }: { guid?: string; timeout?: number } = {},
): Promise<number | string | undefined> {
  const { at, client, cloud } = fixture;
  const { freshAgent: httpsAgent } = createAgents(await at(side), [cloud.caPem]);
  const headers = { authorization: `Bearer ${client.token}`, 'bluemix-instance': guid };
  try {
    const answer = await axios.get(url, { httpsAgent, headers, timeout, validateStatus: () => true });
    return answer.status;
  } catch (error) {
    return axios.isAxiosError(error) ? error.code : String(error);
  }
}

const policies = async (
  side: string,
  endpoint: string,
  { guid }: ServiceInstance,
  options?: { timeout: number },
): Promise<number | string | undefined> =>
  call(side, `https://${endpoint}/api/v2/instance/policies?policy=allowedNetwork`, { guid, ...options });

function endpointsOf({ keys }: ServiceInstance): { readonly public: string; readonly private: string } {
  return keys?.endpoints ?? { public: '', private: '' };
}

function lastOutcome(): string | undefined {
  return fixture.cloud.control.network.connections.entries().at(-1)?.outcome;
}

describe.each([
  ['HPCS by instance', () => fixture.cloud.control.seed.hpcsInstance({ name: 'hsm' })],
  ['HPCS by port', () => fixture.cloud.control.seed.hpcsInstance({ name: 'hsm', port: 9110 })],
  ['Key Protect', () => fixture.cloud.control.seed.keyProtectInstance({ name: 'keys' })],
])('%s', (_name, seed) => {
  test('answers at its private name in VPCs and on Classic, and nobody outside', async () => {
    const instance = seed();
    const { private: inner } = endpointsOf(instance);
    expect(await policies('vpc-1', inner, instance)).toBe(200);
    expect(await policies('classic', inner, instance)).toBe(200);
    expect(await policies('public', inner, instance, { timeout: patienceMs })).toBe('ECONNABORTED');
    expect(lastOutcome()).toBe('blackholed');
  });

  test('answers at its public name everywhere, with 401 once it is closed', async () => {
    const instance = seed();
    const { public: open } = endpointsOf(instance);
    for (const side of sides) {
      expect(await policies(side, open, instance)).toBe(200);
    }
    fixture.cloud.control.setAllowedNetwork(instance.crn, 'private-only');
    for (const side of sides) {
      expect(await policies(side, open, instance)).toBe(401);
    }
  });
});

test.each([
  ['vpc-1', 'https://private.resource-controller.cloud.ibm.com'],
  ['classic', 'https://private.us-south.resource-controller.cloud.ibm.com'],
  ['classic', 'https://private.us-east.resource-controller.cloud.ibm.com'],
  ['public', 'https://resource-controller.cloud.ibm.com'],
])('%s knows the instance from %s', async (side, host) => {
  const { guid } = fixture.cloud.control.seed.hpcsInstance({ name: 'hsm' });
  expect(await call(side, `${host}/v2/resource_instances/${guid}`)).toBe(200);
});

test.each(sides)('%s reaches IAM and the broker', async (side) => {
  const { guid } = fixture.cloud.control.seed.hpcsInstance({ name: 'hsm' });
  const broker = 'https://us-south.broker.hs-crypto.cloud.ibm.com';
  expect(await call(side, `${broker}/crypto_v2/instances/${guid}`)).toBe(200);
  const host = side === 'classic' ? 'private.us-south.iam.cloud.ibm.com' : 'iam.cloud.ibm.com';
  expect(await call(side, `https://${host}/identity/keys`)).toBe(200);
});

describe('a gateway', () => {
  let instance: ServiceInstance;
  let inner: string;
  let path: string;

  /** The VPC has no other way: whatever it sends to service endpoints is lost. */
  beforeEach(async () => {
    const { cloud, vpc, seedGateway } = fixture;
    instance = cloud.control.seed.hpcsInstance({ name: 'hsm' });
    inner = endpointsOf(instance).private;
    cloud.control.network.addressFaults.add({
      kind: 'blackhole',
      address: '166.8.0.0/14',
      side: vpc('vpc-1'),
    });
    const target = { resource_type: 'provider_cloud_service', crn: instance.crn } as const;
    path = `/endpoint_gateways/${seedGateway('vpc-1', '', { target }).id}`;
  });

  test('is a way of its own; so is one to the service that instances share', async () => {
    expect(await policies('vpc-1', inner, instance)).toBe(200);
    const { cloud, seedGateway } = fixture;
    const shared = cloud.control.seed.keyProtectInstance({ name: 'keys' });
    const { id } = seedGateway('vpc-1', 'key-protect');
    expect(await policies('vpc-1', endpointsOf(shared).private, shared)).toBe(200);
    expect(cloud.control.network.connections.entries().at(-1)?.gateway).toBe(id);
  });

  test('that is deleted is none any more', async () => {
    const { client, settle } = fixture;
    expect((await client.vpc('DELETE', path)).status).toBe(204);
    settle();
    expect(await policies('vpc-1', inner, instance, { timeout: patienceMs })).toBe('ECONNABORTED');
    expect(lastOutcome()).toBe('blackholed');
  });

  test('without addresses is none, and its name leads nowhere', async () => {
    const { client, settle } = fixture;
    const { ips } = (await client.vpc('GET', path)).body;
    for (const { id } of ips) {
      expect((await client.vpc('DELETE', `${path}/ips/${id}`)).status).toBe(204);
    }
    settle();
    expect(await policies('vpc-1', inner, instance)).toBe('ENODATA');
  });
});
