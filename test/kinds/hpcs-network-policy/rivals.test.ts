/** Two objects for one instance: the older one of the cluster manages it, and only it (design §6). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { ObjectMeta } from '../../../src/kube/object.ts';
import { PolicyController } from './policy-controller.ts';
import type { Changes, PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;
let controller: PolicyController;

usePolicyScenes((opened) => {
  scene = opened;
});

beforeEach(() => {
  controller = new PolicyController(scene);
});

afterEach(async () => controller.stop());

const open = { allowedNetwork: 'PublicAndPrivate' } as const;
const times = { older: '2026-01-01T00:00:00Z', younger: '2026-01-01T00:00:01Z' } as const;
const finalizers = ['vpe-operator.io/hpcs-network-policy'];

/** An object that was applied then. */
function make(name: string, changes: Changes, metadata: Partial<ObjectMeta> = {}): string {
  const manifest = scene.manifest(changes, name);
  const creationTimestamp = times[name === 'younger' ? name : 'older'];
  const made = { ...manifest.metadata, creationTimestamp, finalizers, ...metadata };
  const { namespace } = scene.kube.make({ ...manifest, metadata: made }).metadata;
  return `${namespace}/${name}`;
}

/** How messages begin. */
const said = {
  Conflict: /^HpcsNetworkPolicy (older|first) is older and manages instance/,
  Proving: /^The private path is being proven before the instance is closed: 1 of 3 times$/,
  Differs: /^set allowedNetwork to private-only/,
} as const;

describe('the younger', () => {
  it('waits, asks nobody about the instance, and names the older of its namespace', async () => {
    const older = make('older', open);
    const younger = make('younger', {});
    controller.deliver(older, younger);
    await controller.untilSaid(older, 'Succeeded');
    expect(await controller.untilSaid(younger, 'Conflict')).toBe(
      `HpcsNetworkPolicy older is older and manages instance ${scene.instance.guid}; of several objects for one instance only the oldest counts`,
    );
    expect(scene.condition(younger, 'Stalled')).toMatchObject({ status: 'True', reason: 'Conflict' });
    expect(scene.calls()).toEqual(['GET private 200']);
    expect(scene.isClosed).toBe(false);
  });

  it('waits for one of another namespace, of which it is told nothing', async () => {
    const older = make('secret-name', open, { namespace: 'secret-team' });
    const younger = make('younger', {});
    controller.deliver(older, younger);
    await controller.untilSaid(younger, 'Conflict');
    expect(scene.condition(younger, 'Ready')?.message).toMatch(
      /^One of another namespace is older and manages/,
    );
    expect(JSON.stringify(scene.read(younger).status)).not.toMatch(/secret/);
  });

  it('is the same whether the instance is named by its CRN or its id', async () => {
    const older = make('older', { ...open, instance: { id: scene.instance.guid, region: 'us-south' } });
    const younger = make('younger', {});
    controller.deliver(older, younger);
    expect(await controller.untilSaid(younger, 'Conflict')).toMatch(said.Conflict);
  });

  it('is told by the uid among objects of one second', async () => {
    const creationTimestamp = times.older;
    const first = make('first', open, { creationTimestamp, uid: 'aaaaaaaa-0000-4000-8000-000000000000' });
    const second = make('second', open, { creationTimestamp, uid: 'bbbbbbbb-0000-4000-8000-000000000000' });
    controller.deliver(second, first);
    await controller.untilSaid(first, 'Succeeded');
    expect(await controller.untilSaid(second, 'Conflict')).toMatch(said.Conflict);
  });

  it('goes without opening what the older keeps closed', async () => {
    const older = make('older', {});
    scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
    const younger = make('younger', { deletionPolicy: 'Open' });
    controller.deliver(older, younger);
    await controller.untilSaid(younger, 'Conflict');
    scene.kube.delete(younger);
    controller.deliver(younger);
    await controller.untilGone(younger);
    expect(scene.isClosed).toBe(true);
  });

  it('waits on while the older is suspended', async () => {
    const older = make('older', { ...open, suspend: true });
    const younger = make('younger', {});
    controller.deliver(older, younger);
    expect(await controller.untilSaid(younger, 'Conflict')).toMatch(said.Conflict);
  });
});

describe('as soon as the older', () => {
  const leaves: readonly (readonly [string, (older: string) => void])[] = [
    ['goes', (older) => scene.kube.delete(older)],
    ['is only observed', (older) => scene.edit(older, { managementPolicy: 'Observe' })],
  ];

  it.each(leaves)('%s, the younger has its turn', async (_, leave) => {
    const older = make('older', open);
    const younger = make('younger', {});
    controller.deliver(older, younger);
    await controller.untilSaid(younger, 'Conflict');
    await controller.untilSaid(older, 'Succeeded');
    leave(older);
    controller.deliver(older);
    expect(await controller.untilSaid(younger, 'Proving')).toMatch(said.Proving);
  });

  it('of another namespace goes, and not before it has opened what it leaves open, the younger has its turn', async () => {
    scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
    const older = make('older', { deletionPolicy: 'Open' }, { namespace: 'team' });
    const younger = make('younger', {});
    controller.deliver(older, younger);
    await controller.untilSaid(younger, 'Conflict');
    await controller.untilSaid(older, 'Succeeded');
    scene.kube.delete(older);
    controller.deliver(older);
    await controller.untilSaid(older, 'Opening');
    expect(scene.condition(younger, 'Ready')).toMatchObject({ reason: 'Conflict' });
    scene.advance(1_000);
    await controller.untilSaid(younger, 'Proving');
    expect(scene.kube.read(older)).toBeUndefined();
  });

  it('is managed again, the younger has to wait', async () => {
    const older = make('older', { ...open, managementPolicy: 'Observe' });
    const younger = make('younger', open);
    controller.deliver(older, younger);
    await controller.untilSaid(younger, 'Succeeded');
    scene.edit(older, { managementPolicy: 'Manage' });
    controller.deliver(older);
    expect(await controller.untilSaid(younger, 'Conflict')).toMatch(said.Conflict);
  });
});

describe('an older one that has no say', () => {
  beforeEach(async () => {
    await controller.stop();
    scene.restart(
      {},
      { name: 'closed', allowedNamespaces: ['operators'] },
      { name: 'others', allowedInstances: ['00000000-0000-4000-8000-000000000000'] },
    );
    controller = new PolicyController(scene);
  });

  it.each<[string, Changes]>([
    ['its account is closed to its namespace', { account: 'closed' }],
    ['its account may not have the instance', { account: 'others' }],
    ['there is no such account', { account: 'nobody' }],
  ])('does not block: %s', async (_, changes) => {
    const older = make('older', { ...open, ...changes }, { namespace: 'tenants' });
    const younger = make('younger', {});
    controller.deliver(older, younger);
    await controller.untilSaid(older, 'NotAllowed');
    expect(await controller.untilSaid(younger, 'Proving')).toMatch(said.Proving);
  });

  it('does not block: it only looks, and says what it sees', async () => {
    const older = make('older', { managementPolicy: 'Observe' });
    const younger = make('younger', open);
    controller.deliver(older, younger);
    await controller.untilSaid(younger, 'Succeeded');
    expect(await controller.untilSaid(older, 'Differs')).toMatch(said.Differs);
  });
});

it('a younger one that only looks is not blocked, and changes nothing', async () => {
  const older = make('older', open);
  const younger = make('younger', { managementPolicy: 'Observe' });
  controller.deliver(older, younger);
  await controller.untilSaid(older, 'Succeeded');
  await controller.untilSaid(younger, 'Differs');
  expect(scene.isClosed).toBe(false);
});
