/** Resource Controller and Resource Manager (hpcs-network-policy §3). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type Reply } from './client.ts';
import { startFixture, type Fixture } from './fixture.ts';
import type { ServiceInstance } from './resources/instances.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const controller = async (path: string): Promise<Reply> =>
  fixture.client.at(fixture.cloud.plainEndpoints.resourceController, 'GET', path);
const groups = async (query = ''): Promise<Reply> =>
  fixture.client.at(fixture.cloud.plainEndpoints.resourceManager, 'GET', `/v2/resource_groups${query}`);

const instance = (name: string, changes: object = {}): ServiceInstance =>
  fixture.cloud.control.seed.serviceInstance({ name, service: 'databases-for-redis', ...changes });
const listed = async (query = ''): Promise<string[]> => {
  const { resources } = (await controller(`/v2/resource_instances${query}`)).body;
  return resources.map(({ name }: { name: string }) => name).toSorted();
};

describe('an instance', () => {
  it('is read by its GUID or its encoded CRN, and says under which names it answers', async () => {
    const { guid, crn } = instance('redis');
    const host = `${guid}.private.databases.appdomain.cloud`;
    for (const id of [guid, encodeURIComponent(crn), crn.replaceAll('/', '%2F')]) {
      expect((await controller(`/v2/resource_instances/${id}`)).body).toMatchObject({
        id: crn,
        guid,
        name: 'redis',
        state: 'active',
        region_id: 'us-south',
        extensions: { virtual_private_endpoints: { dns_domain: host, dns_hosts: [''] } },
      });
    }
  });

  it('that does not exist, or is another account’s, is a 404 in the service’s own shape', async () => {
    const { cloud } = fixture;
    cloud.control.seed.account('other');
    const { guid } = instance('theirs', { account: 'other' });
    for (const id of [guid, 'nothing']) {
      const reply = await controller(`/v2/resource_instances/${id}`);
      expect(reply).toMatchObject({
        status: 404,
        body: { message: 'Instance not found', status_code: 404, transaction_id: expect.any(String) },
      });
    }
  });

  it('can be in any state, and be removed and still readable', async () => {
    const { guid, crn } = instance('redis', { state: 'provisioning' });
    for (const state of ['active', 'pending_reclamation', 'removed'] as const) {
      fixture.cloud.control.setInstanceState(crn, state);
      expect((await controller(`/v2/resource_instances/${guid}`)).body.state).toBe(state);
    }
    expect(() => fixture.cloud.control.setInstanceState('none', 'active')).toThrow('no service instance');
  });

  it('that says its own names makes gateways answer under them', async () => {
    const { crn } = instance('own', {
      virtualPrivateEndpoints: {
        dns_domain: 'own.example.appdomain.cloud',
        dns_hosts: ['', '*'],
        endpoints: [{ ip_address: '166.9.1.1', zone: 'us-south-1' }],
        origin_type: 'cse',
        ports: [{ port_min: 5432, port_max: 5432 }],
      },
    });
    const gateway = await fixture.createGateway({ target: { resource_type: 'provider_cloud_service', crn } });
    expect(gateway.service_endpoints).toEqual([
      'own.example.appdomain.cloud',
      '*.own.example.appdomain.cloud',
    ]);
  });
});

describe('the list of instances', () => {
  it('shows active and provisioning ones unless asked for others', async () => {
    instance('up');
    instance('coming', { state: 'provisioning' });
    instance('gone', { state: 'removed' });
    expect(await listed()).toEqual(['coming', 'up']);
    expect(await listed('?state=removed')).toEqual(['gone']);
    expect(await listed('?name=up')).toEqual(['up']);
  });

  it('has pages, and null for the next one at the end', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    names.forEach((name) => instance(name));
    const seen: string[] = [];
    let path: string | null = '/v2/resource_instances?limit=2';
    for (const count of [2, 2, 1]) {
      const { body }: Reply = await controller(path ?? '');
      expect(body.rows_count).toBe(count);
      seen.push(...body.resources.map(({ name }: { name: string }) => name));
      path = body.next_url;
    }
    expect(path).toBeNull();
    expect(seen.toSorted()).toEqual(names);
    expect((await controller('/v2/resource_instances?limit=101')).status).toBe(400);
  });
});

describe('resource groups', () => {
  it('are the ones that the objects of the VPC service name', async () => {
    const { seed } = fixture.cloud.control;
    const team = seed.resourceGroup({ name: 'team' });
    const { resources } = (await groups()).body;
    expect(resources.map(({ name }: { name: string }) => name)).toEqual(['Default', 'team']);
    const gateway = await fixture.createGateway({ resource_group: { id: team.id } });
    expect(gateway.resource_group).toMatchObject({ id: team.id, name: 'team' });
    expect(resources[0].id).toBe((await fixture.client.vpc('GET', '/vpcs')).body.vpcs[0].resource_group.id);
  });

  it('are filtered by name and by being the default', async () => {
    fixture.cloud.control.seed.resourceGroup({ name: 'team' });
    expect((await groups('?default=true')).body.resources).toMatchObject([
      { name: 'Default', default: true },
    ]);
    expect((await groups('?name=team')).body.resources).toMatchObject([{ name: 'team', default: false }]);
  });

  it('of another account are not shown', async () => {
    const { cloud } = fixture;
    const other = cloud.control.seed.account('other');
    expect((await groups(`?account_id=${other.id}`)).status).toBe(403);
    const client = await connect(cloud, { account: 'other' });
    const reply = await client.at(cloud.plainEndpoints.resourceManager, 'GET', '/v2/resource_groups');
    expect(reply.body.resources).toMatchObject([{ id: other.defaultResourceGroup.id }]);
  });
});
