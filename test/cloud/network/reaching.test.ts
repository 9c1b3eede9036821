/** Who reaches what, over real connections. */
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { probe, startNetworkFixture, type NetworkFixture } from './fixture.ts';

const ADDRESS = '10.1.0.4';
/** Of a connect that will not come about. */
const patienceMs = 300;

let fixture: NetworkFixture;

beforeEach(async () => {
  fixture = await startNetworkFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

function outcomes(): string[] {
  return fixture.cloud.control.network.connections.entries().map(({ outcome }) => outcome);
}

test('a gateway is reached from its own VPC, and from where there is a route', async () => {
  const { at, cloud, vpc, seedGateway } = fixture;
  const { id } = seedGateway('vpc-1', 'iam');
  const { network } = cloud.control;
  const inner = await at('vpc-1');
  const other = await at('vpc-2');
  expect(await probe(inner, { host: ADDRESS })).toBe('connected');
  expect(await probe(other, { host: ADDRESS, patienceMs })).toBe('not connected');
  expect(await probe(await at('public'), { host: ADDRESS, patienceMs })).toBe('not connected');
  network.addRoute(vpc('vpc-1'), vpc('vpc-2'));
  // The default security group lets only its own members in, and these are none.
  expect(await probe(other, { host: ADDRESS, patienceMs })).toBe('not connected');
  expect(network.connections.entries()).toMatchObject([
    { side: vpc('vpc-1'), destination: ADDRESS, port: 443, gateway: id, bytesReceived: 0 },
    { side: vpc('vpc-2'), outcome: 'blackholed' },
    { side: 'public', outcome: 'blackholed' },
    { side: vpc('vpc-2'), outcome: 'blackholed', gateway: id },
  ]);
});

test('VPCs may have the same addresses: everybody meets their own gateway', async () => {
  const { at, cloud, subnet, vpc, seedGateway } = fixture;
  const { seed, network } = cloud.control;
  const { id } = seed.vpc({ name: 'twin', addressPrefixes: ['10.1.0.0/16'] });
  seed.subnet({ vpc: 'twin', name: 'twin-a', zone: 'us-south-1', cidr: '10.1.0.0/24' });
  const own = seedGateway('vpc-1', 'iam');
  const twin = seedGateway('vpc-1', 'iam', { vpc: { id }, ips: [{ subnet: { id: subnet('twin-a') } }] });
  expect(await probe(await at('vpc-1'), { host: ADDRESS })).toBe('connected');
  expect(await probe(await at('twin'), { host: ADDRESS })).toBe('connected');
  expect(network.connections.entries()).toMatchObject([
    { side: vpc('vpc-1'), gateway: own.id },
    { side: id, gateway: twin.id },
  ]);
});

/** A security group of vpc-1 with one rule, which is inbound and for TCP unless it says otherwise. */
async function groupWith(rule: object): Promise<string> {
  const { client, vpc } = fixture;
  const rules = [{ direction: 'inbound', protocol: 'tcp', ...rule }];
  const body = { name: `group-${Math.random().toString(36).slice(2)}`, vpc: { id: vpc('vpc-1') }, rules };
  return (await client.vpc('POST', '/security_groups', { body })).body.id;
}

describe('security groups', () => {
  test.each([
    ['from anywhere', { remote: { cidr_block: '0.0.0.0/0' } }, 'connected'],
    ['from nowhere near', { remote: { cidr_block: '10.1.0.0/24' } }, 'not connected'],
    ['from one address', { remote: { address: '10.1.0.9' } }, 'connected'],
    ['on another port', { remote: { address: '10.1.0.9' }, port_min: 444, port_max: 500 }, 'not connected'],
    ['on a range of ports', { remote: { address: '10.1.0.9' }, port_min: 400, port_max: 500 }, 'connected'],
    ['with UDP', { protocol: 'udp' }, 'not connected'],
    ['to another address', { local: { address: '10.1.0.8' } }, 'not connected'],
    ['outwards', { direction: 'outbound' }, 'not connected'],
  ])('%s: %j', async (name, rule, expected) => {
    const { at, seedGateway } = fixture;
    seedGateway('vpc-1', 'iam', { security_groups: [{ id: await groupWith(rule) }] });
    const address = name.includes('near') ? '10.1.9.9' : '10.1.0.9';
    const patience = expected === 'connected' ? {} : { patienceMs };
    expect(await probe(await at('vpc-1', { address }), { host: ADDRESS, ...patience })).toBe(expected);
  });

  test('by membership', async () => {
    const { at, securityGroup, seedGateway } = fixture;
    const web = securityGroup('vpc-1-web');
    const rule = await groupWith({ remote: { id: web } });
    seedGateway('vpc-1', 'iam', { security_groups: [{ id: rule }] });
    const member = await at('vpc-1', { securityGroups: [web] });
    expect(await probe(member, { host: ADDRESS })).toBe('connected');
    expect(await probe(await at('vpc-1'), { host: ADDRESS, patienceMs })).toBe('not connected');
  });

  test('one of several is enough, and a gateway from before there were any lets in all', async () => {
    const { at, cloud, vpc, securityGroup, seedGateway } = fixture;
    const { network } = cloud.control;
    const anywhere = await groupWith({ remote: { cidr_block: '0.0.0.0/0' } });
    seedGateway('vpc-1', 'iam', { security_groups: [{ id: securityGroup('vpc-1-web') }, { id: anywhere }] });
    network.addRoute(vpc('vpc-1'), vpc('vpc-2'));
    expect(await probe(await at('vpc-2'), { host: ADDRESS })).toBe('connected');
    const { securityGroups } = seedGateway('vpc-2', 'iam');
    securityGroups.clear();
    const outsider = await at('vpc-2', { securityGroups: [] });
    expect(await probe(outsider, { host: '10.5.0.4' })).toBe('connected');
  });
});

describe('a gateway', () => {
  test('carries nothing before it is stable, nor when it is stopped', async () => {
    const { at, cloud, createGateway, subnet, settle } = fixture;
    const ips = [{ subnet: { id: subnet('vpc-1-zone-1-a') }, address: ADDRESS }];
    const { id } = await createGateway({ ips });
    const place = await at('vpc-1');
    expect(await probe(place, { host: ADDRESS, patienceMs })).toBe('not connected');
    settle();
    expect(await probe(place, { host: ADDRESS })).toBe('connected');
    for (const lifecycleState of ['suspended', 'failed'] as const) {
      cloud.control.forceState(id, { lifecycleState });
      expect(await probe(place, { host: ADDRESS, patienceMs })).toBe('not connected');
    }
  });

  test('answers on the ports that its instance publishes', async () => {
    const { at, cloud, seedGateway } = fixture;
    const { crn } = cloud.control.seed.serviceInstance({
      name: 'cache',
      service: 'databases-for-redis',
      virtualPrivateEndpoints: {
        dns_domain: 'cache.private.databases.appdomain.cloud',
        dns_hosts: [''],
        endpoints: [],
        origin_type: 'cse',
        ports: [{ port_min: 31_000, port_max: 31_010 }],
      },
    });
    seedGateway('vpc-1', 'iam', { target: { resource_type: 'provider_cloud_service', crn } });
    const place = await at('vpc-1');
    expect(await probe(place, { host: ADDRESS, port: 31_010 })).toBe('connected');
    expect(await probe(place, { host: ADDRESS, port: 31_011 })).toBe('ECONNREFUSED');
    expect(await probe(place, { host: ADDRESS, port: 443 })).toBe('ECONNREFUSED');
    const servername = 'cache.private.databases.appdomain.cloud';
    expect(await probe(place, { host: ADDRESS, port: 31_000, servername, patienceMs })).toBe('not secured');
    expect(outcomes()).toEqual(['accepted', 'refused', 'refused', 'accepted']);
  });

  test('to the time server has no TCP', async () => {
    const { at, seedGateway } = fixture;
    const target = { resource_type: 'provider_infrastructure_service', name: 'ibm-ntp-server' } as const;
    seedGateway('vpc-1', 'iam', { target });
    expect(await probe(await at('vpc-1'), { host: ADDRESS, port: 123 })).toBe('ECONNREFUSED');
  });
});

describe('elsewhere', () => {
  test('service endpoints are reached from VPCs, public ones from everywhere', async () => {
    const { at, rangesAt } = fixture;
    const inner = await at('vpc-1');
    const outer = await at('public');
    const name = 'private.iam.cloud.ibm.com';
    expect(await rangesAt('public', name)).toEqual(['services']);
    expect(await probe(inner, { host: name })).toBe('connected');
    expect(await probe(outer, { host: name, patienceMs })).toBe('not connected');
    expect(await probe(outer, { host: 'iam.cloud.ibm.com' })).toBe('connected');
    expect(await probe(inner, { host: 'iam.cloud.ibm.com' })).toBe('connected');
  });

  test('a connection to an address that nobody has is reset, whether or not it opens before', async () => {
    const { at } = fixture;
    expect(['ECONNRESET', 'connected']).toContain(await probe(await at('vpc-1'), { host: '10.1.3.3' }));
    expect(outcomes()).toEqual(['reset']);
  });

  test('nothing leaves this machine', async () => {
    const { at } = fixture;
    const place = await at('vpc-1');
    for (const host of ['192.0.2.1', '10.250.0.1', '127.1.0.4']) {
      expect(await probe(place, { host, patienceMs })).toBe('not connected');
    }
  });

  test('a name that does not resolve cannot be dialled', async () => {
    const { at } = fixture;
    expect(await probe(await at('vpc-1'), { host: 'nobody.example' })).toBe('ENOTFOUND');
  });

  test("this machine's own addresses are passed straight to", async () => {
    const { at, cloud } = fixture;
    const { port } = new URL(cloud.endpoints.iam);
    const place = await at('public');
    const ca = cloud.caPem;
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await probe(place, { host, port: Number(port), servername: 'localhost', ca })).toBe('secured');
    }
    expect(outcomes()).toEqual([]);
  });

  test('who is not in the network, or dials no address of it, is reset', async () => {
    const { cloud, seedGateway, vpc } = fixture;
    seedGateway('vpc-1', 'iam');
    const { port, source } = await (await cloud.network()).sideConfig({ vpc: vpc('vpc-1') });
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    const direct = [
      { host: '127.1.0.4', localAddress: '127.0.0.1' },
      { host: '127.254.0.77', localAddress: source },
      ...(outside === undefined ? [] : [{ host: outside.address, localAddress: outside.address }]),
    ];
    for (const options of direct) {
      const socket = connect({ ...options, port });
      const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
      expect(error.code).toBe('ECONNRESET');
    }
    expect(outcomes()).toEqual([]);
    const known = connect({ host: '127.1.0.4', localAddress: source, port });
    await new Promise((resolve) => known.once('connect', resolve));
    known.destroy();
  });
});
