/** A cloud for a test file, and in it proven scenes, each with an account of its own, that end with their test. */
import { afterAll, afterEach, beforeAll } from '@jest/globals';

import type { Cloud } from '../../../cloud/cloud.ts';
import type { Scene } from '../scene.ts';
import { startSceneCloud } from '../scene-cloud.ts';
import { openProvenScene, type Place, type ProvenScene } from './proven-scene.ts';

/** Call it at the top of a test file. */
export function useProvenScenes(): {
  readonly open: (placeOf?: (scene: Scene) => Place) => Promise<ProvenScene>;
} {
  let cloud: Cloud;
  let scenes = new AsyncDisposableStack();
  let count = 0;
  beforeAll(async () => {
    cloud = await startSceneCloud();
  });
  afterEach(async () => {
    const { network, faults } = cloud.control;
    network.dnsFaults.clear();
    network.addressFaults.clear();
    faults.clear();
    await scenes.disposeAsync();
    scenes = new AsyncDisposableStack();
  });
  afterAll(async () => cloud.stop());
  return {
    open: async (placeOf) => {
      count += 1;
      return scenes.use(await openProvenScene(cloud, `account-${count}`, placeOf));
    },
  };
}
