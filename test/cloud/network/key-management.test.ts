/** HPCS and Key Protect in the simulated network: which endpoint answers whom (hpcs-network-policy §1.1, §1.9, §10.4). */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServiceInstance } from '../resources/instances.ts';
import { probe, resolve, startNetworkFixture, type NetworkFixture } from './fixture.ts';
import { callOver } from './https-call.ts';

let fixture: NetworkFixture;

beforeEach(async () => {
  fixture = await startNetworkFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

/** Status of a read of an instance's policies at one of its endpoints. */
async function read(place: string, endpoint: string, { guid }: ServiceInstance): Promise<number | undefined> {
  const { at, client, cloud } = fixture;
  const { status } = await callOver(await at(place), `https://${endpoint}/api/v2/instance/policies`, {
    ca: cloud.caPem,
    headers: { authorization: `Bearer ${client.token}`, 'bluemix-instance': guid },
  });
  return status;
}

function endpointsOf({ keys }: ServiceInstance): { readonly public: string; readonly private: string } {
  return keys?.endpoints ?? { public: '', private: '' };
}

describe.each([
  ['HPCS by instance', () => fixture.cloud.control.seed.hpcsInstance({ name: 'hsm' })],
  ['HPCS by port', () => fixture.cloud.control.seed.hpcsInstance({ name: 'hsm', port: 9110 })],
  ['Key Protect', () => fixture.cloud.control.seed.keyProtectInstance({ name: 'keys' })],
  [
    'Key Protect Dedicated',
    () => fixture.cloud.control.seed.keyProtectInstance({ name: 'keys', dedicated: true }),
  ],
])('%s', (_name, seed) => {
  test('answers at its public name everywhere, and at its private one in VPCs', async () => {
    const instance = seed();
    const { public: open, private: inner } = endpointsOf(instance);
    expect(await read('public', open, instance)).toBe(200);
    expect(await read('vpc-1', open, instance)).toBe(200);
    expect(await read('vpc-1', inner, instance)).toBe(200);
  });

  test('has a private address that is known outside but does not answer', async () => {
    const { at, rangesAt } = fixture;
    const [name = '', port = '443'] = endpointsOf(seed()).private.split(':');
    expect(new Set(await rangesAt('public', name))).toEqual(new Set(['services']));
    const outside = await at('public');
    const [host = ''] = await resolve(outside, name);
    expect(await probe(outside, { host, port: Number(port), patienceMs: 300 })).toBe('not connected');
  });

  test('answers through a gateway', async () => {
    const { seedGateway, rangesAt } = fixture;
    const instance = seed();
    const target = { resource_type: 'provider_cloud_service', crn: instance.crn } as const;
    seedGateway('vpc-1', '', { target });
    const { private: inner } = endpointsOf(instance);
    expect(await rangesAt('vpc-1', inner.split(':')[0] ?? '')).toEqual(['private', 'private']);
    expect(await read('vpc-1', inner, instance)).toBe(200);
  });
});

test('a closed instance answers outside with 401, and inside as before', async () => {
  const { control } = fixture.cloud;
  const instance = control.seed.hpcsInstance({ name: 'hsm', allowedNetwork: 'private-only' });
  const { public: open, private: inner } = endpointsOf(instance);
  expect(await read('public', open, instance)).toBe(401);
  expect(await read('vpc-1', open, instance)).toBe(401);
  expect(await read('vpc-1', inner, instance)).toBe(200);
});

test('nobody is let in by the name of another instance', async () => {
  const { seed } = fixture.cloud.control;
  const one = seed.hpcsInstance({ name: 'one', port: 9110 });
  const other = seed.hpcsInstance({ name: 'other', port: 9111 });
  const third = seed.hpcsInstance({ name: 'third' });
  for (const instance of [other, third]) {
    expect(await read('vpc-1', endpointsOf(one).private, instance)).toBe(401);
  }
  expect(await read('vpc-1', endpointsOf(third).private, one)).toBe(401);
});

test('a broker answers under both orders of its name, and under no private one', async () => {
  const { at, client, cloud } = fixture;
  const { guid } = cloud.control.seed.hpcsInstance({ name: 'hsm' });
  const outside = await at('public');
  for (const order of ['us-south.broker', 'broker.us-south']) {
    const { status } = await callOver(
      outside,
      `https://${order}.hs-crypto.cloud.ibm.com/crypto_v2/instances/${guid}`,
      { ca: cloud.caPem, headers: { authorization: `Bearer ${client.token}` } },
    );
    expect(status).toBe(200);
  }
  expect(await resolve(outside, 'private.us-south.broker.hs-crypto.cloud.ibm.com')).toBe('ENOTFOUND');
});

test('a private path that dies in between locks out who has closed the instance', async () => {
  const { at, cloud } = fixture;
  const instance = cloud.control.seed.hpcsInstance({ name: 'hsm' });
  const { private: inner } = endpointsOf(instance);
  expect(await read('vpc-1', inner, instance)).toBe(200);
  cloud.control.setAllowedNetwork(instance.crn, 'private-only');
  const inside = await at('vpc-1');
  const [host = ''] = await resolve(inside, inner);
  cloud.control.network.addressFaults.add({ kind: 'blackhole', address: host });
  expect(await probe(inside, { host, patienceMs: 300 })).toBe('not connected');
});

test('a private name that leads to a public address ends at the public side', async () => {
  const { control } = fixture.cloud;
  const instance = control.seed.hpcsInstance({ name: 'hsm', port: 9110 });
  const { private: inner } = endpointsOf(instance);
  control.network.dnsFaults.add({ kind: 'public' });
  expect(await read('vpc-1', inner, instance)).toBe(200);
  control.setAllowedNetwork(instance.crn, 'private-only');
  expect(await read('vpc-1', inner, instance)).toBe(401);
  control.network.dnsFaults.clear();
  expect(await read('vpc-1', inner, instance)).toBe(200);
});
