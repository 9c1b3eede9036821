/**
 * An account with many gateways that are stable, and the objects that ask for just these, in every form of reference:
 * what an installation holds once everything is settled. An operator that is started on it has nothing to write to the
 * cloud but, for the first time, the resource bindings.
 */
import { cloudName } from '../../../src/kinds/endpoint-gateway/desired.ts';
import { ownershipTag } from '../../../src/kinds/endpoint-gateway/ownership.ts';
import type { GatewayResource } from '../../../src/kinds/endpoint-gateway/observed.ts';
import {
  endpointGatewayType,
  type EndpointGatewaySpec,
} from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { type Key, keyOf } from '../../../src/kube/object.ts';
import { connect, type CloudClient } from '../../cloud/client.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { byIdOrName } from '../../cloud/seed.ts';
import type { MemoryKube } from '../../controller/memory-kube.ts';
import { clusterID, zones } from './scene.ts';

export const accountName = 'hour';

export interface Population {
  readonly gateways: number;
  readonly vpcs: number;
  readonly namespaces: number;
  /** Gateways with two resource bindings each; at most one a VPC. */
  readonly bound: number;
}

export interface Populated {
  readonly keys: readonly Key[];
  /** Somebody else, with a key of the account. */
  readonly stranger: CloudClient;
}

export async function populate(
  cloud: Cloud,
  kube: MemoryKube<GatewayResource>,
  population: Population,
): Promise<Populated> {
  const { seed } = cloud.control;
  seed.account(accountName);
  const stranger = await connect(cloud, { account: accountName });
  for (let index = 0; index < population.vpcs; index += 1) {
    seedNetwork(cloud, vpcName(index));
  }
  const keys: Key[] = [];
  for (let index = 0; index < population.gateways; index += 1) {
    const resource = kube.make(manifest(cloud, index, population));
    await seedGateway(cloud, resource, stranger);
    keys.push(keyOf(resource));
  }
  return { keys, stranger };
}

function vpcName(index: number): string {
  return `vpc-${index}`;
}

function seedNetwork(cloud: Cloud, vpc: string): void {
  const { seed } = cloud.control;
  seed.vpc({ account: accountName, name: vpc });
  for (const [index, zone] of zones.entries()) {
    const cidr = `10.${index}.0.0/24`;
    seed.subnet({ account: accountName, vpc, zone, name: `${vpc}-subnet-${index + 1}`, cidr });
  }
  seed.securityGroup({ account: accountName, vpc, name: 'web' });
}

function manifest(
  cloud: Cloud,
  index: number,
  population: Population,
): Omit<GatewayResource, 'metadata'> & {
  readonly metadata: Pick<GatewayResource['metadata'], 'namespace' | 'name'>;
} {
  const { group, version, kind } = endpointGatewayType;
  const vpc = vpcName(index % population.vpcs);
  const { id } = byIdOrName(cloud.control.area(accountName, 'us-south').vpcs, vpc);
  const namespace = `team-${index % population.namespaces}`;
  const spec: EndpointGatewaySpec = {
    account: accountName,
    region: 'us-south',
    vpc: index % 2 === 0 ? { id } : { name: vpc },
    target: { crn: instanceCrn(index) },
    adoptionPolicy: 'Never',
    recreatePolicy: 'Never',
    managementPolicy: 'Manage',
    suspend: false,
    ...(index % 3 === 0 && { autoIPs: { zones: 'All' } }),
    ...(index % 3 === 1 && {
      ips: zones.map((_, zone) => ({ subnet: { name: `${vpc}-subnet-${zone + 1}` } })),
      securityGroups: [{ name: 'web' }],
    }),
    ...(index < population.bound && bindings(cloud, index)),
  };
  return { apiVersion: `${group}/${version}`, kind, metadata: { namespace, name: `gateway-${index}` }, spec };
}

/** Of a service whose instances have a name of their own, so that a VPC can reach many. */
function instanceCrn(index: number): string {
  const instance = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  return `crn:v1:bluemix:public:databases-for-redis:us-south:a/${'0123456789abcdef'.repeat(2)}:${instance}::`;
}

function bindings(
  cloud: Cloud,
  index: number,
): Pick<EndpointGatewaySpec, 'target' | 'dnsResolutionBindingMode' | 'resourceBindings'> {
  const { id } = cloud.control.account(accountName);
  const instance = `crn:v1:bluemix:public:cloud-object-storage:global:a/${id}:11111111-1111-4111-8111-111111111111`;
  return {
    target: { crn: targetCrn('object-storage') },
    dnsResolutionBindingMode: 'Disabled',
    resourceBindings: ['logs', 'backup'].map((what) => ({ crn: `${instance}:bucket:${what}-${index}` })),
  };
}

/** As an operator made it long ago, its tag included. */
async function seedGateway(cloud: Cloud, resource: GatewayResource, client: CloudClient): Promise<void> {
  const { vpc, target, ips, autoIPs, securityGroups, dnsResolutionBindingMode: mode } = resource.spec;
  const area = cloud.control.area(accountName, 'us-south');
  const network = byIdOrName(area.vpcs, vpc.id ?? vpc.name ?? '');
  const withAddresses = ips !== undefined || autoIPs !== undefined;
  const web = [...network.securityGroups].filter(({ name }) => name === 'web');
  const { crn } = cloud.control.seed.endpointGateway({
    account: accountName,
    prototype: {
      name: cloudName(resource, clusterID),
      vpc: { id: network.id },
      target: { resource_type: 'provider_cloud_service', crn: target.crn ?? '' },
      ...(withAddresses && { ips: [...network.subnets].map(({ id }) => ({ subnet: { id } })) }),
      ...(securityGroups !== undefined && { security_groups: web.map(({ id }) => ({ id })) }),
      ...(mode !== undefined && { dns_resolution_binding_mode: 'disabled' as const }),
    },
  });
  const { status } = await client.tagging('POST', '/v3/tags/attach?tag_type=user', {
    resources: [{ resource_id: crn }],
    tag_names: [ownershipTag(resource, clusterID)],
  });
  if (status !== 200) {
    throw new Error(`tagging answered ${status}`);
  }
}
