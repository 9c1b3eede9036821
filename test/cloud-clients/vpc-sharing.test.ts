/** The VPC client on what surrounds gateways: local access, DNS sharing, security groups, Private Path. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import type { GatewayRef } from '../../src/cloud/vpc.ts';
import type { EndpointGateway, EndpointGatewayPrototype } from '../../src/cloud/vpc-types.ts';
import { type Fixture, startFixture, targetCrn } from '../cloud/fixture.ts';
import type { ResourceBinding } from '../cloud/vpc/model.ts';
import { background, cloudErrorOf, openAccount } from './open-account.ts';

let fixture: Fixture;
let session: Session;

beforeEach(async () => {
  fixture = await startFixture();
  session = await (await openAccount(fixture.cloud)).session();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

async function create(
  target: EndpointGatewayPrototype['target'],
  changes: Partial<EndpointGatewayPrototype> = {},
): Promise<EndpointGateway> {
  const prototype = { name: 'main', vpc: { id: fixture.vpc('vpc-1') }, target, ...changes };
  const gateway = await session.vpc.createGateway(prototype, Infinity, background);
  fixture.settle();
  return gateway;
}

function bucket(name: string): string {
  return `crn:v1:bluemix:public:cloud-object-storage:global:a/${'0'.repeat(32)}:instance:bucket:${name}`;
}

describe('resource bindings', () => {
  let ref: GatewayRef;

  beforeEach(async () => {
    const gateway = await create(
      { crn: targetCrn('object-storage'), resource_type: 'provider_cloud_service' },
      { dns_resolution_binding_mode: 'per_resource_binding' },
    );
    ref = { id: gateway.id, vpcId: gateway.vpc.id };
  });

  /** As the cloud holds them. */
  const held = (): readonly ResourceBinding[] => {
    const gateway = fixture.cloud.control.area('default', 'us-south').gateways.get(ref.id);
    return [...(gateway?.resourceBindings.values() ?? [])];
  };

  test('are created, listed, renamed and deleted', async () => {
    const crn = bucket('logs');
    await session.vpc.createResourceBinding(ref, { name: 'logs', target: { crn } }, background);
    await session.vpc.createResourceBinding(ref, { target: { crn: bucket('other') } }, background);
    fixture.settle();
    const bindings = await session.vpc.listResourceBindings(ref.id, background);
    expect(bindings).toHaveLength(2);
    const logs = bindings.find(({ name }) => name === 'logs');
    expect(logs).toMatchObject({
      lifecycle_state: 'stable',
      lifecycle_reasons: [],
      service_endpoint: 'logs.s3.direct.us-south.cloud-object-storage.appdomain.cloud',
      target: { crn },
    });
    const id = logs?.id ?? '';
    await session.vpc.renameResourceBinding(ref, id, 'renamed', background);
    expect(held().map(({ name }) => name)).toContain('renamed');
    await session.vpc.deleteResourceBinding(ref, id, background);
    fixture.settle();
    expect(held().map((binding) => binding.targetCrn)).toEqual([bucket('other')]);
  });

  test('that a context-based restriction denies are denied', async () => {
    fixture.cloud.control.settings.contextRestricted = true;
    const denied = session.vpc.createResourceBinding(ref, { target: { crn: bucket('logs') } }, background);
    expect(await cloudErrorOf(denied)).toMatchObject({ reason: 'denied', maybeCommitted: false });
  });

  test('outdate what was listed of their gateway', async () => {
    await session.vpc.createResourceBinding(ref, { target: { crn: bucket('logs') } }, background);
    expect(session.inventory.lastWriteMs(ref.id)).toBeGreaterThan(0);
  });
});

test('VPCs show whether they share DNS', async () => {
  const { seed } = fixture.cloud.control;
  const hub = seed.vpc({ name: 'hub', enableHub: true });
  const spoke = fixture.vpc('vpc-1');
  await fixture.client.vpc('POST', `/vpcs/${spoke}/dns_resolution_bindings`, {
    body: { vpc: { id: hub.id } },
  });
  fixture.settle();
  const vpcs = await session.vpc.listVpcs(background);
  expect(vpcs.find(({ name }) => name === 'hub')).toMatchObject({
    dns: { enable_hub: true, resolution_binding_count: 1 },
  });
  expect(vpcs.find(({ id }) => id === spoke)).toMatchObject({
    dns: { enable_hub: false, resolution_binding_count: 1 },
  });
});

test('security groups are listed with their VPCs', async () => {
  const groups = await session.vpc.listSecurityGroups(background);
  const { securityGroups } = fixture.cloud.control.area('default', 'us-south');
  expect(groups.map(({ id, name, crn, vpc }) => ({ id, name, crn, vpc: vpc.id }))).toEqual(
    expect.arrayContaining(
      [...securityGroups.values()].map(({ id, name, crn, vpc }) => ({ id, name, crn, vpc: vpc.id })),
    ),
  );
  expect(groups).toHaveLength(securityGroups.size);
});

test('reserved IPs tell the provider’s own from others', async () => {
  const ips = await session.vpc.listReservedIPs(fixture.subnet('vpc-1-zone-1-b'), background);
  const owners = ips.map(({ owner, lifecycle_state: state, target }) => [owner, state, target]);
  expect(owners).toHaveLength(6);
  expect(owners).toEqual(
    expect.arrayContaining([
      ['provider', 'stable', undefined],
      ['user', 'stable', undefined],
    ]),
  );
});

test('a Private Path target of another account is told by its CRN', async () => {
  const { seed } = fixture.cloud.control;
  seed.account('provider');
  seed.vpc({ account: 'provider', name: 'offers' });
  const { crn } = seed.privatePath({
    account: 'provider',
    vpc: 'offers',
    name: 'db',
    serviceEndpoints: ['db.example.com'],
    defaultAccessPolicy: 'review',
    published: true,
  });
  const gateway = await create({ crn, resource_type: 'private_path_service_gateway' });
  expect(await session.vpc.getGateway(gateway.id, background)).toMatchObject({
    lifecycle_state: 'pending',
    lifecycle_reasons: [{ code: 'access_pending', message: expect.any(String) }],
    target: { crn, name: 'db' },
  });
});

test('the resource group of a create is kept', async () => {
  const group = fixture.cloud.control.account('default').defaultResourceGroup;
  const gateway = await create(
    { name: 'ibm-ntp-server', resource_type: 'provider_infrastructure_service' },
    { resource_group: { id: group.id } },
  );
  expect(gateway.resource_group).toMatchObject({ id: group.id, name: group.name });
});
