/** What the resolvers of the network answer, asked over UDP as the operator asks. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startFixture, targetCrn } from '../fixture.ts';
import { standardSettings } from '../settings.ts';
import { resolve, startNetworkFixture, type NetworkFixture } from './fixture.ts';
import { networkOf } from './network.ts';

const IAM = 'private.iam.cloud.ibm.com';
const COS = 's3.direct.us-south.cloud-object-storage.appdomain.cloud';

let fixture: NetworkFixture;

beforeEach(async () => {
  fixture = await startNetworkFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const rangesAt: NetworkFixture['rangesAt'] = async (place, name) => fixture.rangesAt(place, name);

test('two VPCs and the public answer the same name differently', async () => {
  fixture.seedGateway('vpc-1', 'iam');
  fixture.seedGateway('vpc-2', 'iam');
  expect(await resolve(await fixture.at('vpc-1'), IAM)).toEqual(['10.1.0.4', '10.2.0.4']);
  expect(await resolve(await fixture.at('vpc-2'), IAM)).toEqual(['10.5.0.4', '10.6.0.4']);
  expect(await rangesAt('vpc-3', IAM)).toEqual(['services']);
  expect(await rangesAt('public', IAM)).toEqual(['services']);
  expect(fixture.cloud.control.network.queries.entries()).toMatchObject([
    {
      side: fixture.vpc('vpc-1'),
      name: IAM,
      type: 'A',
      outcome: 'answered',
      addresses: ['10.1.0.4', '10.2.0.4'],
    },
    { side: fixture.vpc('vpc-2'), gateway: expect.any(String) },
    { side: fixture.vpc('vpc-3') },
    { side: 'public' },
  ]);
});

describe('outside of gateways', () => {
  test('private names have a service endpoint, other names of services a public address, and the rest none', async () => {
    const { cloud } = fixture;
    const { crn } = cloud.control.seed.serviceInstance({ name: 'cache', service: 'databases-for-redis' });
    const host = `${crn.split(':')[7]}.private.databases.appdomain.cloud`;
    expect(await rangesAt('public', 'iam.cloud.ibm.com')).toEqual(['public']);
    expect(await rangesAt('vpc-1', 'us-south.iaas.cloud.ibm.com')).toEqual(['public']);
    expect(await rangesAt('vpc-1', 'us-south.private.iaas.cloud.ibm.com')).toEqual(['services']);
    expect(await resolve(await fixture.at('public'), host)).toEqual(['166.9.0.1', '166.9.0.2', '166.9.0.3']);
    expect(await rangesAt('vpc-1', 'nobody.example')).toBe('ENOTFOUND');
    cloud.control.network.names.add('*.example');
    expect(await rangesAt('vpc-1', 'nobody.example')).toEqual(['public']);
  });

  test('each place shows the resolvers that a person knows', async () => {
    const { cloud, at } = fixture;
    cloud.control.seed.vpc({ name: 'own', manualServers: ['10.3.0.53'] });
    expect((await at('vpc-1')).resolvers()).toEqual(['161.26.0.7', '161.26.0.8']);
    expect((await at('own')).resolvers()).toEqual(['10.3.0.53']);
    expect((await at('public')).resolvers()).toEqual(['198.51.100.53']);
  });
});

const iamTarget = { resource_type: 'provider_cloud_service', crn: targetCrn('iam') };

/** In vpc-1; returns its id. */
async function create(): Promise<string> {
  const ips = [1, 2].map((zone) => ({ subnet: { id: fixture.subnet(`vpc-1-zone-${zone}-a`) } }));
  const { id } = await fixture.createGateway({ target: iamTarget, ips });
  return id;
}

describe('a gateway', () => {
  const { createMs, deleteMs, changeMs, addressMs } = standardSettings;

  test('has its names from the moment it is stable until it is gone', async () => {
    const { client, cloud } = fixture;
    const { clock } = cloud.control;
    const id = await create();
    clock.advance(createMs - 1);
    expect(await rangesAt('vpc-1', IAM)).toEqual(['services']);
    clock.advance(1);
    expect(await rangesAt('vpc-1', IAM)).toEqual(['private', 'private']);
    await client.vpc('DELETE', `/endpoint_gateways/${id}`);
    expect(await rangesAt('vpc-1', IAM)).toEqual(['private', 'private']);
    clock.advance(deleteMs);
    expect(await rangesAt('vpc-1', IAM)).toEqual(['services']);
  });

  test('keeps them while it is changed, and has its new addresses when it is stable again', async () => {
    const { client, cloud, subnet } = fixture;
    const { clock } = cloud.control;
    const id = await create();
    clock.advance(createMs);
    const third = subnet('vpc-1-zone-3-a');
    const reserved = (await client.vpc('POST', `/subnets/${third}/reserved_ips`, { body: {} })).body;
    clock.advance(addressMs);
    await client.vpc('PUT', `/endpoint_gateways/${id}/ips/${reserved.id}`);
    expect(await rangesAt('vpc-1', IAM)).toHaveLength(2);
    clock.advance(changeMs);
    expect(await rangesAt('vpc-1', IAM)).toHaveLength(3);
  });

  test('becomes known late, and is forgotten late, where names converge slowly', async () => {
    const { client, cloud } = fixture;
    const { clock, settings } = cloud.control;
    settings.dnsConvergenceMs = 60_000;
    const id = await create();
    clock.advance(createMs + 59_999);
    expect(await rangesAt('vpc-1', IAM)).toEqual(['services']);
    clock.advance(1);
    expect(await rangesAt('vpc-1', IAM)).toEqual(['private', 'private']);
    await client.vpc('DELETE', `/endpoint_gateways/${id}`);
    clock.advance(deleteMs + 59_999);
    expect(await rangesAt('vpc-1', IAM)).toEqual(['private', 'private']);
    clock.advance(1);
    expect(await rangesAt('vpc-1', IAM)).toEqual(['services']);
  });

  test('that was there before the network, and is being changed just then, is known to it as it was', async () => {
    const early = await startFixture();
    try {
      const { cloud, client, subnet, vpc } = early;
      const ips = [{ subnet: { id: subnet('vpc-1-zone-1-a') } }];
      const { id } = await early.createGateway({ target: iamTarget, ips });
      early.settle();
      const reserved = cloud.control.seed.reservedIP({ subnet: 'vpc-1-zone-2-a' });
      await client.vpc('PUT', `/endpoint_gateways/${id}/ips/${reserved.id}`);
      const place = await networkOf(cloud, { vpc: vpc('vpc-1') });
      expect(await resolve(place, IAM)).toHaveLength(1);
      early.settle();
      expect(await resolve(place, IAM)).toHaveLength(2);
    } finally {
      await early.cloud.stop();
    }
  });

  test('without addresses has names without any', async () => {
    fixture.seedGateway('vpc-1', 'iam', { ips: [] });
    expect(await rangesAt('vpc-1', IAM)).toBe('ENODATA');
  });

  test('answers every name under its wildcard', async () => {
    const { cloud, seedGateway } = fixture;
    const { seed } = cloud.control;
    const offer = {
      serviceEndpoints: ['*.partner.example'],
      defaultAccessPolicy: 'permit',
      published: true,
    } as const;
    const { crn } = seed.privatePath({ vpc: 'vpc-4', name: 'offer', ...offer });
    seedGateway('vpc-1', 'iam', { target: { resource_type: 'private_path_service_gateway', crn } });
    expect(await rangesAt('vpc-1', 'Reports.Partner.example')).toEqual(['private', 'private']);
    expect(await rangesAt('vpc-1', 'partner.example')).toBe('ENOTFOUND');
    expect(await rangesAt('vpc-2', 'reports.partner.example')).toBe('ENOTFOUND');
  });
});

/** Has vpc-1 share with a hub, and lets it ask the hub. */
async function share({ delegate }: { delegate: boolean }): Promise<void> {
  const { client, cloud, vpc } = fixture;
  const hub = cloud.control.seed.vpc({
    name: 'hub',
    enableHub: true,
    addressPrefixes: ['10.99.0.0/16'],
  });
  const body = { vpc: { id: hub.id } };
  await client.vpc('POST', `/vpcs/${vpc('vpc-1')}/dns_resolution_bindings`, { body });
  fixture.settle();
  if (delegate) {
    const resolver = { type: 'delegated', vpc: { id: hub.id } };
    await client.vpc('PATCH', `/vpcs/${vpc('vpc-1')}`, { body: { dns: { resolver } } });
  }
}

describe('DNS sharing', () => {
  test('a hub knows the names that its spokes share, and the spokes nothing of each other', async () => {
    fixture.seedGateway('vpc-1', 'iam');
    fixture.seedGateway('vpc-1', 'global-tagging', { dns_resolution_binding_mode: 'disabled' });
    await share({ delegate: false });
    expect(await rangesAt('hub', IAM)).toEqual(['private', 'private']);
    expect(await rangesAt('hub', 'tags.private.global-search-tagging.cloud.ibm.com')).toEqual(['services']);
    expect(await rangesAt('vpc-2', IAM)).toEqual(['services']);
    expect(await rangesAt('vpc-1', 'tags.private.global-search-tagging.cloud.ibm.com')).toEqual([
      'private',
      'private',
    ]);
  });

  test('of a gateway that shares bound resources only, a hub knows these', async () => {
    const { client, cloud, seedGateway } = fixture;
    await share({ delegate: false });
    const { seed } = cloud.control;
    seed.subnet({ vpc: 'hub', name: 'hub-a', zone: 'us-south-1', cidr: '10.99.0.0/24' });
    const ips = [{ subnet: { id: fixture.subnet('hub-a') } }];
    seedGateway('vpc-1', 'object-storage', { vpc: { id: fixture.vpc('hub') }, ips });
    const { id } = seedGateway('vpc-1', 'object-storage', {
      dns_resolution_binding_mode: 'per_resource_binding',
    });
    const scope = 'a/0123456789abcdef0123456789abcdef:00000000-0000-4000-8000-000000000000';
    const body = {
      target: { crn: `crn:v1:bluemix:public:cloud-object-storage:global:${scope}:bucket:logs` },
    };
    const bound = await client.vpc('POST', `/endpoint_gateways/${id}/resource_bindings`, { body });
    expect(bound.status).toBe(201);
    fixture.settle();
    const hub = await fixture.at('hub');
    expect(await resolve(hub, COS)).toEqual(['10.99.0.4']);
    expect(await resolve(hub, `logs.${COS}`)).toEqual(['10.1.0.4', '10.2.0.4']);
  });

  test('a VPC that delegates asks its hub and nobody else', async () => {
    fixture.seedGateway('vpc-1', 'iam', { dns_resolution_binding_mode: 'disabled' });
    await share({ delegate: true });
    const place = await fixture.at('vpc-1');
    expect(place.resolvers()).toEqual(['10.0.0.53']);
    expect(await rangesAt('vpc-1', IAM)).toEqual(['services']);
  });

  test('a VPC with servers of its own learns nothing from the cloud', async () => {
    const { cloud, seedGateway } = fixture;
    const { seed } = cloud.control;
    const { id } = seed.vpc({ name: 'own', manualServers: ['10.3.0.53'], addressPrefixes: ['10.99.0.0/16'] });
    seed.subnet({ vpc: 'own', name: 'own-a', zone: 'us-south-1', cidr: '10.99.0.0/24' });
    seedGateway('vpc-1', 'iam', { vpc: { id }, ips: [{ subnet: { id: fixture.subnet('own-a') } }] });
    expect(await rangesAt('own', IAM)).toEqual(['services']);
  });
});
