/** The rules of DNS sharing (vpc-endpoint-gateways §3.2: R3–R5, R15, R22, R23, and the matrix of §3.3). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { disabled, perResource, startDnsFixture, type DnsFixture } from './dns-fixture.ts';
import { refusal, type BrokenRule } from './fixture.ts';

let fixture: DnsFixture;

beforeEach(async () => {
  fixture = await startDnsFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const bucket = (name: string): object => ({
  target: {
    crn: `crn:v1:bluemix:public:cloud-object-storage:global:a/${'0'.repeat(32)}:instance:bucket:${name}`,
  },
});

const bindingsOfGateway = (id: string): string => `/endpoint_gateways/${id}/resource_bindings`;

const cases: ReadonlyArray<BrokenRule<DnsFixture>> = [
  {
    rule: 'R3: one primary gateway a target in a topology',
    status: 409,
    code: 'duplicate_error',
    async breakIt({ stableGateway, join, inVpc, create }) {
      await join('vpc-1');
      await stableGateway(inVpc('hub'));
      return create('vpc-1');
    },
  },
  {
    rule: 'R3: also after a change of mode, and between two spokes',
    status: 409,
    code: 'duplicate_error',
    async breakIt({ stableGateway, join, inVpc, setMode }) {
      await join('vpc-1');
      await join('vpc-2');
      await stableGateway(inVpc('vpc-1'));
      const { id } = await stableGateway(inVpc('vpc-2', disabled));
      return setMode(id, 'primary');
    },
  },
  {
    rule: 'R4: the hub has a primary gateway for what its spokes bind',
    status: 400,
    code: 'bad_field',
    async breakIt({ join, create }) {
      await join('vpc-1');
      return create('vpc-1', perResource);
    },
  },
  {
    rule: 'R4: one VPC of a topology binds a bucket',
    status: 409,
    code: 'duplicate_error',
    async breakIt({ stableGateway, call, join, inVpc }) {
      await stableGateway(inVpc('hub'));
      await join('vpc-1');
      await join('vpc-2');
      const first = await stableGateway(inVpc('vpc-1', perResource));
      const second = await stableGateway(inVpc('vpc-2', perResource));
      expect((await call('POST', bindingsOfGateway(first.id), bucket('logs'))).status).toBe(201);
      expect((await call('POST', bindingsOfGateway(second.id), bucket('other'))).status).toBe(201);
      return call('POST', bindingsOfGateway(second.id), bucket('logs'));
    },
  },
  {
    rule: 'the matrix: a gateway with bindings does not become primary',
    status: 400,
    code: 'bad_field',
    async breakIt({ stableGateway, call, inVpc, setMode }) {
      const { id } = await stableGateway(inVpc('vpc-1', disabled));
      await call('POST', bindingsOfGateway(id), bucket('logs'));
      return setMode(id, 'primary');
    },
  },
  {
    rule: 'R5: a VPC whose gateways are not all primary does not become a hub',
    status: 409,
    code: 'invalid_state',
    async breakIt({ stableGateway, vpc, call, inVpc }) {
      await stableGateway(inVpc('vpc-1', disabled));
      return call('PATCH', `/vpcs/${vpc('vpc-1')}`, { dns: { enable_hub: true } });
    },
  },
  ...['vpc-1', 'hub'].map((name) => ({
    rule: `R5: ${name} with a binding stays what it is`,
    status: 409,
    code: 'invalid_state',
    async breakIt({ vpc, call, join }: DnsFixture) {
      await join('vpc-1');
      return call('PATCH', `/vpcs/${vpc(name)}`, { dns: { enable_hub: name !== 'hub' } });
    },
  })),
  {
    rule: 'R15: a hub keeps the gateway that a spoke relies on',
    status: 409,
    code: 'invalid_state',
    async breakIt({ stableGateway, call, join, inVpc }) {
      await join('vpc-1');
      const { id } = await stableGateway(inVpc('hub'));
      await stableGateway(inVpc('vpc-1', disabled));
      return call('DELETE', `/endpoint_gateways/${id}`);
    },
  },
  {
    rule: 'R22: a VPC has one binding',
    status: 409,
    code: 'invalid_state',
    async breakIt({ cloud, requestToJoin, join }) {
      cloud.control.seed.vpc({ name: 'second-hub', enableHub: true });
      await join('vpc-1');
      return requestToJoin('vpc-1', 'second-hub');
    },
  },
  {
    rule: 'R22: a hub joins nobody',
    status: 409,
    code: 'invalid_state',
    async breakIt({ cloud, requestToJoin }) {
      cloud.control.seed.vpc({ name: 'second-hub', enableHub: true });
      return requestToJoin('hub', 'second-hub');
    },
  },
  {
    rule: 'R22: one joins a hub only',
    status: 400,
    code: 'bad_field',
    breakIt: async ({ requestToJoin }) => requestToJoin('vpc-1', 'vpc-2'),
  },
  {
    rule: 'R22: of the same region',
    status: 400,
    code: 'bad_field',
    async breakIt({ cloud, call, bindingsOf }) {
      const { crn } = cloud.control.seed.vpc({ name: 'abroad', region: 'eu-de', enableHub: true });
      return call('POST', bindingsOf('vpc-1'), { vpc: { crn } });
    },
  },
  {
    rule: 'R22: that exists',
    status: 400,
    code: 'not_found',
    breakIt: async ({ call, bindingsOf }) =>
      call('POST', bindingsOf('vpc-1'), { vpc: { id: 'r006-nothing' } }),
  },
  {
    rule: 'R22: without two primary gateways for one service afterwards',
    status: 409,
    code: 'duplicate_error',
    async breakIt({ stableGateway, requestToJoin, inVpc }) {
      await stableGateway(inVpc('hub'));
      await stableGateway(inVpc('vpc-1'));
      return requestToJoin('vpc-1');
    },
  },
  {
    rule: 'R23: a VPC that delegates keeps its binding',
    status: 409,
    code: 'invalid_state',
    async breakIt({ vpc, call, bindingsOf, join }) {
      const { id } = await join('vpc-1');
      const resolver = { type: 'delegated', vpc: { id: vpc('hub') } };
      const patched = await call('PATCH', `/vpcs/${vpc('vpc-1')}`, { dns: { resolver } });
      expect(patched.body.dns.resolver).toMatchObject({ type: 'delegated', vpc: { name: 'hub' } });
      return call('DELETE', `${bindingsOf('vpc-1')}/${id}`);
    },
  },
];

describe('a broken rule is refused', () => {
  it.each(cases)('$rule', async ({ breakIt, status, code }) => {
    expect(refusal(await breakIt(fixture))).toEqual({ status, code });
  });
});
