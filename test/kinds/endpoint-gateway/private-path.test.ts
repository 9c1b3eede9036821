/** A Private Path target: the provider decides, and each decision shows. */
import { beforeEach, describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import type { Key } from '../../../src/kube/object.ts';
import { connect, type CloudClient } from '../../cloud/client.ts';
import type { AccessPolicy, PrivatePath } from '../../cloud/vpc/private-path/model.ts';
import type { Scene } from './scene.ts';
import { pass, useScenes } from './use-scenes.ts';

let scene: Scene;
let provider: CloudClient;
let offers = 0;

useScenes((opened) => {
  scene = opened;
});

beforeEach(async () => {
  offers += 1;
  const { seed } = scene.cloud.control;
  seed.account(`provider-${offers}`);
  seed.vpc({ account: `provider-${offers}`, name: 'offers' });
  provider = await connect(scene.cloud, { account: `provider-${offers}` });
});

function offer(defaultAccessPolicy: AccessPolicy): PrivatePath {
  return scene.cloud.control.seed.privatePath({
    account: `provider-${offers}`,
    vpc: 'offers',
    name: 'db',
    serviceEndpoints: ['db.example.com'],
    published: true,
    defaultAccessPolicy,
  });
}

function make({ crn }: PrivatePath): Key {
  return scene.make({ target: { privatePathServiceGateway: { crn } } });
}

async function decide({ id }: PrivatePath, verdict: 'permit' | 'deny'): Promise<void> {
  const path = `/private_path_service_gateways/${id}/endpoint_gateway_bindings`;
  const { body } = await provider.vpc('GET', path);
  const { status } = await provider.vpc(
    'POST',
    `${path}/${body.endpoint_gateway_bindings[0].id}/${verdict}`,
    { body: {} },
  );
  expect(status).toBe(204);
}

function ready(key: Key): string {
  const condition = findCondition(scene.read(key).status?.conditions, 'Ready');
  return `${condition?.status} ${condition?.reason}`;
}

/** As many passes as it takes to create, tag and look. */
async function look(key: Key): Promise<string> {
  await pass(scene, key);
  scene.advance();
  return pass(scene, key);
}

describe('a Private Path target', () => {
  it('that is permitted at once is like any other', async () => {
    const key = make(offer('permit'));
    await scene.settle(key);
    expect(scene.read(key).status).toMatchObject({ state: 'Stable', serviceEndpoints: ['db.example.com'] });
  });

  it('under review is waited for as long as it takes, then stable', async () => {
    const path = offer('review');
    const key = make(path);
    expect(await look(key)).toBe('waiting AwaitingAcceptance');
    expect(scene.read(key).status?.state).toBe('Pending');
    scene.advance(3 * 86_400_000);
    expect(await pass(scene, key)).toBe('waiting AwaitingAcceptance');
    expect(findCondition(scene.read(key).status?.conditions, 'Stalled')).toBeUndefined();
    await decide(path, 'permit');
    scene.advance();
    await scene.settle(key);
    expect(ready(key)).toBe('True Succeeded');
  });

  it('that is denied is stalled, and asked for again only by a new object', async () => {
    const path = offer('review');
    const key = make(path);
    await look(key);
    await decide(path, 'deny');
    scene.advance();
    expect(await pass(scene, key)).toBe('stalled AccessDeniedByProvider');
    scene.kube.delete(key);
    await scene.settle(key);
    expect(scene.gateways).toEqual([]);
  });

  it('that nobody decides about expires', async () => {
    const key = make(offer('review'));
    await look(key);
    scene.advance(15 * 86_400_000);
    expect(await pass(scene, key)).toBe('stalled AccessExpired');
  });

  it('that is taken back shows at the next check', async () => {
    const path = offer('permit');
    const key = make(path);
    await scene.settle(key);
    const account = { id: scene.cloud.control.account(scene.account).id };
    const { status } = await provider.vpc(
      'POST',
      `/private_path_service_gateways/${path.id}/revoke_account`,
      {
        body: { account },
      },
    );
    expect(status).toBe(204);
    scene.advance();
    expect(await scene.checkDrift(key)).toBe(true);
    expect(await pass(scene, key)).toBe('stalled AccessDeniedByProvider');
  });
});
