/** The admin listener: what another process can do to the cloud. */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from './client.ts';
import { startFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

async function admin(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${fixture.cloud.plainEndpoints.admin}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('the admin listener', () => {
  it('lists its routes', async () => {
    const { body } = await admin('GET', '/');
    expect(body).toMatchObject({
      routes: expect.arrayContaining([expect.objectContaining({ path: '/faults' })]),
    });
  });

  it('seeds an account with its own network, which its key can use', async () => {
    const { cloud } = fixture;
    await admin('POST', '/accounts', { name: 'team' });
    const vpc = (await admin('POST', '/vpcs', { account: 'team', name: 'net' })).body as { id: string };
    const zone = 'us-south-1';
    await admin('POST', '/subnets', { account: 'team', vpc: 'net', name: 'sub', zone, cidr: '10.0.0.0/24' });
    await admin('POST', '/security-groups', { account: 'team', vpc: 'net', name: 'web' });
    await admin('POST', '/reserved-ips', { account: 'team', subnet: 'sub', address: '10.0.0.9' });
    const { file } = (await admin('GET', '/accounts/team/api-key-file')).body as { file: string };
    const client = await connect(cloud, { account: 'team', apiKey: await readFile(file, 'utf8') });
    expect((await client.vpc('GET', '/vpcs')).body.vpcs).toMatchObject([{ id: vpc.id, name: 'net' }]);
    expect((await client.vpc('GET', '/subnets')).body.subnets).toMatchObject([
      { available_ipv4_address_count: 250 },
    ]);
  });

  it('seeds gateways and forces their states', async () => {
    const prototype = fixture.gatewayBody({ name: 'seeded' });
    const { id } = (await admin('POST', '/endpoint-gateways', { prototype })).body as { id: string };
    const lifecycleReasons = [{ code: 'internal_error', message: 'Call support.' }];
    const state = { lifecycleState: 'failed', healthState: 'inapplicable', lifecycleReasons };
    expect((await admin('POST', `/endpoint-gateways/${id}/state`, state)).status).toBe(204);
    expect((await fixture.client.vpc('GET', `/endpoint_gateways/${id}`)).body).toMatchObject({
      name: 'seeded',
      lifecycle_state: 'failed',
      health_state: 'inapplicable',
      lifecycle_reasons: lifecycleReasons,
    });
  });

  it('seeds service instances in resource groups, and changes their states', async () => {
    const { client, cloud } = fixture;
    const group = (await admin('POST', '/resource-groups', { name: 'team' })).body as { id: string };
    const seed = { name: 'cache', service: 'databases-for-redis', resourceGroup: 'team' };
    const { id, crn } = (await admin('POST', '/service-instances', seed)).body as { id: string; crn: string };
    await admin('POST', '/service-instances/state', { crn, state: 'provisioning' });
    const url = cloud.plainEndpoints.resourceController;
    expect((await client.at(url, 'GET', `/v2/resource_instances/${id}`)).body).toMatchObject({
      crn,
      state: 'provisioning',
      resource_group_id: group.id,
    });
    const nowhere = { ...seed, resourceGroup: 'nobodys' };
    expect((await admin('POST', '/service-instances', nowhere)).status).toBe(400);
  });

  it('has tagging refuse a tag', async () => {
    const { crn } = await fixture.createGateway();
    const attach = async (): Promise<unknown> => {
      const body = { resources: [{ resource_id: crn }], tag_name: 'A:b' };
      return (await fixture.client.tagging('POST', '/v3/tags/attach', body)).body.results;
    };
    await admin('POST', '/refused-tags', { tag: 'a:B', message: 'No.' });
    expect(await attach()).toMatchObject([{ is_error: true, message: 'No.' }]);
    await admin('DELETE', '/refused-tags');
    expect(await attach()).toMatchObject([{ is_error: false }]);
  });

  it('moves the clock', async () => {
    const before = fixture.cloud.control.clock.now();
    const { body } = await admin('POST', '/clock/advance', { ms: 1_000 });
    expect(body).toEqual({ now: new Date(before + 1_000).toISOString() });
    await admin('POST', '/clock/set', { time: '2030-01-01T00:00:00Z' });
    const { headers } = await fixture.client.vpc('GET', '/vpcs');
    expect(headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  });

  it('plans faults and clears them', async () => {
    const { id } = (await admin('POST', '/faults', { path: '/vpcs', status: 503 })).body as { id: string };
    expect((await fixture.client.vpc('GET', '/vpcs')).status).toBe(503);
    expect((await admin('GET', '/faults')).body).toMatchObject([{ id, struck: 1 }]);
    await admin('DELETE', `/faults/${id}`);
    expect((await fixture.client.vpc('GET', '/vpcs')).status).toBe(200);
  });

  it('changes settings, but only known ones', async () => {
    expect((await admin('PATCH', '/settings', { duplicateChecks: false })).status).toBe(200);
    expect(fixture.cloud.control.settings.duplicateChecks).toBe(false);
    expect((await admin('PATCH', '/settings', { duplicateCheck: true })).status).toBe(400);
  });

  it('shows requests, states and leftovers', async () => {
    const { id } = await fixture.stableGateway();
    expect((await admin('GET', '/requests?operation=create_endpoint_gateway')).body).toMatchObject([
      { createdId: id },
    ]);
    expect((await admin('GET', '/requests/count?service=vpc')).body).toMatchObject({
      create_endpoint_gateway: 1,
    });
    expect((await admin('GET', '/states')).body).toHaveProperty([id]);
    expect((await admin('GET', '/leftovers')).body).toMatchObject({ gateways: [{ id }] });
    await admin('DELETE', '/requests');
    expect((await admin('GET', '/requests')).body).toEqual([]);
  });

  it('says what it does not understand', async () => {
    expect(await admin('POST', '/vpcs', { account: 'nobody', name: 'x' })).toMatchObject({
      status: 400,
      body: { errors: [{ message: 'the simulated cloud has no account named nobody' }] },
    });
  });
});
