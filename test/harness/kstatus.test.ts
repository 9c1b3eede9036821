import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { cloudName } from '../../src/kinds/endpoint-gateway/desired.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import type { ForcedState } from '../cloud/vpc/lifecycle.ts';
import type { EndpointGateway } from '../cloud/vpc/model.ts';
import { freshTarget, type Network, networkOf } from './gateways.ts';
import { isAskedFor, kstatusOf } from './kstatus.ts';
import { clusterID, objectThat, type Said, seedGateway } from './kstatus-samples.ts';

test.each<[Said, ReturnType<typeof kstatusOf>]>([
  [{}, 'Current'],
  [{ observedGeneration: 1 }, 'InProgress'],
  // What the CRD gives a new object.
  [{ observedGeneration: -1, conditions: {} }, 'InProgress'],
  [{ observedGeneration: 'absent' }, 'Current'],
  [{ observedGeneration: 'absent', conditions: { Ready: 'False' } }, 'InProgress'],
  [{ conditions: {} }, 'Current'],
  [{ conditions: { Reconciling: 'False', Stalled: 'False' } }, 'Current'],
  [{ conditions: { Ready: 'False' } }, 'InProgress'],
  [{ conditions: { Ready: 'Unknown' } }, 'InProgress'],
  [{ conditions: { Ready: 'False', Reconciling: 'True' } }, 'InProgress'],
  [{ conditions: { Ready: 'True', Reconciling: 'True' } }, 'InProgress'],
  [{ conditions: { Ready: 'False', Stalled: 'True' } }, 'Failed'],
  [{ conditions: { Ready: 'True', Stalled: 'True' } }, 'Failed'],
  [{ conditions: { Reconciling: 'True', Stalled: 'True' } }, 'InProgress'],
  [{ conditions: { Stalled: 'True', Reconciling: 'True' } }, 'Failed'],
  [{ conditions: { Stalled: 'True' }, observedGeneration: 1 }, 'InProgress'],
  [{ deletionTimestamp: '2026-01-01T00:00:00Z' }, 'Terminating'],
])('an object with %j is %s', (said, expected) => {
  expect(kstatusOf(objectThat(said))).toBe(expected);
});

test('an object without a status is Current', () => {
  const { status: _status, ...object } = objectThat({});
  expect(kstatusOf(object)).toBe('Current');
});

describe('a gateway is what an object asks for', () => {
  let cloud: Cloud;
  let network: Network;
  let gateway: EndpointGateway;

  beforeAll(async () => {
    cloud = await startCloud();
    network = networkOf(cloud);
    gateway = seedGateway(cloud);
    cloud.control.clock.advance(cloud.control.settings.addressMs);
  });

  afterAll(async () => cloud.stop());

  type Spec = Partial<GatewayResource['spec']>;

  function isMet(spec: Spec): boolean {
    const held = cloud.control.stateLog.of(gateway.id).at(-1);
    return held !== undefined && isAskedFor(held, objectThat({ spec }), clusterID);
  }

  const subnet = (): { id: string } => ({ id: network.subnets[1][0] });
  const addressHeld = (): { id: string; address: string } => {
    const [ip] = cloud.control.stateLog.of(gateway.id).at(-1)?.ips ?? [];
    return { id: ip?.id ?? '', address: ip?.address ?? '' };
  };

  test.each<[what: string, spec: () => Spec]>([
    ['that leaves open what can be left open', () => ({})],
    ['names the VPC by its id', () => ({ vpc: { id: network.vpcId } })],
    ['names its security groups', () => ({ securityGroups: [{ id: network.securityGroups[0] }] })],
    ['names the subnet', () => ({ ips: [{ subnet: subnet() }] })],
    ['names the address', () => ({ ips: [{ subnet: subnet(), address: addressHeld().address }] })],
    [
      'names the reserved IP and wants it kept',
      () => ({ ips: [{ subnet: subnet(), name: 'orders', autoDelete: false }] }),
    ],
    ['binds the reserved IP', () => ({ ips: [{ reservedIP: { id: addressHeld().id } }] })],
  ])('which %s', (_what, spec) => {
    expect(isMet(spec())).toBe(true);
  });

  test.each<[what: string, spec: () => Spec]>([
    ['name', () => ({ name: 'another' })],
    ['target', () => ({ target: freshTarget() })],
    ['VPC', () => ({ vpc: { name: 'vpc-2' } })],
    ['VPC, by id', () => ({ vpc: { id: 'another' } })],
    ['security group', () => ({ securityGroups: [{ id: network.securityGroups[1] }] })],
    ['number of addresses', () => ({ ips: [] })],
    ['subnet', () => ({ ips: [{ subnet: { id: network.subnets[2][0] } }] })],
    ['address', () => ({ ips: [{ subnet: subnet(), address: '10.0.0.77' }] })],
    ['reserved IP', () => ({ ips: [{ reservedIP: { id: 'another' } }] })],
    ['name of the reserved IP', () => ({ ips: [{ subnet: subnet(), name: 'another' }] })],
    ['fate of the reserved IP', () => ({ ips: [{ subnet: subnet(), autoDelete: true }] })],
  ])('but not with another %s', (_what, spec) => {
    expect(isMet(spec())).toBe(false);
  });

  test('whose name is derived, in one cluster only', () => {
    const { name: _name, ...spec } = objectThat({}).spec;
    const object = { ...objectThat({}), spec };
    const state = cloud.control.stateLog.of(gateway.id).at(-1);
    const held = state !== undefined && { ...state, name: cloudName(object, clusterID) };
    expect(held && isAskedFor(held, object, clusterID)).toBe(true);
    expect(held && isAskedFor(held, object, 'another')).toBe(false);
  });

  test.each<[ForcedState, boolean]>([
    [{ lifecycleState: 'stable', healthState: 'degraded' }, true],
    [{ lifecycleState: 'stable', healthState: 'faulted' }, false],
    [{ lifecycleState: 'updating' }, false],
    [{ lifecycleState: 'failed' }, false],
    [{ lifecycleState: 'suspended' }, false],
  ])('in state %j: %s', (state, expected) => {
    cloud.control.forceState(gateway.id, state);
    const met = isMet({});
    cloud.control.forceState(gateway.id, { lifecycleState: 'stable' });
    expect(met).toBe(expected);
  });
});
