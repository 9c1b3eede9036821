/** A closing that the service refuses, since the instance holds no master key whatever the spec asserts (U1). */
import { expect, it } from '@jest/globals';

import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

it('is told as what it is, and carried out once the key is there', async () => {
  const { settings, ...control } = scene.cloud.control;
  settings.uninitializedKeyPolicies = 'write-refused';
  control.setInitialized(scene.instance.crn, false);
  const key = scene.make();
  const refused = await scene.passUntil(key, ({ kind }) => kind === 'stalled');
  expect(refused).toMatchObject({
    reason: 'NotInitialized',
    message: expect.stringContaining('holds no master key yet'),
  });
  expect(scene.isClosed).toBe(false);
  expect(scene.read(key).status).not.toHaveProperty('change');
  control.setInitialized(scene.instance.crn, true);
  await scene.settle(key);
  expect(scene.isClosed).toBe(true);
});
