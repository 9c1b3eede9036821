/** The rules about what is attached to gateways: reserved IPs, subnets, security groups (§3.2: R6–R14, R17, R18). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refusal, startFixture, targetCrn, type BrokenRule, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const cosTarget = { resource_type: 'provider_cloud_service', crn: targetCrn('object-storage') };

const cases: readonly BrokenRule[] = [
  {
    rule: 'R6: one IP per zone in a create',
    status: 400,
    code: 'bad_field',
    breakIt: async ({ client, gatewayBody, subnet }) => {
      const ips = ['vpc-1-zone-1-a', 'vpc-1-zone-1-b'].map((name) => ({ subnet: { id: subnet(name) } }));
      return client.vpc('POST', '/endpoint_gateways', { body: gatewayBody({ ips }) });
    },
  },
  {
    rule: 'R6: one IP per zone when binding',
    status: 400,
    code: 'bad_field',
    async breakIt({ cloud, client, stableGateway, subnet }) {
      const { id } = await stableGateway({ ips: [{ subnet: { id: subnet('vpc-1-zone-1-a') } }] });
      const reservedIP = cloud.control.seed.reservedIP({ subnet: 'vpc-1-zone-1-b' });
      return client.vpc('PUT', `/endpoint_gateways/${id}/ips/${reservedIP.id}`);
    },
  },
  {
    rule: 'R6: one IP per zone when reserving for a gateway',
    status: 400,
    code: 'bad_field',
    async breakIt({ client, stableGateway, subnet }) {
      const { id } = await stableGateway({ ips: [{ subnet: { id: subnet('vpc-1-zone-1-a') } }] });
      const body = { target: { id } };
      return client.vpc('POST', `/subnets/${subnet('vpc-1-zone-1-b')}/reserved_ips`, { body });
    },
  },
  {
    rule: 'R7: a bound IP cannot be bound again',
    status: 409,
    code: 'reserved_ip_in_use',
    async breakIt({ cloud, client, stableGateway }) {
      const { id: ip } = cloud.control.seed.reservedIP({ subnet: 'vpc-1-zone-1-a' });
      await stableGateway({ ips: [{ id: ip }] });
      const other = await stableGateway({ target: cosTarget });
      return client.vpc('PUT', `/endpoint_gateways/${other.id}/ips/${ip}`);
    },
  },
  {
    rule: 'R7: nor an IP of another VPC',
    status: 400,
    code: 'vpc_resource_separation',
    async breakIt({ cloud, client, stableGateway }) {
      const { id: ip } = cloud.control.seed.reservedIP({ subnet: 'vpc-2-zone-1-a' });
      const { id } = await stableGateway();
      return client.vpc('PUT', `/endpoint_gateways/${id}/ips/${ip}`);
    },
  },
  {
    rule: 'R8: IP names are unique in the subnet',
    status: 400,
    code: 'validation_unique_failed',
    async breakIt({ cloud, client, subnet }) {
      cloud.control.seed.reservedIP({ subnet: 'vpc-1-zone-1-a', name: 'same' });
      return client.vpc('POST', `/subnets/${subnet('vpc-1-zone-1-a')}/reserved_ips`, {
        body: { name: 'same' },
      });
    },
  },
  {
    rule: 'R8: an IP that is being deleted is not deleted again, which would free its address twice',
    status: 409,
    code: 'invalid_state',
    async breakIt({ cloud, client, subnet }) {
      const { id } = cloud.control.seed.reservedIP({ subnet: 'vpc-1-zone-1-a' });
      const path = `/subnets/${subnet('vpc-1-zone-1-a')}/reserved_ips/${id}`;
      await client.vpc('DELETE', path);
      return client.vpc('DELETE', path);
    },
  },
  {
    rule: 'R8: addresses are unique in the subnet',
    status: 409,
    code: 'address_is_already_reserved',
    async breakIt({ cloud, client, subnet }) {
      cloud.control.seed.reservedIP({ subnet: 'vpc-1-zone-1-a', address: '10.1.0.9' });
      const body = { address: '10.1.0.9' };
      return client.vpc('POST', `/subnets/${subnet('vpc-1-zone-1-a')}/reserved_ips`, { body });
    },
  },
  {
    rule: 'R8: and inside its CIDR block',
    status: 400,
    code: 'validation_invalid_address',
    breakIt: async ({ client, subnet }) =>
      client.vpc('POST', `/subnets/${subnet('vpc-1-zone-1-a')}/reserved_ips`, {
        body: { address: '10.9.9.9' },
      }),
  },
  {
    rule: 'R9: security groups are of the same VPC',
    status: 400,
    code: 'security_group_not_in_vpc',
    breakIt: async ({ client, gatewayBody, securityGroup }) =>
      client.vpc('POST', '/endpoint_gateways', {
        body: gatewayBody({ security_groups: [{ id: securityGroup('vpc-2-web') }] }),
      }),
  },
  {
    rule: 'R9: at most five in a create',
    status: 400,
    code: 'security_group_sgs_per_interface_exceeded',
    breakIt: async ({ client, gatewayBody, securityGroup }) =>
      client.vpc('POST', '/endpoint_gateways', {
        body: gatewayBody({
          security_groups: Array.from({ length: 6 }, () => ({ id: securityGroup('vpc-1-web') })),
        }),
      }),
  },
  {
    rule: 'R9: at most five when attaching',
    status: 400,
    code: 'security_group_sgs_per_interface_exceeded',
    async breakIt({ cloud, client, stableGateway }) {
      const groups = [1, 2, 3, 4, 5, 6].map((index) =>
        cloud.control.seed.securityGroup({ vpc: 'vpc-1', name: `group-${index}` }),
      );
      const { id } = await stableGateway({
        security_groups: groups.slice(0, 5).map((group) => ({ id: group.id })),
      });
      return client.vpc('PUT', `/security_groups/${groups[5]?.id}/targets/${id}`);
    },
  },
  {
    rule: 'R10: the last security group stays',
    status: 409,
    code: 'security_group_last_security_group_is_default',
    async breakIt({ client, stableGateway }) {
      const gateway = await stableGateway();
      return client.vpc('DELETE', `/security_groups/${gateway.security_groups[0].id}/targets/${gateway.id}`);
    },
  },
  {
    rule: 'R11: a gateway without security groups keeps its first one',
    status: 409,
    code: 'security_group_last_security_group_is_default',
    async breakIt({ cloud, client, vpc, securityGroup }) {
      const prototype = {
        vpc: { id: vpc('vpc-1') },
        target: { resource_type: 'provider_infrastructure_service', name: 'ibm-ntp-server' },
      } as const;
      const { id } = cloud.control.seed.endpointGateway({ prototype, legacy: true });
      const target = `/security_groups/${securityGroup('vpc-1-web')}/targets/${id}`;
      expect((await client.vpc('GET', `/endpoint_gateways/${id}`)).body.security_groups).toEqual([]);
      expect((await client.vpc('PUT', target)).status).toBe(200);
      return client.vpc('DELETE', target);
    },
  },
  {
    rule: 'R12: auto_delete is false while unbound, at birth',
    status: 400,
    code: 'bad_field',
    breakIt: async ({ client, subnet }) =>
      client.vpc('POST', `/subnets/${subnet('vpc-1-zone-1-a')}/reserved_ips`, {
        body: { auto_delete: true },
      }),
  },
  {
    rule: 'R12: auto_delete is false while unbound, later',
    status: 400,
    code: 'bad_field',
    async breakIt({ cloud, client, subnet }) {
      const { id } = cloud.control.seed.reservedIP({ subnet: 'vpc-1-zone-1-a' });
      const path = `/subnets/${subnet('vpc-1-zone-1-a')}/reserved_ips/${id}`;
      return client.vpc('PATCH', path, { body: { auto_delete: true } });
    },
  },
  {
    rule: 'R13: provider-owned IPs are not deleted',
    status: 403,
    code: 'reserved_ip_owned_by_provider',
    async breakIt({ client, subnet }) {
      const path = `/subnets/${subnet('vpc-1-zone-1-a')}/reserved_ips`;
      const [first] = (await client.vpc('GET', path)).body.reserved_ips;
      expect(first).toMatchObject({ owner: 'provider', address: '10.1.0.0', name: 'ibm-network-address' });
      return client.vpc('DELETE', `${path}/${first.id}`);
    },
  },
  {
    rule: 'R14: a bound IP is not deleted under its gateway',
    status: 409,
    code: 'reserved_ip_in_use',
    async breakIt({ cloud, client, stableGateway, subnet }) {
      const { id } = cloud.control.seed.reservedIP({ subnet: 'vpc-1-zone-1-a' });
      await stableGateway({ ips: [{ id }] });
      return client.vpc('DELETE', `/subnets/${subnet('vpc-1-zone-1-a')}/reserved_ips/${id}`);
    },
  },
  {
    rule: 'R18: a security group with targets is not deleted',
    status: 409,
    code: 'security_group_interfaces_attached',
    async breakIt({ client, stableGateway, securityGroup }) {
      await stableGateway({ security_groups: [{ id: securityGroup('vpc-1-web') }] });
      return client.vpc('DELETE', `/security_groups/${securityGroup('vpc-1-web')}`);
    },
  },
  {
    rule: 'R18: nor one that a rule names',
    status: 409,
    code: 'security_group_remoting_rules',
    async breakIt({ client, vpc, securityGroup }) {
      const rules = [{ direction: 'inbound', protocol: 'tcp', remote: { id: securityGroup('vpc-1-web') } }];
      const body = { vpc: { id: vpc('vpc-1') }, rules };
      expect((await client.vpc('POST', '/security_groups', { body })).status).toBe(201);
      return client.vpc('DELETE', `/security_groups/${securityGroup('vpc-1-web')}`);
    },
  },
  {
    rule: 'R18: nor a default one',
    status: 409,
    code: 'security_group_vpc_default',
    breakIt: async ({ client, securityGroup }) =>
      client.vpc('DELETE', `/security_groups/${securityGroup('vpc-1-default')}`),
  },
];

describe('a broken rule is refused', () => {
  it.each(cases)('$rule', async ({ breakIt, status, code }) => {
    expect(refusal(await breakIt(fixture))).toEqual({ status, code });
  });
});

it('R17: a deleted subnet takes its IPs out of the gateways', async () => {
  const { client, settle, subnet } = fixture;
  const ips = ['vpc-1-zone-1-a', 'vpc-1-zone-2-a'].map((name) => ({ subnet: { id: subnet(name) } }));
  const { id } = await fixture.stableGateway({ ips });
  expect((await client.vpc('DELETE', `/subnets/${ips[0]?.subnet.id}`)).status).toBe(204);
  settle();
  const { body } = await client.vpc('GET', `/endpoint_gateways/${id}`);
  expect(body.ips).toHaveLength(1);
  expect(body.ips[0].href).toContain(ips[1]?.subnet.id);
});
