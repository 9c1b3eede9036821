import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { freshTarget, networkOf } from './gateways.ts';
import { falsehoodOf, kstatusOf } from './kstatus.ts';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud();
});

afterAll(async () => cloud.stop());

interface Said {
  readonly observedGeneration?: number;
  readonly deletionTimestamp?: string;
  readonly conditions?: Readonly<Record<string, 'True' | 'False' | 'Unknown'>>;
}

const target = freshTarget();

function object(said: Said, spec: object = {}, status: object = {}): GatewayResource {
  const { observedGeneration = 2, deletionTimestamp, conditions = { Ready: 'True' } } = said;
  return {
    apiVersion: 'vpe-operator.io/v1alpha1',
    kind: 'EndpointGateway',
    metadata: {
      namespace: 'default',
      name: 'orders',
      uid: 'uid',
      resourceVersion: '1',
      generation: 2,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    },
    spec: { account: 'default', region: 'us-south', suspend: false, vpc: { name: 'vpc-1' }, target, ...spec },
    status: {
      target: target.crn,
      observedGeneration,
      conditions: Object.entries(conditions).map(([type, is]) => ({
        type,
        status: is,
        reason: 'Reason',
        message: 'message',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      })),
      ...status,
    },
  };
}

test.each<[Said, ReturnType<typeof kstatusOf>]>([
  [{}, 'Current'],
  [{ observedGeneration: 1 }, 'InProgress'],
  [{ conditions: {} }, 'InProgress'],
  [{ conditions: { Ready: 'Unknown' } }, 'InProgress'],
  [{ conditions: { Ready: 'False', Reconciling: 'True' } }, 'InProgress'],
  [{ conditions: { Ready: 'True', Reconciling: 'True' } }, 'InProgress'],
  [{ conditions: { Ready: 'False', Stalled: 'True' } }, 'Failed'],
  [{ deletionTimestamp: '2026-01-01T00:00:00Z' }, 'Terminating'],
])('an object with %j is %s', (said, expected) => {
  expect(kstatusOf(object(said))).toBe(expected);
});

test('what the cloud holds may be said, and nothing else', () => {
  const { vpcId, subnets, securityGroups } = networkOf(cloud);
  const { id, name } = cloud.control.seed.endpointGateway({
    prototype: {
      name: 'orders',
      vpc: { id: vpcId },
      target: { ...target, resource_type: 'provider_cloud_service' },
      security_groups: [{ id: securityGroups[0] }],
      ips: [{ subnet: { id: subnets[1][0] } }],
    },
  });
  const falsehood = (spec: object, status: object = { id }): string | undefined =>
    falsehoodOf(object({}, spec, status), cloud);
  const before = 'default/orders was Current in generation 2 before the cloud held what it asks for';

  expect(falsehood({})).toBeUndefined();
  expect(falsehood({ name, securityGroups: [{ id: securityGroups[0] }] })).toBeUndefined();
  expect(falsehood({ ips: [{ subnet: { id: subnets[1][0] } }] })).toBeUndefined();
  expect(falsehood({}, {})).toBe(before);
  expect(falsehood({}, { id, target: 'another' })).toBe(before);
  expect(falsehood({ name: 'another' })).toBe(before);
  expect(falsehood({ securityGroups: [{ id: securityGroups[1] }] })).toBe(before);
  expect(falsehood({ ips: [] })).toBe(before);
  expect(falsehood({ ips: [{ subnet: { id: subnets[2][0] } }] })).toBe(before);
});
