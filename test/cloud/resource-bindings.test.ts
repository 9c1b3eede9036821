/** Local access: buckets bound to a gateway (vpc-endpoint-gateways §1.4, §2.8, §3.3). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reply } from './client.ts';
import { refusal, startFixture, targetCrn, type BrokenRule, type Fixture } from './fixture.ts';
import { standardSettings } from './settings.ts';

let fixture: Fixture;
let gateway: string;

beforeEach(async () => {
  fixture = await startFixture();
  const target = { resource_type: 'provider_cloud_service', crn: targetCrn('object-storage') };
  gateway = (await fixture.stableGateway({ target, dns_resolution_binding_mode: 'per_resource_binding' })).id;
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const scope = `a/${'0'.repeat(32)}`;
const bucket = (name: string): string =>
  `crn:v1:bluemix:public:cloud-object-storage:global:${scope}:88888888-8888-4888-8888-888888888888:bucket:${name}`;

const call = async (method: string, path = '', body?: object): Promise<Reply> =>
  fixture.client.vpc(
    method,
    `/endpoint_gateways/${gateway}/resource_bindings${path}`,
    body === undefined ? {} : { body },
  );

const bind = async (name: string, crn = bucket(name)): Promise<Reply> =>
  call('POST', '', { name, target: { crn } });

describe('a resource binding', () => {
  it('is pending, then stable, and names the bucket’s endpoint', async () => {
    const { status, body } = await bind('logs');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      lifecycle_reasons: [],
      lifecycle_state: 'pending',
      name: 'logs',
      resource_type: 'endpoint_gateway_resource_binding',
      service_endpoint: 'logs.s3.direct.us-south.cloud-object-storage.appdomain.cloud',
      target: { crn: bucket('logs') },
      type: 'weak',
    });
    fixture.cloud.control.clock.advance(standardSettings.changeMs);
    expect((await call('GET', `/${body.id}`)).body.lifecycle_state).toBe('stable');
  });

  it('may have a name that begins with a digit, or none given', async () => {
    expect((await bind('2026-logs')).status).toBe(201);
    const { body } = await call('POST', '', { target: { crn: bucket('other') } });
    expect(body.name).toMatch(/^[a-z]+(-[a-z]+){3}$/);
  });

  it('is listed by pages, newest first, and renamed', async () => {
    const first = (await bind('first')).body;
    fixture.settle();
    await bind('second');
    expect((await call('PATCH', `/${first.id}`, { name: 'renamed' })).body.name).toBe('renamed');
    const page = (await call('GET', '?limit=1')).body;
    expect(page).toMatchObject({ total_count: 2, resource_bindings: [{ name: 'second' }] });
    const { start } = Object.fromEntries(new URL(page.next.href).searchParams);
    const next = (await call('GET', `?limit=1&start=${start}`)).body;
    expect(next.resource_bindings).toMatchObject([{ name: 'renamed' }]);
  });

  it('is deleted after a while, and goes with its gateway', async () => {
    const { id } = (await bind('logs')).body;
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect((await call('GET', `/${id}`)).body.lifecycle_state).toBe('deleting');
    fixture.settle();
    expect((await call('GET', `/${id}`)).status).toBe(404);
    await bind('more');
    await fixture.client.vpc('DELETE', `/endpoint_gateways/${gateway}`);
    fixture.settle();
    expect((await call('GET')).status).toBe(404);
  });
});

const cases: ReadonlyArray<BrokenRule> = [
  {
    rule: 'two of one name',
    status: 400,
    code: 'validation_unique_failed',
    async breakIt() {
      await bind('same');
      return bind('same', bucket('another'));
    },
  },
  {
    rule: 'a name that another has, by a patch',
    status: 400,
    code: 'validation_unique_failed',
    async breakIt() {
      await bind('taken');
      const { id } = (await bind('other')).body;
      return call('PATCH', `/${id}`, { name: 'taken' });
    },
  },
  {
    rule: 'one bucket twice',
    status: 409,
    code: 'duplicate_error',
    async breakIt() {
      await bind('one', bucket('same'));
      return bind('two', bucket('same'));
    },
  },
  {
    rule: 'anything but a bucket',
    status: 400,
    code: 'bad_field',
    breakIt: async () => bind('key', `crn:v1:bluemix:public:kms:us-south:${scope}:instance:key:one`),
  },
  {
    rule: 'a name in capitals',
    status: 400,
    code: 'validation_invalid_name',
    breakIt: async () => bind('Logs', bucket('logs')),
  },
  {
    rule: 'what a context-based restriction denies',
    status: 403,
    code: 'not_authorized',
    async breakIt({ cloud }) {
      cloud.control.settings.contextRestricted = true;
      return bind('logs');
    },
  },
  {
    rule: 'a gateway in mode primary',
    status: 400,
    code: 'bad_field',
    async breakIt({ client }) {
      const body = { dns_resolution_binding_mode: 'primary' };
      expect((await client.vpc('PATCH', `/endpoint_gateways/${gateway}`, { body })).status).toBe(200);
      return bind('logs');
    },
  },
  {
    rule: 'a gateway to a service without resource bindings',
    status: 400,
    code: 'bad_field',
    async breakIt({ stableGateway }) {
      gateway = (await stableGateway({ dns_resolution_binding_mode: 'disabled' })).id;
      return bind('logs');
    },
  },
  {
    rule: 'R19: a suspended gateway',
    status: 409,
    code: 'invalid_state',
    async breakIt({ cloud }) {
      cloud.control.forceState(gateway, { lifecycleState: 'suspended' });
      return bind('logs');
    },
  },
];

it.each(cases)('nothing is bound with $rule', async ({ breakIt, status, code }) => {
  expect(refusal(await breakIt(fixture))).toEqual({ status, code });
});
