/**
 * The rules R1–R24 that the VPC API enforces (fact sheet §3.2), as the user of an EndpointGateway meets them: the
 * conditions of the object after the pass that meets the rule. A rule that no user meets says why.
 */
import { describe, expect, it, test } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import type { Key } from '../../../src/kube/object.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import type { EndpointGateway, Vpc } from '../../cloud/vpc/model.ts';
import { keyProtect, type Scene } from './scene.ts';
import { fault, pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

type Rule =
  /** Sets the scene for the pass that meets the rule, and what the user reads after it. */
  | { readonly meet: () => Promise<Key>; readonly reads: () => unknown }
  /** Why no user meets it. */
  | { readonly notMet: string };

const objectStorage = targetCrn('object-storage');

const rules: Readonly<Record<string, Rule>> = {
  'R1: one gateway per target': {
    meet: async () => {
      scene.foreignGateway({ name: 'theirs', crn: keyProtect });
      return scene.make();
    },
    reads: () =>
      `Collision, Stalled: Gateway theirs (${scene.gateway.id}) of the VPC already has this target, and it is not ours (adoptionPolicy IfExists would adopt it)`,
  },
  'R2: no overlapping service endpoints': {
    meet: async () => {
      scene.foreignGateway({ name: 'theirs', crn: keyProtectInstance() });
      return scene.make();
    },
    reads: () =>
      `Collision, Stalled: Gateway theirs (${scene.gateway.id}) of the VPC answers for service endpoints of this target, and it is not ours`,
  },
  'R3: one Primary gateway for a target among VPCs that share DNS': {
    meet: async () => {
      gatewayIn(await joinHub(), { crn: objectStorage });
      return scene.make({ target: { crn: objectStorage } });
    },
    reads: () =>
      `DNSConflict, Stalled: Of the VPCs that share DNS only one has a Primary gateway for the same names, and a Primary gateway has no resource bindings: set dnsResolutionBindingMode to Disabled here, or change the other gateway. IBM Cloud answered: Endpoint gateway ${scene.gateway.id} of VPC ${scene.gateway.vpc.id} shares these service endpoints already.`,
  },
  'R4: local access needs the hub’s Primary gateway': {
    meet: async () => {
      await joinHub();
      return scene.make({
        target: { crn: objectStorage },
        dnsResolutionBindingMode: 'PerResourceBinding',
      });
    },
    reads: () =>
      `DNSConflict, Stalled: PerResourceBinding needs a target that supports resource bindings, a VPC that is no DNS hub, and, where the VPC shares DNS, a Primary gateway of the hub for the same target; a resource is bound in one VPC only. Make that gateway, or set dnsResolutionBindingMode to Disabled. IBM Cloud answered: The DNS hub VPC ${[...scene.vpc.dnsBindings][0]?.hub.id} has no endpoint gateway for this target in mode primary.`,
  },
  'R5: every gateway of a hub is Primary': {
    meet: async () => {
      scene.vpc.enableHub = true;
      return scene.make({ dnsResolutionBindingMode: 'Disabled' });
    },
    reads: () =>
      'DNSConflict, Stalled: VPC vpc is a DNS hub, where every gateway is Primary: set dnsResolutionBindingMode to Primary, or leave it out',
  },
  'R6: one address a zone': {
    meet: async () =>
      scene.make({
        ips: [{ subnet: { id: scene.subnet('a1').id } }, { subnet: { id: scene.subnet('b1').id } }],
      }),
    reads: () =>
      `ZoneConflict, Stalled: Both subnet ${scene.subnet('a1').id} and subnet ${scene.subnet('b1').id} are in zone us-south-1: keep one of them`,
  },
  'R7: only an unbound reserved IP can be bound': {
    meet: async () => {
      const { id } = scene.reservedIP('a1', 'used');
      gatewayIn(scene.vpc, { crn: objectStorage, ips: [{ id }] });
      return scene.make({ ips: [{ reservedIP: { id } }] });
    },
    reads: () =>
      "AddressUnavailable, Stalled: A reserved IP or its address is taken, used by something else, IBM's own, or gone: free it, or choose another. IBM Cloud answered: The reserved IP is already in use.",
  },
  'R8: names and addresses are unique': {
    meet: async () => {
      scene.reservedIP('a1', 'zone-1');
      return scene.make({ ips: [{ subnet: { id: scene.subnet('a1').id }, name: 'zone-1' }] });
    },
    reads: () =>
      'AddressUnavailable, Stalled: A reserved IP of the subnet has the name already: choose another, or leave the name to the cloud. IBM Cloud answered: The name zone-1 is already in use.',
  },
  'R9: security groups are of the VPC': {
    meet: async () => {
      const { id } = scene.cloud.control.seed.securityGroup({
        account: scene.account,
        vpc: scene.otherVpc().name,
        name: 'elsewhere',
      });
      return scene.make({ securityGroups: [{ id }] });
    },
    reads: () =>
      `SecurityGroupNotFound, Stalled: The security group elsewhere (${scene.group('elsewhere').id}) is in VPC other, not in vpc`,
  },
  'R10: the last security group stays': { notMet: 'groups are attached before others are detached' },
  'R11: a first security group is for good': {
    meet: async () => {
      const theirs = scene.cloud.control.seed.endpointGateway({
        account: scene.account,
        legacy: true,
        prototype: { name: 'old', vpc: { id: scene.vpc.id }, target: cloudService(keyProtect) },
      });
      return scene.make({
        managementPolicy: 'Observe',
        name: theirs.name,
        securityGroups: [{ id: scene.group('group-1').id }],
      });
    },
    reads: () =>
      `Differs, neither: attach security group ${scene.group('group-1').id}, the first one: the gateway then always needs one`,
  },
  'R12: auto_delete needs a binding': { notMet: 'only addresses that are bound are made or changed' },
  'R13: the provider’s own addresses': {
    meet: async () => {
      const own = [...scene.subnet('a1').reservedIPs.values()].find(({ owner }) => owner === 'provider');
      return scene.make({ ips: [{ reservedIP: { id: own?.id ?? '' } }] });
    },
    reads: () =>
      "AddressUnavailable, Stalled: A reserved IP or its address is taken, used by something else, IBM's own, or gone: free it, or choose another. IBM Cloud answered: The reserved IP is already in use.",
  },
  'R14: a bound address cannot be deleted': { notMet: 'the operator deletes no reserved IP' },
  'R15: a hub keeps the gateway that another VPC needs': {
    meet: async () => {
      const vpc = await joinHub();
      const key = scene.make({ vpc: { id: vpc.id }, target: { crn: objectStorage } });
      await scene.settle(key);
      gatewayIn(scene.vpc, { crn: objectStorage, dns_resolution_binding_mode: 'disabled' });
      scene.kube.delete(key);
      return key;
    },
    reads: () => {
      const [, needing] = scene.gateways;
      return `NeededByDNSTopology, Stalled: A VPC that shares DNS with this hub has a gateway for the same target, which has to go first, or end its DNS binding. IBM Cloud answered: Endpoint gateway ${needing?.id} of VPC ${scene.vpc.id}, which shares DNS with this hub, has the same target.`;
    },
  },
  'R16: a VPC goes after its gateways': { notMet: 'whoever deletes the VPC meets it' },
  'R17: a subnet takes its addresses along': {
    meet: async () => {
      const subnet = scene.subnet('a1');
      const key = scene.make({ ips: [{ subnet: { id: subnet.id } }] });
      await scene.settle(key);
      await scene.client.vpc('DELETE', `/subnets/${subnet.id}`);
      scene.advance(700_000);
      return key;
    },
    reads: () =>
      expect.stringMatching(/^SubnetNotFound, Reconciling: No subnet 0717-\S+ in VPC vpc; nearest: b1 /),
  },
  'R18: a security group goes after its targets': { notMet: 'whoever deletes the group meets it' },
  'R19: what IBM suspended takes no change': {
    meet: async () => {
      const key = scene.make();
      await scene.settle(key);
      const code = 'resource_suspended_by_provider';
      const lifecycleReasons = [{ code, message: 'The account is suspended.' }];
      scene.cloud.control.forceState(scene.gateway.id, { lifecycleState: 'suspended', lifecycleReasons });
      scene.edit(key, { name: 'other' });
      return key;
    },
    reads: () =>
      'SuspendedByProvider, Stalled: IBM suspended the gateway: it can be neither used, changed nor deleted until IBM lifts this; contact IBM support. IBM says: The account is suspended.',
  },
  'R20: a Private Path service with consumers stays': { notMet: 'its provider meets it' },
  'R21: Private Path stays in its region': { notMet: 'the API server refuses the object' },
  'R22: DNS bindings of a VPC': { notMet: 'whoever makes the binding meets it' },
  'R23: a delegated VPC keeps its DNS binding': { notMet: 'whoever deletes the binding meets it' },
  'R24: one change of a VPC at a time': {
    meet: async () => {
      fault(scene, 'create_endpoint_gateway', { when: 'before', status: 409 });
      return scene.make();
    },
    reads: () => 'Conflict, Reconciling: create_endpoint_gateway: The service cannot answer this request.',
  },
};

describe('the user of a gateway', () => {
  for (const [rule, { meet, reads }] of Object.entries(rules).flatMap(([name, how]) =>
    'meet' in how ? [[name, how] as const] : [],
  )) {
    it(`meets ${rule}`, async () => {
      const key = await meet();
      const from = scene.lastRequest;
      await pass(scene, key);
      expect(shown(key)).toEqual(reads());
      expect(scene.writes(from).length).toBeLessThanOrEqual(1);
    });
  }
});

test('every rule is here', () => {
  const numbers = Object.keys(rules).map((rule) => /^R\d+/.exec(rule)?.[0]);
  expect(numbers).toEqual(Array.from({ length: 24 }, (_, index) => `R${index + 1}`));
});

/** `reason, the condition beside Ready: message`, without IBM's trace. */
function shown(key: Key): string {
  const { conditions } = scene.read(key).status ?? {};
  const ready = findCondition(conditions, 'Ready');
  const beside = ['Reconciling', 'Stalled'].find((type) => findCondition(conditions, type)) ?? 'neither';
  return `${ready?.reason}, ${beside}: ${ready?.message.replace(/ \(trace [^)]*\)$/, '')}`;
}

function cloudService(crn: string): {
  readonly resource_type: 'provider_cloud_service';
  readonly crn: string;
} {
  return { resource_type: 'provider_cloud_service', crn };
}

/** An instance, which answers under the name that its service has in the region. */
function keyProtectInstance(): string {
  const { id } = scene.cloud.control.account(scene.account);
  return `crn:v1:bluemix:public:kms:us-south:a/${id}:11111111-1111-4111-8111-111111111111::`;
}

function gatewayIn(
  vpc: Vpc,
  { crn, ...prototype }: { readonly crn: string } & Record<string, unknown>,
): EndpointGateway {
  return scene.cloud.control.seed.endpointGateway({
    account: scene.account,
    prototype: { name: 'theirs', vpc: { id: vpc.id }, target: cloudService(crn), ...prototype },
  });
}

/** Makes the scene's VPC share DNS with a hub, and returns that. */
async function joinHub(): Promise<Vpc> {
  const made = scene.cloud.control.seed.vpc({ account: scene.account, name: 'hub', enableHub: true });
  const path = `/vpcs/${scene.vpc.id}/dns_resolution_bindings`;
  const { status } = await scene.client.vpc('POST', path, { body: { vpc: { id: made.id } } });
  expect(status).toBe(201);
  scene.advance();
  return made;
}
