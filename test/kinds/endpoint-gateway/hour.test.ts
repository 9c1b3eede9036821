/**
 * Design §7: what an account at rest costs is pages, not objects. A thousand gateways, one simulated hour, the
 * default timings and budget; in the middle somebody renames a gateway.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { defaultTimings } from '../../../src/controller/timings.ts';
import { chance, hourMs } from '../hour/world.ts';
import { accountName } from './hour-account.ts';
import { type Account, accountFor, render } from './hour-table.ts';
import { type GatewayHour, openGatewayHour } from './hour-world.ts';

const population = { gateways: 1_000, vpcs: 20, namespaces: 25, bound: 5 };
let hour: GatewayHour;

beforeAll(async () => {
  hour = await openGatewayHour(population);
}, 240_000);

afterAll(async () => hour.world.cloud.stop());

function tell(title: string, sequence: number): Account {
  const { world } = hour;
  const account = accountFor(world.requestsSince(sequence), world.cloud.control, accountName);
  process.stdout.write(`${title}\n${render(account)}\n\n`);
  return account;
}

function pollsOf({ rows }: Account, listing: string): number {
  return rows.find((row) => row.listing === listing)?.polls ?? 0;
}

it('costs pages, not objects: a start, and then an hour with a drift in its middle', async () => {
  const { world, populated } = hour;
  const { kube, cloud } = world;
  const { requestLog } = cloud.control;
  expect(world.notReady).toEqual([]);

  let from = requestLog.lastSequence;
  const operator = await world.start({ random: chance(7) });
  await operator.idle();
  expect(operator.passes).toHaveLength(population.gateways);
  expect(world.writesSince(from)).toEqual([]);
  expect(kube.calls).toEqual([]);
  const start = tell(`The start of an operator: ${population.gateways} passes`, from);
  expect(start.rows.map(({ polls }) => polls)).toEqual(start.rows.map(() => 1));
  expect(start.calls).toBeLessThanOrEqual(start.bound);
  expect(start.resourceBindings.calls).toBe(population.bound);

  from = requestLog.lastSequence;
  operator.passes.length = 0;
  await operator.pass(hourMs / 2);
  const drifted = populated.keys[500] ?? '';
  const { id = '', name } = kube.known(drifted).status ?? {};
  await populated.stranger.vpc('PATCH', `/endpoint_gateways/${id}`, { body: { name: 'somebodys' } });
  await operator.pass(hourMs / 2);
  await operator.stop();

  const checks = operator.checked.length / population.namespaces;
  const told = tell(`One hour: ${checks} checks for drift, ${operator.swept.length} sweep for orphans`, from);
  expect(defaultTimings.driftCheckMs).toBe(hourMs / 6);
  // All namespaces share the listings of a check; a gateway that was changed is read anew, once.
  expect(pollsOf(told, 'tags of gateways (search)')).toBe(checks);
  expect(pollsOf(told, 'gateways')).toBe(checks + 1);
  expect(checks).toBeGreaterThanOrEqual(5);
  expect(checks + 1).toBeLessThanOrEqual(7);
  expect(told.resourceBindings.calls).toBe(population.bound * checks);
  expect(operator.swept).toEqual([0]);
  expect(told.calls).toBeLessThanOrEqual(told.bound);
  // The drift is healed by one call, and nothing else is written or looked at.
  expect(world.writesSince(from)).toEqual(['update_endpoint_gateway']);
  expect(cloud.control.area(accountName, 'us-south').gateways.get(id)?.name).toBe(name);
  expect(world.notReady).toEqual([]);
  expect(operator.passes).toEqual([drifted, drifted]);
  expect(kube.calls.map(({ verb, key }) => [verb, key])).toEqual([
    ['applyStatus', drifted],
    ['applyStatus', drifted],
  ]);
}, 240_000);
