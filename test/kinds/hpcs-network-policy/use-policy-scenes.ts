/** A cloud with a network for a test file, and in it a scene of its own for each test. */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';

import type { Cloud } from '../../cloud/cloud.ts';
import { standardKeySettings } from '../../cloud/keys/settings.ts';
import { startSceneCloud } from '../endpoint-gateway/scene-cloud.ts';
import { PolicyScene } from './scene.ts';

/** Call it at the top of a test file; each test is given its scene before it starts. */
export function usePolicyScenes(give: (scene: PolicyScene) => void): void {
  let cloud: Cloud;
  let count = 0;
  beforeAll(async () => {
    cloud = await startSceneCloud();
  });
  afterAll(async () => cloud.stop());
  beforeEach(async () => {
    count += 1;
    give(await PolicyScene.open(cloud, `account-${count}`));
  });
  afterEach(() => {
    const { network, faults, settings } = cloud.control;
    network.dnsFaults.clear();
    network.addressFaults.clear();
    faults.clear();
    Object.assign(settings, standardKeySettings);
  });
}
