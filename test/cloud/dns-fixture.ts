/** A hub VPC beside the default seed, and how VPCs come to share DNS with it (vpc-endpoint-gateways §10.1). */
import { expect } from '@jest/globals';
import type { Reply } from './client.ts';
import { startFixture, targetCrn, type Fixture } from './fixture.ts';

const cos = { resource_type: 'provider_cloud_service', crn: targetCrn('object-storage') };
export const disabled = { dns_resolution_binding_mode: 'disabled' };
export const perResource = { dns_resolution_binding_mode: 'per_resource_binding' };

export interface DnsFixture extends Fixture {
  readonly call: (method: string, path: string, body?: object) => Promise<Reply>;
  /** Path of a VPC's DNS resolution bindings. */
  readonly bindingsOf: (vpc: string) => string;
  readonly requestToJoin: (spoke: string, hub?: string) => Promise<Reply>;
  /** Makes the VPC share DNS with the hub; returns the binding. */
  readonly join: (spoke: string) => Promise<Reply['body']>;
  /** What differs from the fixture's create body: the VPC, and Object Storage as target. */
  readonly inVpc: (name: string, changes?: object) => object;
  readonly create: (vpc: string, changes?: object) => Promise<Reply>;
  readonly setMode: (id: string, mode: string) => Promise<Reply>;
}

export async function startDnsFixture(): Promise<DnsFixture> {
  const fixture = await startFixture({ regions: ['us-south', 'eu-de'] });
  fixture.cloud.control.seed.vpc({ name: 'hub', enableHub: true });
  const call: DnsFixture['call'] = async (method, path, body) =>
    fixture.client.vpc(method, path, body === undefined ? {} : { body });
  const bindingsOf = (vpc: string): string => `/vpcs/${fixture.vpc(vpc)}/dns_resolution_bindings`;
  const requestToJoin: DnsFixture['requestToJoin'] = async (spoke, hub = 'hub') =>
    call('POST', bindingsOf(spoke), { vpc: { id: fixture.vpc(hub) } });
  const inVpc: DnsFixture['inVpc'] = (name, changes = {}) => ({
    vpc: { id: fixture.vpc(name) },
    target: cos,
    ...changes,
  });
  return {
    ...fixture,
    call,
    bindingsOf,
    requestToJoin,
    async join(spoke) {
      const { status, body } = await requestToJoin(spoke);
      expect(status).toBe(201);
      fixture.settle();
      return body;
    },
    inVpc,
    create: async (vpc, changes) => call('POST', '/endpoint_gateways', inVpc(vpc, changes)),
    setMode: async (id, mode) =>
      call('PATCH', `/endpoint_gateways/${id}`, { dns_resolution_binding_mode: mode }),
  };
}
