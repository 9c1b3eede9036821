/** What the logs of a cloud that runs for long keep. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connect, type CloudClient } from './client.ts';
import { startCloud, type Cloud } from './cloud.ts';
import { targetCrn } from './fixture.ts';

let cloud: Cloud;
let client: CloudClient;

beforeEach(async () => {
  cloud = await startCloud({ settings: { lockHoldMs: 0 }, logLimit: 3 });
  cloud.control.clock.freeze();
  client = await connect(cloud);
});

afterEach(async () => {
  await cloud.stop();
});

it('the request log keeps the last requests and goes on counting', async () => {
  const { requestLog } = cloud.control;
  const before = requestLog.lastSequence;
  for (let call = 0; call < 5; call += 1) {
    await client.vpc('GET', '/vpcs');
  }
  expect(requestLog.entries().map(({ sequence }) => sequence - before)).toEqual([3, 4, 5]);
});

it('the state log keeps the last entries, whichever gateway they are of', async () => {
  const { clock, stateLog } = cloud.control;
  const [vpc] = cloud.control.area('default', 'us-south').vpcs.keys();
  const ids: string[] = [];
  for (const name of ['key-protect', 'object-storage']) {
    const target = { resource_type: 'provider_cloud_service', crn: targetCrn(name) };
    const { body } = await client.vpc('POST', '/endpoint_gateways', { body: { vpc: { id: vpc }, target } });
    ids.push(body.id);
    clock.advance(60_000);
  }
  const [first = '', second = ''] = ids;
  expect(stateLog.of(first)).toEqual([]);
  expect([...stateLog.all().keys()]).toEqual([second]);
  expect(stateLog.of(second).map(({ lifecycleState }) => lifecycleState)).toEqual([
    'pending',
    'updating',
    'stable',
  ]);
});
