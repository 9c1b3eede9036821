/** EndpointGateway objects as the API server would deliver them, and a gateway that is what the usual one asks for. */
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { ownershipTag } from '../../src/kinds/endpoint-gateway/ownership.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { connect } from '../cloud/client.ts';
import type { EndpointGateway } from '../cloud/vpc/model.ts';
import { freshTarget, networkOf } from './gateways.ts';

export const clusterID = 'c0ffee00-0000-4000-8000-000000000000';

export interface Said {
  readonly name?: string;
  readonly uid?: string;
  readonly generation?: number;
  /** The generation when left out. */
  readonly observedGeneration?: number | 'absent';
  readonly deletionTimestamp?: string;
  readonly conditions?: Readonly<Record<string, 'True' | 'False' | 'Unknown'>>;
  readonly reason?: string;
  readonly id?: string;
  /** What differs from the usual spec. */
  readonly spec?: Partial<GatewayResource['spec']>;
}

const target = freshTarget();

/** Current in generation 2, unless it says otherwise. */
export function objectThat({
  name = 'orders',
  uid = 'uid',
  generation = 2,
  observedGeneration = generation,
  deletionTimestamp,
  conditions = { Ready: 'True' },
  reason = 'Reason',
  id,
  spec,
}: Said): GatewayResource {
  const at = '2026-01-01T00:00:00Z';
  return {
    apiVersion: 'vpe-operator.io/v1alpha1',
    kind: 'EndpointGateway',
    metadata: {
      namespace: 'default',
      name,
      uid,
      resourceVersion: '1',
      generation,
      creationTimestamp: at,
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    },
    spec: {
      account: 'default',
      region: 'us-south',
      adoptionPolicy: 'Never',
      recreatePolicy: 'Never',
      managementPolicy: 'Manage',
      suspend: false,
      vpc: { name: 'vpc-1' },
      target,
      name: 'orders',
      ...spec,
    },
    status: {
      ...(observedGeneration !== 'absent' && { observedGeneration }),
      ...(id !== undefined && { id }),
      conditions: Object.entries(conditions).map(([type, status]) => ({
        type,
        status,
        reason,
        message: 'message',
        lastTransitionTime: at,
      })),
    },
  };
}

/** What the usual object asks for, made by the test's own hand, with an address and a security group. */
export function seedGateway(cloud: Cloud): EndpointGateway {
  const { vpcId, subnets, securityGroups } = networkOf(cloud);
  return cloud.control.seed.endpointGateway({
    prototype: {
      name: 'orders',
      vpc: { id: vpcId },
      target: { ...target, resource_type: 'provider_cloud_service' },
      security_groups: [{ id: securityGroups[0] }],
      ips: [{ subnet: { id: subnets[1][0] }, name: 'orders', auto_delete: false }],
    },
  });
}

/** Attaches tags to the gateway: by default the one by which it is the usual object's. */
export async function tagGateway(
  cloud: Cloud,
  { crn }: EndpointGateway,
  tags = [ownershipTag(objectThat({}), clusterID)],
): Promise<void> {
  const client = await connect(cloud);
  const body = { resources: [{ resource_id: crn }], tag_names: tags };
  const { status } = await client.tagging('POST', '/v3/tags/attach?tag_type=user', body);
  if (status !== 200) {
    throw new Error(`the tag was refused with ${status}`);
  }
}
