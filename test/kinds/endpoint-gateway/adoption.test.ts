/** Gateways that were there before the object: when they are adopted, left alone, taken over, and given back. */
import { describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import { adoptedTag } from '../../../src/kinds/endpoint-gateway/ownership.ts';
import type { Key } from '../../../src/kube/object.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { clusterID, keyProtect, type Scene } from './scene.ts';
import { creates, pass, useScenes } from './use-scenes.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

function message(key: Key): string {
  return findCondition(scene.read(key).status?.conditions, 'Ready')?.message ?? '';
}

describe('adoptionPolicy', () => {
  it('IfExists takes the gateway that has the target, changes it in place, and gives it back', async () => {
    const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    await scene.tag(theirs.crn, 'env:prod');
    const key = scene.make({ adoptionPolicy: 'IfExists', name: 'mine' });
    await scene.settle(key);
    expect(creates(scene)).toBe(0);
    expect(scene.gateway).toMatchObject({ id: theirs.id, name: 'mine' });
    expect(scene.read(key).status).toMatchObject({ id: theirs.id, origin: 'Adopted' });
    expect((await scene.tagsOf(theirs.crn)).toSorted()).toEqual(
      ['env:prod', adoptedTag, scene.ownTag(key)].toSorted(),
    );
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.kube.read(key)).toBeUndefined();
    expect(scene.gateway.id).toBe(theirs.id);
    expect(await scene.tagsOf(theirs.crn)).toEqual(['env:prod']);
  });

  it('IfExists creates where there is none, and that one is deleted with its object', async () => {
    const key = scene.make({ adoptionPolicy: 'IfExists' });
    await scene.settle(key);
    expect(scene.read(key).status?.origin).toBe('Created');
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
  });

  it('Required waits for one and never creates', async () => {
    const key = scene.make({ adoptionPolicy: 'Required' });
    expect(await pass(scene, key)).toBe('waiting NothingToAdopt');
    expect(message(key)).toContain('adoptionPolicy Required');
    expect(scene.writes()).toEqual([]);
    const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    await scene.settle(key);
    expect(scene.read(key).status).toMatchObject({ id: theirs.id, origin: 'Adopted' });
    expect(creates(scene)).toBe(0);
  });

  it('remembers what was adopted although the status is lost: by default it is not deleted', async () => {
    const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    const key = scene.make({ adoptionPolicy: 'IfExists' });
    await scene.settle(key);
    scene.kube.wipeStatus(key);
    scene.restart();
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.gateways.map(({ id }) => id)).toEqual([theirs.id]);
    expect(await scene.tagsOf(theirs.crn)).toEqual([]);
  });

  it('deletes an adopted gateway when the spec says so', async () => {
    scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    const key = scene.make({ adoptionPolicy: 'IfExists', deletionPolicy: 'Delete' });
    await scene.settle(key);
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
  });

  it.each([['kube-cluster'], ['kube-vpegw-thing']])('never takes the platform’s own: %s', async (name) => {
    scene.foreignGateway({ name, crn: keyProtect });
    const key = scene.make({ adoptionPolicy: 'IfExists' });
    expect(await pass(scene, key)).toBe('waiting Collision');
    expect(message(key)).toContain('IBM Cloud Kubernetes Service');
    expect(scene.writes()).toEqual([]);
  });

  it('never takes the platform’s own, known by its security group under whatever name', async () => {
    const { account, vpc } = scene;
    const group = scene.cloud.control.seed.securityGroup({ account, vpc: vpc.id, name: 'kube-vpegw-x' });
    scene.cloud.control.seed.endpointGateway({
      account,
      prototype: {
        name: 'innocent',
        vpc: { id: vpc.id },
        target: { resource_type: 'provider_cloud_service', crn: keyProtect },
        security_groups: [{ id: group.id }],
      },
    });
    const key = scene.make({ adoptionPolicy: 'IfExists' });
    expect(await pass(scene, key)).toBe('waiting Collision');
    expect(message(key)).toContain('IBM Cloud Kubernetes Service');
    expect(scene.writes()).toEqual([]);
  });

  it('never takes what another owner’s tag claims', async () => {
    const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    await scene.tag(theirs.crn, 'vpe-operator:elsewhere:5b1c1c4e-0000-4000-8000-000000000009');
    const from = scene.lastRequest;
    const key = scene.make({ adoptionPolicy: 'IfExists' });
    expect(await pass(scene, key)).toBe('waiting OwnedByAnother');
    expect(scene.writes(from)).toEqual([]);
  });

  it('never takes what has the name and another target', async () => {
    const theirs = scene.foreignGateway({ name: 'mine', crn: targetCrn('iam') });
    const key = scene.make({ adoptionPolicy: 'IfExists', name: 'mine' });
    expect(await pass(scene, key)).toBe('waiting Collision');
    expect(message(key)).toBe(
      `Gateway mine (${theirs.id}) of the VPC already has this name, and it is not ours`,
    );
    expect(scene.writes()).toEqual([]);
  });
});

describe('take-over-from', () => {
  const oldTag = 'vpe-operator:old-cluster:5b1c1c4e-0000-4000-8000-000000000009';

  it('takes over from the cluster that it names, and from no other', async () => {
    const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    await scene.tag(theirs.crn, oldTag);
    const key = scene.make();
    scene.kube.annotate(key, { 'vpe-operator.io/take-over-from': 'another-cluster' });
    expect(await pass(scene, key)).toBe('waiting OwnedByAnother');
    scene.kube.annotate(key, { 'vpe-operator.io/take-over-from': 'old-cluster' });
    await scene.settle(key);
    expect(await scene.tagsOf(theirs.crn)).toEqual([scene.ownTag(key)]);
    expect(scene.read(key).status).toMatchObject({ id: theirs.id, origin: 'Created' });
    expect(creates(scene)).toBe(0);
  });

  it('leaves alone what a second owner claims too, whom it does not name', async () => {
    const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    const otherTag = 'vpe-operator:another-cluster:5b1c1c4e-0000-4000-8000-000000000008';
    await scene.tag(theirs.crn, oldTag);
    await scene.tag(theirs.crn, otherTag);
    const from = scene.lastRequest;
    const key = scene.make();
    scene.kube.annotate(key, { 'vpe-operator.io/take-over-from': 'old-cluster' });
    expect(await pass(scene, key)).toBe('waiting OwnedByAnother');
    expect(message(key)).toContain(otherTag);
    expect(scene.writes(from)).toEqual([]);
    expect((await scene.tagsOf(theirs.crn)).toSorted()).toEqual([otherTag, oldTag].toSorted());
  });

  it('takes over inside one cluster, from an object that is gone', async () => {
    const theirs = scene.foreignGateway({ name: 'theirs', crn: keyProtect });
    await scene.tag(theirs.crn, `vpe-operator:${clusterID}:5b1c1c4e-0000-4000-8000-000000000009`);
    const key = scene.make();
    scene.kube.annotate(key, { 'vpe-operator.io/take-over-from': clusterID });
    await scene.settle(key);
    expect(await scene.tagsOf(theirs.crn)).toEqual([scene.ownTag(key)]);
  });
});

describe('a lost status', () => {
  it('is no lost gateway, though name and target changed meanwhile', async () => {
    const key = scene.make();
    await scene.settle(key);
    const { id } = scene.gateway;
    scene.kube.wipeStatus(key);
    scene.restart();
    scene.edit(key, { name: 'new', target: { infrastructure: 'ibm-ntp-server' } });
    expect(await pass(scene, key)).toBe('stalled RecreateRequired');
    expect(scene.read(key).status?.id).toBe(id);
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
  });
});
