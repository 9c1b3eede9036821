/** The policy `allowedIP` in the simulated network: who is judged by address, and at which port (hpcs-network-policy §6). */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { policy, policyBody } from '../keys/fixture.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import { startNetworkFixture, type NetworkFixture } from './fixture.ts';
import { callOver, type Answer } from './https-call.ts';

/** Of the place in the VPC that calls. */
const ADDRESS = '10.1.0.9';

let fixture: NetworkFixture;

beforeEach(async () => {
  fixture = await startNetworkFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

async function call(
  place: string,
  url: string,
  { instance: { guid }, body }: { instance: ServiceInstance; body?: object },
): Promise<Answer> {
  const { at, client, cloud } = fixture;
  return callOver(await at(place, { address: ADDRESS }), `https://${url}`, {
    ca: cloud.caPem,
    headers: { authorization: `Bearer ${client.token}`, 'bluemix-instance': guid },
    ...(body !== undefined && { method: 'PUT', body: JSON.stringify(body) }),
  });
}

async function read(place: string, endpoint: string, instance: ServiceInstance): Promise<number | undefined> {
  return (await call(place, `${endpoint}/api/v2/instance/policies`, { instance })).status;
}

/** Where an instance answers: outside, inside, and inside at the port that the service tells. */
interface Ends {
  readonly open: string;
  readonly inner: string;
  readonly special: string;
}

/** Sets the policy, and asks for the port. */
async function allow(instance: ServiceInstance, ...blocks: readonly string[]): Promise<Ends> {
  const { public: open = '', private: inner = '' } = instance.keys?.endpoints ?? {};
  const body = policyBody(policy('allowedIP', true, { allowed_ip: [...blocks, '198.51.100.0/24'] }));
  const set = await call('public', `${open}/api/v2/instance/policies?policy=allowedIP`, { instance, body });
  expect(set.status).toBe(204);
  const told = await call('public', `${open}/api/v2/instance/allowed_ip_port`, { instance });
  const [{ private_endpoint_port: port }] = (told.body as { resources: [{ private_endpoint_port: number }] })
    .resources;
  return { open, inner, special: `${inner.replace(/:\d+$/, '')}:${port}` };
}

describe.each([
  ['HPCS by instance', () => fixture.cloud.control.seed.hpcsInstance({ name: 'hsm' })],
  ['HPCS by port', () => fixture.cloud.control.seed.hpcsInstance({ name: 'hsm', port: 9110 })],
  ['Key Protect', () => fixture.cloud.control.seed.keyProtectInstance({ name: 'keys' })],
])('%s', (_name, seed) => {
  test('lets those in whose address is allowed, and private callers at a port of their own', async () => {
    const instance = seed();
    const { open, inner, special } = await allow(instance, `${ADDRESS}/32`);
    expect(await read('public', open, instance)).toBe(200);
    expect(await read('vpc-1', special, instance)).toBe(200);
    expect(await read('vpc-1', inner, instance)).toBe(401);
    fixture.cloud.control.settings.allowedIPOnOrdinaryPort = true;
    expect(await read('vpc-1', inner, instance)).toBe(200);
  });

  test('refuses everybody else, at whatever port', async () => {
    const instance = seed();
    const { open, special, inner } = await allow(instance, '10.1.0.10/32');
    fixture.cloud.control.settings.allowedIPOnOrdinaryPort = true;
    expect(await read('vpc-1', open, instance)).toBe(401);
    expect(await read('vpc-1', special, instance)).toBe(401);
    expect(await read('vpc-1', inner, instance)).toBe(401);
  });
});

test('both policies have to let a caller in, and neither holds once the instance can be reclaimed', async () => {
  const { control } = fixture.cloud;
  const instance = control.seed.hpcsInstance({ name: 'hsm' });
  const { open, inner, special } = await allow(instance, `${ADDRESS}/32`);
  control.setAllowedNetwork(instance.crn, 'private-only');
  expect(await read('public', open, instance)).toBe(401);
  expect(await read('vpc-1', special, instance)).toBe(200);
  control.setInstanceState(instance.crn, 'pending_reclamation');
  expect(await read('public', open, instance)).toBe(200);
  expect(await read('classic', inner, instance)).toBe(200);
});

test('there is no port while the policy is off', async () => {
  const { keys, ...instance } = fixture.cloud.control.seed.hpcsInstance({ name: 'hsm' });
  const { body } = await call('vpc-1', `${keys?.endpoints.private}/api/v2/instance/allowed_ip_port`, {
    instance,
  });
  expect(body).toEqual({
    metadata: { collectionType: 'application/vnd.ibm.kms.allowed_ip_metadata+json', collectionTotal: 0 },
    resources: [],
  });
});
