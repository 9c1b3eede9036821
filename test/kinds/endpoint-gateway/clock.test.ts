/** A new process does not know what time it is in the cloud before the cloud has answered once. */
import { expect, it } from '@jest/globals';
import { pino } from 'pino';

import { observe } from '../../../src/kinds/endpoint-gateway/observe.ts';
import type { Observed } from '../../../src/kinds/endpoint-gateway/observed.ts';
import type { Key } from '../../../src/kube/object.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { clusterID, createSettleMs, type Scene } from './scene.ts';
import { openAccount } from './scene-cloud.ts';
import { fault, pass, useScenes } from './use-scenes.ts';
import { noObjects } from '../../controller/no-objects.ts';
import { noPaths } from '../../controller/no-paths.ts';

let scene: Scene;
useScenes((opened) => {
  scene = opened;
});

const { signal } = new AbortController();

/** What processes observe, one look after the other, that start now and whose clock is an hour ahead of the cloud's. */
async function startAhead(): Promise<(key: Key) => Promise<Observed>> {
  const { cloud, account } = scene;
  const { control } = cloud;
  const clock: Clock = {
    now: () => control.clock.now() + 3_600_000,
    monotonic: () => control.clock.monotonic(),
    setTimer: (delayMs, callback) => control.clock.setTimer(delayMs, callback),
  };
  const ahead = { ...cloud, control: Object.assign(Object.create(control), { clock }) };
  const accounts = openAccount(ahead, account, await cloud.apiKeyFile(account));
  const session = await accounts.session(account, 'us-south', signal);
  return async (key) => {
    control.clock.advance(1);
    return observe(scene.read(key), {
      signal,
      priority: 'background',
      fence: () => {},
      session,
      clock,
      log: pino({ level: 'silent' }),
      clusterID,
      freshMs: 0,
      mayTakeOver: () => false,
      nodeZones: async () => [],
      paths: noPaths,
      objects: noObjects,
      identity: 'process',
    });
  };
}

it('a create that may be under way is not taken for one that did not happen by a clock that is ahead', async () => {
  const key = scene.make();
  fault(scene, 'create_endpoint_gateway', { when: 'before', drop: true });
  await pass(scene, key);
  const look = await startAhead();
  expect(await look(key)).toMatchObject({ createDidNotHappen: false });
  scene.advance(createSettleMs);
  expect(await look(key)).toMatchObject({ createDidNotHappen: true });
});
