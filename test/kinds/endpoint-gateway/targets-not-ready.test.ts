/** Targets that somebody else has to make ready: the object says who has to do what, and goes on by itself then. */
import { beforeEach, describe, expect, it } from '@jest/globals';

import { findCondition } from '../../../src/controller/conditions.ts';
import type { Key } from '../../../src/kube/object.ts';
import { VIEWER_ROLE } from '../../cloud/vpc/authorizations.ts';
import type { Scene } from './scene.ts';
import { creates, pass, useScenes } from './use-scenes.ts';

let scene: Scene;
let owners = 0;

useScenes((opened) => {
  scene = opened;
});

beforeEach(() => {
  owners += 1;
  scene.cloud.control.seed.account(owner());
});

/** The account of the target. */
const owner = (): string => `owner-${owners}`;

function message(key: Key): string | undefined {
  return findCondition(scene.read(key).status?.conditions, 'Ready')?.message;
}

describe('a target of another account', () => {
  it('needs an authorization there, with the command for it; once it is made, the gateway is, too', async () => {
    const { control } = scene.cloud;
    const [ours, theirs] = [scene.account, owner()].map((name) => control.account(name).id);
    const instance = '33333333-3333-4333-8333-333333333333';
    const crn = `crn:v1:bluemix:public:kms:us-south:a/${theirs}:${instance}::`;
    const key = scene.make({ target: { crn } });
    expect(await pass(scene, key)).toBe('waiting AuthorizationMissing');
    expect(message(key)).toContain(
      `its owner runs \`ibmcloud iam authorization-policy-create is kms Viewer --source-service-account ${ours} --source-resource-type endpoint-gateway --target-service-instance-id ${instance}\``,
    );
    expect(scene.read(key).status).not.toHaveProperty('createIntent');
    control.seed.authorization({
      account: owner(),
      subject: { accountId: ours ?? '', serviceName: 'is', resourceType: 'endpoint-gateway' },
      resource: { accountId: theirs ?? '', serviceName: 'kms', serviceInstance: instance },
      roles: [VIEWER_ROLE],
    });
    await scene.settle(key);
    expect(creates(scene)).toBe(1);
  });

  it('that is a Private Path service has to be published before access can be asked for', async () => {
    const { seed } = scene.cloud.control;
    seed.vpc({ account: owner(), name: 'offers' });
    const offer = seed.privatePath({
      account: owner(),
      vpc: 'offers',
      name: 'db',
      serviceEndpoints: ['db.example.com'],
      defaultAccessPolicy: 'review',
    });
    const key = scene.make({ target: { privatePathServiceGateway: { crn: offer.crn } } });
    expect(await pass(scene, key)).toBe('waiting TargetNotFound');
    expect(message(key)).toContain('has to be published before another account can ask for access');
    offer.published = true;
    await pass(scene, key);
    scene.advance();
    expect(await pass(scene, key)).toBe('waiting AwaitingAcceptance');
  });
});

it('an instance that was just made is waited for until it is registered', async () => {
  const { settings } = scene.cloud.control;
  settings.registrationLagMs = 600_000;
  try {
    const key = scene.make();
    expect(await pass(scene, key)).toBe('waiting ServiceNotYetAdvertised');
    expect(message(key)).toMatch(/takes up to 15 minutes after a service instance was made/);
    expect(findCondition(scene.read(key).status?.conditions, 'Reconciling')).toBeDefined();
    scene.advance(600_000);
    await scene.settle(key);
    expect(creates(scene)).toBe(1);
  } finally {
    settings.registrationLagMs = 0;
  }
});

it('an instance that is being given up is said to be, and tried again once it is restored', async () => {
  const { settings, seed } = scene.cloud.control;
  const { crn } = seed.serviceInstance({
    account: scene.account,
    name: 'orders',
    service: 'databases-for-postgresql',
  });
  settings.registrationLagMs = 600_000;
  try {
    scene.cloud.control.setInstanceState(crn, 'pending_reclamation');
    const key = scene.make({ target: { crn } });
    expect(await pass(scene, key)).toBe('waiting ServiceNotYetAdvertised');
    expect(await pass(scene, key)).toBe('waiting TargetNotFound');
    expect(message(key)).toBe(`The service instance is pending reclamation: ${crn}`);
    scene.cloud.control.setInstanceState(crn, 'active');
    scene.advance(600_000);
    await scene.settle(key);
    expect(creates(scene)).toBe(1);
  } finally {
    settings.registrationLagMs = 0;
  }
});
