/** What the user is told of changes that the simulated cloud refuses, and of gateways that share DNS. */
import { beforeEach, describe, expect, it } from '@jest/globals';

import type { EndpointGateway } from '../../../src/cloud/vpc-types.ts';
import {
  attachSecurityGroup,
  attachTags,
  bindIP,
  createResourceBinding,
  deleteGateway,
  updateGateway,
  updateReservedIP,
} from '../../../src/kinds/endpoint-gateway/actions.ts';
import { disabled, perResource } from '../../cloud/dns-fixture.ts';
import { bucket, objectStorage, type RefusalScene, useRefusalScenes } from './refusal-scene.ts';

let scene: RefusalScene;
useRefusalScenes((opened) => {
  scene = opened;
});

describe('VPCs that share DNS', () => {
  beforeEach(async () => {
    await scene.cloud.join('vpc-1');
  });

  it('have one Primary gateway for a target (R3)', async () => {
    await scene.cloud.stableGateway(scene.cloud.inVpc('hub'));
    const expected =
      'DNSConflict slow/1: Of the VPCs that share DNS only one has a Primary gateway for the same names, and a Primary gateway has no resource bindings: set dnsResolutionBindingMode to Disabled here, or change the other gateway';
    expect(await scene.told(scene.creation({ target: objectStorage }))).toBe(expected);
    const gateway = await scene.cloud.stableGateway(scene.cloud.inVpc('vpc-1', disabled));
    expect(await scene.told(updateGateway('', { dns_resolution_binding_mode: 'primary' }), gateway)).toBe(
      expected,
    );
  });

  const local =
    'DNSConflict slow/1: PerResourceBinding needs a target that supports resource bindings, a VPC that is no DNS hub, and, where the VPC shares DNS, a Primary gateway of the hub for the same target; a resource is bound in one VPC only. Make that gateway, or set dnsResolutionBindingMode to Disabled';

  it('have local access only beside the hub’s Primary gateway (R4)', async () => {
    expect(await scene.told(scene.creation({ target: objectStorage, ...perResource }))).toBe(local);
    expect(await scene.told(scene.creation(perResource))).toBe(local);
  });

  it('bind a bucket once (R4)', async () => {
    await scene.cloud.join('vpc-2');
    await scene.cloud.stableGateway(scene.cloud.inVpc('hub'));
    const first = await scene.cloud.stableGateway(scene.cloud.inVpc('vpc-2', perResource));
    const body = { target: { crn: bucket } };
    await scene.cloud.client.vpc('POST', `/endpoint_gateways/${first.id}/resource_bindings`, { body });
    const gateway = await scene.cloud.stableGateway(scene.cloud.inVpc('vpc-1', perResource));
    expect(await scene.told(createResourceBinding(bucket, undefined), gateway)).toBe(
      `DNSConflict slow/1: ${bucket} cannot be bound here: a resource is bound in only one of the VPCs that share DNS, a Primary gateway binds none, and the hub needs a Primary gateway for the same target`,
    );
  });

  it('keep the hub’s gateway that they need (R15)', async () => {
    const gateway = await scene.cloud.stableGateway(scene.cloud.inVpc('hub'));
    await scene.cloud.stableGateway(scene.cloud.inVpc('vpc-1', disabled));
    expect(await scene.told(deleteGateway('gateway'), gateway)).toBe(
      'NeededByDNSTopology slow/1: A VPC that shares DNS with this hub has a gateway for the same target, which has to go first, or end its DNS binding',
    );
  });

  it('have only Primary gateways in the hub (R5)', async () => {
    const expected =
      'DNSConflict stalled: Every gateway of a DNS hub is Primary: set dnsResolutionBindingMode to Primary';
    const inHub = { vpc: { id: scene.cloud.vpc('hub') }, target: objectStorage };
    expect(await scene.told(scene.creation({ ...inHub, ...disabled }))).toBe(expected);
    const gateway = await scene.cloud.stableGateway(scene.cloud.inVpc('hub'));
    expect(await scene.told(updateGateway('', disabled), gateway)).toBe(expected);
  });

  it('rest for some minutes between (§3.3)', async () => {
    scene.control.settings.dnsRestMs = 300_000;
    const { id } = await scene.cloud.stableGateway(scene.cloud.inVpc('hub'));
    await scene.cloud.client.vpc('DELETE', `/endpoint_gateways/${id}`);
    scene.cloud.settle();
    expect(
      await scene.told(scene.creation({ vpc: { id: scene.cloud.vpc('hub') }, target: objectStorage })),
    ).toBe(
      'DNSBindingPending slow/8: DNS sharing of these names ended a moment ago, and can begin again only after some minutes of rest',
    );
  });
});

describe('a change that is refused', () => {
  let gateway: EndpointGateway;

  beforeEach(async () => {
    gateway = await scene.cloud.stableGateway({ ...scene.cloud.inVpc('vpc-1', perResource), ips: [] });
  });

  it('because it would bring a sixth security group (R9)', async () => {
    for (let count = 1; count <= 5; count += 1) {
      const { id } = scene.control.seed.securityGroup({ vpc: 'vpc-1', name: `group-${count}` });
      const { status } = await scene.cloud.client.vpc('PUT', `/security_groups/${id}/targets/${gateway.id}`);
      expect(status).toBe(count < 5 ? 200 : 400);
    }
    const { id } = scene.control.seed.securityGroup({ vpc: 'vpc-1', name: 'group-6' });
    expect(await scene.told(attachSecurityGroup(id, false), gateway)).toBe(
      'SecurityGroupRefused stalled: A gateway has at most five security groups, and wanted ones are attached before others are detached: list fewer',
    );
  });

  it('because the zone has an address (R6)', async () => {
    await scene.cloud.client.vpc('POST', `/subnets/${scene.subnet.id}/reserved_ips`, {
      body: { target: { id: gateway.id } },
    });
    const second = { subnet: { id: scene.cloud.subnet('vpc-1-zone-1-b') }, auto_delete: true };
    expect(await scene.told(bindIP(second), gateway)).toContain('ZoneConflict stalled');
  });

  it('because a reserved IP is IBM’s own (R13)', async () => {
    const { body } = await scene.cloud.client.vpc('GET', `/subnets/${scene.subnet.id}/reserved_ips`);
    const [own] = body.reserved_ips;
    const action = updateReservedIP({ id: own.id, subnetId: scene.subnet.id }, { name: 'mine' });
    expect(await scene.told(action, gateway)).toContain('AddressUnavailable slow/1');
  });

  it('because IBM suspended the gateway (R19)', async () => {
    scene.control.forceState(gateway.id, { lifecycleState: 'suspended' });
    const expected =
      'SuspendedByProvider stalled: IBM suspended the gateway: it can be neither used, changed nor deleted until IBM lifts this; contact IBM support';
    expect(await scene.told(updateGateway('', { name: 'other' }), gateway)).toBe(expected);
    expect(await scene.told(deleteGateway('gateway'), gateway)).toBe(expected);
  });

  it('because a restriction keeps a bucket from being bound (§10.5)', async () => {
    scene.control.settings.contextRestricted = true;
    expect(await scene.told(createResourceBinding(bucket, undefined), gateway)).toBe(
      `ResourceBindingDenied slow/6: Binding ${bucket} is denied, most likely by a context-based restriction that does not admit VPC vpc-1: add the VPC to a network zone of the rule, which takes up to ten minutes; without such a rule, a role on the resource is missing`,
    );
  });

  it('because the target has nothing to bind', async () => {
    const other = await scene.cloud.stableGateway({ ...disabled });
    expect(await scene.told(createResourceBinding(bucket, undefined), other)).toBe(
      `ResourceBindingDenied stalled: ${bucket} cannot be bound, since the gateway's target does not support resource bindings; Object Storage does. Remove it from resourceBindings`,
    );
  });

  it('because an access tag does not exist', async () => {
    expect(await scene.told(attachTags('access', ['team:a', 'team:b']), gateway)).toBe(
      'AccessTagNotFound slow/3: Access management tags have to exist before they are attached; somebody who may do so runs `ibmcloud resource tag-create --tag-names "team:a,team:b"`',
    );
  });

  it('because of a lock is a matter of the queue (R24)', async () => {
    scene.control.faults.add({
      operation: 'update_endpoint_gateway',
      times: 1,
      when: 'before',
      status: 409,
    });
    expect(await scene.told(updateGateway('', { name: 'other' }), gateway)).toBe(
      'left to the general rules: conflict',
    );
  });
});
