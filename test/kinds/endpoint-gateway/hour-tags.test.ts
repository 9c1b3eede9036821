/**
 * Tags are read by search, a page of many gateways at a time, and search lags. So it shows other tags than the
 * operator's own last write made, for a while: that costs a look, once, and no write.
 */
import { afterEach, beforeEach, expect, it } from '@jest/globals';

import type { Key } from '../../../src/kube/object.ts';
import type { GatewayResource } from '../../../src/kinds/endpoint-gateway/observed.ts';
import type { CloudClient } from '../../cloud/client.ts';
import type { Operator } from '../hour/operator.ts';
import { hourMs, type HourWorld } from '../hour/world.ts';
import { openGatewayHour } from './hour-world.ts';

/** Without chance, checks come every ten minutes, counted from the start. */
const everyMs = hourMs / 6;
const moment = 10_000;

let world: HourWorld<GatewayResource>;
let keys: readonly Key[];
let stranger: CloudClient;
let operator: Operator<GatewayResource>;
let from: number;

beforeEach(async () => {
  const hour = await openGatewayHour({ gateways: 12, vpcs: 2, namespaces: 3, bound: 0 });
  ({ world } = hour);
  ({ keys, stranger } = hour.populated);
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
  const { status } = await stranger.tagging('POST', '/v3/tags/detach?tag_type=user', {
    resources: [{ resource_id: crn }],
    tag_names: tags,
  });
  expect(status).toBe(200);
}

it('own writes that search does not show yet cost one look and no write', async () => {
  const [key = ''] = keys;
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
  const [key = ''] = keys;
  await operator.pass(everyMs - moment);
  await detach(key);
  await operator.pass(everyMs);
  expect(operator.passes).toEqual([]);
  await operator.pass(hourMs);
  expect(operator.passes).toEqual([key]);
  expect(world.writesSince(from)).toEqual(['attach_tag']);
  expect(world.notReady).toEqual([]);
});
