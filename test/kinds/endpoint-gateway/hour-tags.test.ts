/**
 * Tags are read by search, a page of many gateways at a time, and search lags. So it shows other tags than the
 * operator's own last write made, for a while: that costs a look, once, and no write.
 */
import { afterEach, beforeEach, expect, it } from '@jest/globals';

import type { Key } from '../../../src/kube/object.ts';
import type { Operator } from './hour-operator.ts';
import { hourMs, HourWorld } from './hour-world.ts';

/** Without chance, checks come every ten minutes, counted from the start. */
const everyMs = hourMs / 6;
const moment = 10_000;

let world: HourWorld;
let operator: Operator;
let from: number;

beforeEach(async () => {
  world = await HourWorld.open({ gateways: 12, vpcs: 2, namespaces: 3, bound: 0 });
  operator = await world.start({ random: () => 0.5 });
  await operator.idle();
  operator.passes.length = 0;
  from = world.cloud.control.requestLog.lastSequence;
}, 60_000);

afterEach(async () => {
  await operator.stop();
  await world.cloud.stop();
});

async function detach(key: Key): Promise<void> {
  const { crn, tags } = world.kube.known(key).status ?? {};
  const { status } = await world.populated.stranger.tagging('POST', '/v3/tags/detach?tag_type=user', {
    resources: [{ resource_id: crn }],
    tag_names: tags,
  });
  expect(status).toBe(200);
}

it('own writes that search does not show yet cost one look and no write', async () => {
  const [key = ''] = world.populated.keys;
  await operator.pass(everyMs - moment);
  world.kube.edit(key, (spec) => ({ ...spec, tags: ['env:prod'] }));
  operator.deliver(key);
  await operator.idle();
  const written = world.kube.calls.length;
  await operator.pass(hourMs);
  expect(operator.passes).toEqual([key, key]);
  expect(world.writesSince(from)).toEqual(['attach_tag']);
  expect(world.kube.calls).toHaveLength(written);
  expect(world.kube.known(key).status?.tags).toContain('env:prod');
  expect(world.notReady).toEqual([]);
});

it('what somebody takes away is put back once search shows that it is gone, and then left alone', async () => {
  const [key = ''] = world.populated.keys;
  await operator.pass(everyMs - moment);
  await detach(key);
  await operator.pass(everyMs);
  expect(operator.passes).toEqual([]);
  await operator.pass(hourMs);
  expect(operator.passes).toEqual([key]);
  expect(world.writesSince(from)).toEqual(['attach_tag']);
  expect(world.notReady).toEqual([]);
});
