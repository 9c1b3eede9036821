/** Virtual server instances: what says in which VPC a program runs. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refusal, startFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

describe('an instance', () => {
  it('says in which VPC and zone it is', async () => {
    const { client, cloud, vpc } = fixture;
    const { id } = cloud.control.seed.instance({ vpc: 'vpc-2', name: 'worker', zone: 'us-south-3' });
    expect(id).toMatch(/^0737_[-0-9a-f]{36}$/);
    expect(await client.vpc('GET', `/instances/${id}`)).toMatchObject({
      status: 200,
      body: {
        id,
        name: 'worker',
        vpc: { id: vpc('vpc-2') },
        zone: { name: 'us-south-3' },
        status: 'running',
      },
    });
  });

  it('is as good as absent for other accounts, as one that does not exist', async () => {
    const { client, cloud } = fixture;
    const { seed } = cloud.control;
    seed.account('other');
    seed.vpc({ account: 'other', name: 'theirs' });
    const { id } = seed.instance({ account: 'other', vpc: 'theirs', name: 'worker', zone: 'us-south-1' });
    for (const unknown of [id, '0717_00000000-0000-4000-8000-000000000000']) {
      const reply = await client.vpc('GET', `/instances/${unknown}`);
      expect(refusal(reply)).toEqual({ status: 404, code: 'not_found' });
    }
  });

  it('is refused where the VPC has no such zone', () => {
    const { seed } = fixture.cloud.control;
    expect(() => seed.instance({ vpc: 'vpc-1', name: 'worker', zone: 'eu-de-1' })).toThrow('has no zone');
  });
});

describe('the resolver of a VPC', () => {
  it('is that of whoever set it, until the system has it back', async () => {
    const { client, cloud } = fixture;
    const { id } = cloud.control.seed.vpc({ name: 'own', manualServers: ['10.3.0.53'] });
    const servers = [{ address: '10.3.0.53' }];
    expect((await client.vpc('GET', `/vpcs/${id}`)).body.dns.resolver).toEqual({
      type: 'manual',
      servers,
      manual_servers: servers,
    });
    const body = { dns: { resolver: { type: 'system' } } };
    const patched = await client.vpc('PATCH', `/vpcs/${id}`, { body });
    expect(patched.body.dns.resolver).toMatchObject({ type: 'system', configuration: 'default' });
  });
});
