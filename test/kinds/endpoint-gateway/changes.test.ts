/** Changes of a gateway that exists: ours, and those of others. */
import { describe, expect, it } from '@jest/globals';

import { targetCrn } from '../../cloud/fixture.ts';
import { keyProtect, type Scene } from './scene.ts';
import { pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

describe('a change', () => {
  it('of a reserved IP’s name and auto_delete is made once', async () => {
    const subnet = { id: scene.subnet('a1').id };
    const key = scene.make({ ips: [{ subnet }] });
    await scene.settle(key);
    scene.edit(key, { ips: [{ subnet, name: 'chosen', autoDelete: false }] });
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(scene.writes(from)).toEqual(['update_subnet_reserved_ip']);
    expect(scene.read(key).status?.ips).toMatchObject([{ name: 'chosen', autoDelete: false }]);
    scene.kube.delete(key);
    await scene.settle(key);
    expect([...scene.subnet('a1').reservedIPs.values()].map(({ name }) => name)).toContain('chosen');
  });

  it('makes way for an address that somebody bound in a subnet of today', async () => {
    const key = scene.make({ ips: [{ subnet: { id: scene.subnet('a1').id } }] });
    await scene.settle(key);
    const [ip] = [...scene.gateway.ips.values()];
    await scene.client.vpc('DELETE', `/endpoint_gateways/${scene.gateway.id}/ips/${ip?.id}`);
    scene.advance();
    const place = { account: scene.account, vpc: 'vpc', zone: 'us-south-1' };
    const made = scene.cloud.control.seed.subnet({ ...place, name: 'today', cidr: '10.0.9.0/24' });
    const { body } = await scene.client.vpc('POST', `/subnets/${made.id}/reserved_ips`, {
      body: { target: { id: scene.gateway.id }, auto_delete: true },
    });
    expect(body.id).toBeDefined();
    scene.advance();
    await scene.settle(key);
    expect([...scene.gateway.ips.values()].map(({ subnet }) => subnet.name)).toEqual(['a1']);
  });

  it('of the target or the VPC is the user’s to decide', async () => {
    const key = scene.make();
    await scene.settle(key);
    scene.edit(key, { target: { crn: targetCrn('iam') } });
    const from = scene.lastRequest;
    expect(await pass(scene, key)).toBe('stalled RecreateRequired');
    scene.edit(key, { target: { crn: keyProtect }, vpc: { name: 'vpc' } });
    expect(await pass(scene, key)).toBe('settled');
    expect(scene.writes(from)).toEqual([]);
  });

  it.each(['rename', 'group', 'address'])('outside is put right: %s', async (what) => {
    const group = { id: scene.group('group-1').id };
    const key = scene.make({ securityGroups: [group], ips: [{ subnet: { id: scene.subnet('a1').id } }] });
    await scene.settle(key);
    const { gateway } = scene;
    const path = `/endpoint_gateways/${gateway.id}`;
    if (what === 'rename') {
      await scene.client.vpc('PATCH', path, { body: { name: 'drifted' } });
    } else if (what === 'group') {
      const other = scene.group('group-2').id;
      await scene.client.vpc('PUT', `/security_groups/${other}/targets/${gateway.id}`);
    } else {
      const [ip] = [...gateway.ips.values()];
      await scene.client.vpc('DELETE', `${path}/ips/${ip?.id}`);
    }
    scene.advance();
    await scene.settle(key);
    expect(gateway.name).toBe(scene.read(key).status?.name);
    expect([...gateway.securityGroups].map(({ name }) => name)).toEqual(['group-1']);
    expect([...gateway.ips.values()].map(({ subnet }) => subnet.name)).toEqual(['a1']);
  });
});
