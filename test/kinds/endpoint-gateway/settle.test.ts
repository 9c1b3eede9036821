/**
 * Whatever the spec asks for and in whichever form, whatever others do to the gateway, whichever answers get lost:
 * passes bring the cloud to what the spec says, in a bounded number, and touch nothing else. What fails is printed with
 * seed and path, and runs again with these (SETTLE='{"seed":…,"path":"…"}'); so do more runs ('{"numRuns":1000}').
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Cloud } from '../../cloud/cloud.ts';
import { Scene } from './scene.ts';
import { startSceneCloud } from './scene-cloud.ts';
import { type Script, scripts } from './script.ts';
import { seedPresent, seedSurroundings, snapshot } from './script-foreign.ts';
import { play } from './script-run.ts';

let cloud: Cloud;
let scenes = 0;

beforeAll(async () => {
  cloud = await startSceneCloud();
});

afterAll(async () => cloud.stop());

async function playUntouched(script: Script): Promise<void> {
  const { faults, requestLog } = cloud.control;
  scenes += 1;
  const scene = await Scene.open(cloud, `scene-${scenes}`);
  scene.nodeZones = ['us-south-1', 'us-south-3'];
  const others = await seedSurroundings(scene);
  if (script.present !== undefined) {
    await seedPresent(scene, script.first.target, script.present.zones);
  }
  const drafts = [script.first, script.second];
  const before = await snapshot(scene, others, drafts);
  try {
    await play(scene, script);
  } finally {
    faults.clear();
  }
  expect(await snapshot(scene, others, drafts)).toEqual(before);
  const touching = requestLog
    .entries()
    .filter(({ method, path }) => method !== 'GET' && others.some(({ id }) => path.includes(id)));
  expect(touching).toEqual([]);
  requestLog.clear();
}

it('settles in two passes a write, and touches nothing but its own gateway', async () => {
  const parameters = JSON.parse(process.env['SETTLE'] ?? '{}') as fc.Parameters<[Script]>;
  await fc.assert(fc.asyncProperty(scripts, playUntouched), { numRuns: 200, ...parameters });
}, 3_600_000);
