/** Ways to say the same: another form of a reference is no change, and what the operator chooses stays chosen. */
import { describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import { targetCrn } from '../../cloud/fixture.ts';
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

describe('what others bound in a zone without Nodes', () => {
  it('stays bound when the gateway is adopted', async () => {
    const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    const { id } = scene.reservedIP('a3', 'theirs');
    await scene.client.vpc('PUT', `/endpoint_gateways/${theirs.id}/ips/${id}`);
    scene.nodeZones = ['us-south-1'];
    const key = scene.make({ adoptionPolicy: 'IfExists', autoIPs: { zones: 'Nodes' } });
    await scene.settle(key);
    expect(scene.read(key).status?.summary?.zones).toBe('us-south-1,us-south-3');
    expect(scene.read(key).status?.ips?.map((ip) => ip.id)).toContain(id);
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

  it('is listed once, and no longer once it is bound again', async () => {
    const ips = [{ reservedIP: { id: scene.reservedIP('a1', 'kept').id } }];
    const key = scene.make({ ips });
    const kept = (): readonly string[] | undefined =>
      scene.read(key).status?.keptIPs?.map(({ name }) => name);
    for (const _ of ['first', 'again']) {
      scene.edit(key, { ips });
      await scene.settle(key);
      expect(kept()).toBeUndefined();
      scene.edit(key, { ips: [] });
      await scene.settle(key);
      expect(kept()).toEqual(['kept']);
    }
  });

  it('when its gateway is made anew is listed, too', async () => {
    const key = scene.make({
      recreatePolicy: 'WhenRequired',
      ips: [
        { subnet: { id: scene.subnet('a1').id }, autoDelete: false },
        { subnet: { id: scene.subnet('a2').id } },
      ],
    });
    await scene.settle(key);
    const { ips } = scene.read(key).status ?? {};
    scene.edit(key, { target: { crn: targetCrn('iam') } });
    await scene.settle(key);
    expect(scene.gateway.target.key).toBe(targetCrn('iam'));
    expect(scene.read(key).status?.keptIPs?.map(({ id }) => id)).toEqual(
      ips?.filter(({ autoDelete }) => autoDelete === false).map(({ id }) => id),
    );
  });
});

describe('an address that shall stay, by its name', () => {
  const front = { name: 'front-door', autoDelete: false } as const;

  it('is bound again after its gateway was deleted by others', async () => {
    const key = scene.make({ ips: [{ subnet: { name: 'a1' }, ...front }] });
    await scene.settle(key);
    const [before] = scene.read(key).status?.ips ?? [];
    await scene.client.vpc('DELETE', `/endpoint_gateways/${scene.gateway.id}`);
    scene.advance();
    await scene.settle(key);
    expect(scene.read(key).status?.ips).toMatchObject([{ id: before?.id, name: 'front-door' }]);
  });

  it('is bound again by an object that is made anew', async () => {
    const spec = { ips: [{ subnet: { name: 'a1' }, ...front }] };
    const key = scene.make(spec);
    await scene.settle(key);
    const [before] = scene.read(key).status?.ips ?? [];
    scene.kube.delete(key);
    await scene.settle(key);
    scene.make(spec);
    await scene.settle(key);
    expect(scene.read(key).status?.ips).toMatchObject([{ id: before?.id }]);
  });

  it('is bound again when it moves away and back', async () => {
    const key = scene.make({ ips: [{ subnet: { name: 'a1' }, ...front }] });
    await scene.settle(key);
    const [before] = scene.read(key).status?.ips ?? [];
    scene.edit(key, { ips: [{ subnet: { name: 'b1' }, ...front }] });
    await scene.settle(key);
    scene.edit(key, { ips: [{ subnet: { name: 'a1' }, ...front }] });
    await scene.settle(key);
    expect(scene.read(key).status?.ips).toMatchObject([{ id: before?.id }]);
  });
});
