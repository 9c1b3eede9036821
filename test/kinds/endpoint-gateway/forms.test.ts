/** Ways to say the same: another form of a reference is no change, and what the operator chooses stays chosen. */
import { describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import { keyProtect, type Scene, zones } from './scene.ts';
import { pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

describe('another form', () => {
  it('of every reference is no change', async () => {
    const [subnet, group] = [scene.subnet('a1'), scene.group('group-1')];
    const key = scene.make({
      vpc: { id: scene.vpc.id },
      ips: [{ subnet: { id: subnet.id } }],
      securityGroups: [{ id: group.id }],
      resourceGroup: { id: scene.vpc.resourceGroup.id },
    });
    await scene.settle(key);
    const from = scene.lastRequest;
    scene.edit(key, {
      vpc: { name: 'vpc' },
      ips: [{ subnet: { name: 'a1' } }],
      securityGroups: [{ name: 'group-1' }],
      resourceGroup: { name: scene.vpc.resourceGroup.name },
      target: { service: { name: 'kms' } },
    });
    await scene.settle(key);
    scene.edit(key, {
      vpc: { crn: scene.vpc.crn },
      ips: [{ subnet: { crn: subnet.crn } }],
      securityGroups: [{ crn: group.crn }],
      target: { crn: keyProtect },
    });
    await scene.settle(key);
    expect(scene.writes(from)).toEqual([]);
  });

  it('of a reserved IP is none either', async () => {
    const reserved = scene.reservedIP('b1', 'kept');
    const key = scene.make({ ips: [{ reservedIP: { name: 'kept' } }] });
    await scene.settle(key);
    const from = scene.lastRequest;
    scene.edit(key, { ips: [{ reservedIP: { id: reserved.id } }] });
    await scene.settle(key);
    expect(scene.writes(from)).toEqual([]);
  });
});

describe('a name', () => {
  it('that nobody has is reported with the nearest ones', async () => {
    const key = scene.make({ securityGroups: [{ name: 'gruop-1' }] });
    expect(await pass(scene, key)).toBe('waiting SecurityGroupNotFound');
    expect(findCondition(scene.read(key).status?.conditions, 'Ready')?.message).toContain('group-1');
    expect(scene.writes()).toEqual([]);
  });

  it('of a service that nobody has is reported with the nearest ones', async () => {
    const key = scene.make({ target: { service: { name: 'kmss' } } });
    expect(await pass(scene, key)).toBe('waiting TargetNotFound');
    const { conditions } = scene.read(key).status ?? {};
    expect(findCondition(conditions, 'TargetResolved')?.status).toBe('False');
    expect(findCondition(conditions, 'Ready')?.message).toContain('kms');
  });
});

describe('autoIPs', () => {
  it('covers each zone in which the VPC has a subnet, once and for all', async () => {
    const key = scene.make({ autoIPs: { zones: 'All', namePrefix: 'auto' } });
    await scene.settle(key);
    const { ips } = scene.read(key).status ?? {};
    expect(ips?.map(({ zone, name }) => [zone, name]).toSorted()).toEqual(
      zones.map((zone) => [zone, `auto-${zone}`]),
    );
    const from = scene.lastRequest;
    scene.restart();
    expect(await pass(scene, key)).toBe('settled');
    expect(scene.writes(from)).toEqual([]);
  });

  it('moves only to the subnets that it may choose among', async () => {
    const key = scene.make({ autoIPs: { zones: 'All', subnets: [{ name: 'a1' }, { name: 'a2' }] } });
    await scene.settle(key);
    scene.edit(key, { autoIPs: { zones: 'All', subnets: [{ name: 'b1' }, { name: 'a2' }] } });
    await scene.settle(key);
    const subnets = scene.read(key).status?.ips?.map(({ subnet }) => subnet);
    expect(subnets?.toSorted()).toEqual([scene.subnet('b1').id, scene.subnet('a2').id].toSorted());
  });
});

describe('an address that is kept', () => {
  it('is listed once it is unbound, and never deleted', async () => {
    const [subnet, other] = [scene.subnet('a1'), scene.subnet('a2')];
    const key = scene.make({ ips: [{ subnet: { id: subnet.id }, autoDelete: false, name: 'precious' }] });
    await scene.settle(key);
    scene.edit(key, { ips: [{ subnet: { id: other.id } }] });
    await scene.settle(key);
    expect(scene.read(key).status?.keptIPs).toMatchObject([{ name: 'precious', subnet: subnet.id }]);
    expect([...subnet.reservedIPs.values()].some(({ name }) => name === 'precious')).toBe(true);
  });
});
