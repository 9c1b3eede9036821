/** A cloud for a test file, and in it a scene of its own for each test. */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';

import type { Verdict } from '../../../src/controller/outcome.ts';
import type { Key } from '../../../src/kube/object.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { FaultRule } from '../../cloud/faults.ts';
import { Scene } from './scene.ts';
import { startSceneCloud } from './scene-cloud.ts';

export const dropAfterCommit = { when: 'after', drop: true } as const;

/** Call it at the top of a test file; each test is given its scene before it starts. */
export function useScenes(give: (scene: Scene) => void): void {
  let cloud: Cloud;
  let count = 0;
  beforeAll(async () => {
    cloud = await startSceneCloud();
  });
  afterAll(async () => cloud.stop());
  beforeEach(async () => {
    count += 1;
    give(await Scene.open(cloud, `account-${count}`));
  });
  afterEach(() => cloud.control.faults.clear());
}

/** Makes a pass; what it came to, in a word or two. */
export async function pass(scene: Scene, key: Key): Promise<string> {
  const { verdict } = await scene.pass(key);
  return inShort(verdict);
}

function inShort(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'waiting':
    case 'stalled':
      return `${verdict.kind} ${verdict.reason}`;
    case 'failed':
      return `failed ${verdict.failure.reason}`;
    default:
      return verdict.kind;
  }
}

/** Strikes the next call of the operation. */
export function fault({ cloud }: Scene, operation: string, rule: FaultRule): void {
  cloud.control.faults.add({ operation, times: 1, ...rule });
}

/** Creates that took effect. */
export function creates({ cloud, account }: Scene): number {
  const { id } = cloud.control.account(account);
  return cloud.control.requestLog
    .entries({ operation: 'create_endpoint_gateway' })
    .filter(({ accountId, committed }) => accountId === id && committed).length;
}
