/** What an object learns, and touches, of VPCs that the configuration closes to the account's objects. */
import { beforeEach, describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import type { Key } from '../../../src/kube/object.ts';
import type { Vpc } from '../../cloud/vpc/model.ts';
import type { Changes, Scene } from './scene.ts';
import { pass, useScenes } from './use-scenes.ts';

let scene: Scene;
let secret: Vpc;
useScenes((opened) => {
  scene = opened;
});

beforeEach(() => {
  const { seed } = scene.cloud.control;
  const { account } = scene;
  secret = seed.vpc({ account, name: 'secret' });
  seed.subnet({ account, vpc: 'secret', zone: 'us-south-1', name: 'payroll', cidr: '10.7.0.0/24' });
  seed.securityGroup({ account, vpc: 'secret', name: 'auditors' });
  scene.restart({ allowedVPCs: [scene.vpc.id] });
});

function said(key: Key): string {
  const ready = findCondition(scene.read(key).status?.conditions, 'Ready');
  return `${ready?.reason}: ${ready?.message}`;
}

/** What the tenant can read of the pass. */
async function toldOf(changes: Changes): Promise<string> {
  const key = scene.make(changes);
  await pass(scene, key);
  return `${said(key)} ${JSON.stringify(scene.read(key).status)}`;
}

describe('an object that does not name a closed VPC', () => {
  it.each<[string, () => Changes, string]>([
    ['a VPC', () => ({ vpc: { name: 'secre' } }), 'VPCNotFound'],
    ['a subnet by its name', () => ({ ips: [{ subnet: { name: 'payroll' } }] }), 'SubnetNotFound'],
    [
      'a subnet by its id',
      () => ({ ips: [{ subnet: { id: scene.subnet('payroll').id } }] }),
      'SubnetNotFound',
    ],
    ['a security group', () => ({ securityGroups: [{ name: 'auditors' }] }), 'SecurityGroupNotFound'],
  ])('is not told that it has %s', async (_, changes, reason) => {
    const told = await toldOf(changes());
    expect(told).toContain(reason);
    expect(told).not.toContain('secret');
    expect(told).not.toContain(secret.id);
  });
});

describe('an object that names a closed VPC', () => {
  it.each(['id', 'name', 'crn'] as const)('is told no more than its %s', async (form) => {
    const told = await toldOf({ vpc: { [form]: secret[form] } });
    expect(told).toContain(
      `NotAllowed: account ${scene.account} is not open for VPC ${secret[form]}; its owner can add it to allowedVPCs in the operator's configuration`,
    );
    const rest = told.replaceAll(secret[form], '');
    expect([secret.id, secret.name].filter((word) => rest.includes(word))).toEqual([]);
  });

  it('has nothing read there but the listings of the account', async () => {
    const from = scene.lastRequest;
    await toldOf({ vpc: { name: 'secret' }, ips: [{ reservedIP: { name: 'any', subnet: 'payroll' } }] });
    const asked = scene.cloud.control.requestLog.entries({ after: from }).map(({ operation }) => operation);
    expect(asked).not.toContain('list_subnet_reserved_ips');
  });
});

describe('a gateway in a VPC that was closed since', () => {
  let key: Key;

  beforeEach(async () => {
    key = scene.make({ vpc: { name: 'vpc' } });
    scene.restart();
    await scene.settle(key);
    scene.restart({ allowedVPCs: [secret.id] });
  });

  it('is left alone, and the object is told why in its own words', async () => {
    scene.edit(key, { name: 'renamed' });
    expect(await pass(scene, key)).toBe('stalled NotAllowed');
    expect(said(key)).toContain('is not open for VPC vpc;');
    scene.edit(key, { vpc: { name: 'secret' } });
    expect(await pass(scene, key)).toBe('stalled NotAllowed');
    expect(said(key)).toContain('is not open for the VPC that its gateway is in;');
    expect(scene.gateway.name).not.toBe('renamed');
  });

  it('is not read one by one either while the listing does not show it', async () => {
    scene.kube.delete(key);
    scene.cloud.control.settings.listLagMs = 10 ** 9;
    try {
      const from = scene.lastRequest;
      expect(await pass(scene, key)).toBe('stalled NotAllowed');
      const asked = scene.cloud.control.requestLog.entries({ after: from });
      expect(asked.map(({ operation }) => operation)).not.toContain('get_endpoint_gateway');
    } finally {
      scene.cloud.control.settings.listLagMs = 0;
    }
  });

  it('holds a deletion, which is told the way out', async () => {
    scene.kube.delete(key);
    expect(await pass(scene, key)).toBe('stalled NotAllowed');
    expect(said(key)).toMatch(
      /; or managementPolicy Observe lets this object go and leaves what it has in the cloud$/,
    );
    scene.edit(key, { managementPolicy: 'Observe' });
    await pass(scene, key);
    expect(scene.kube.read(key)).toBeUndefined();
    expect(scene.gateways).toHaveLength(1);
  });
});

it('a spec that has come to name a closed VPC does not hold the deletion of a gateway in an open one', async () => {
  const key = scene.make();
  await scene.settle(key);
  scene.edit(key, { vpc: { name: 'secret' } });
  expect(await pass(scene, key)).toBe('stalled NotAllowed');
  scene.kube.delete(key);
  expect(await pass(scene, key)).toBe('waiting Deleting');
});
