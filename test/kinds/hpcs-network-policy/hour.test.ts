/**
 * Design §7: what closed instances at rest cost is one private read each and interval, and pages. Two hundred of them, one
 * simulated hour, the default timings and budget; in the middle a stranger opens one, and another one is deleted.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { defaultTimings } from '../../../src/controller/timings.ts';
import { findCondition } from '../../../src/controller/conditions.ts';
import type { Key } from '../../../src/kube/object.ts';
import type { ServiceInstance } from '../../cloud/resources/instances.ts';
import type { Check } from '../hour/operator.ts';
import { chance, hourMs } from '../hour/world.ts';
import { openPolicyHour, type PolicyHour } from './hour-world.ts';

const population = { instances: 200, namespaces: 8 };
/** Of the listing of instances. */
const pages = 2;
let hour: PolicyHour;

beforeAll(async () => {
  hour = await openPolicyHour(population);
}, 240_000);

afterAll(async () => hour.world.cloud.stop());

/** Where each check for drift began: all namespaces are asked about in one. */
function beginnings(checked: readonly Check[]): readonly number[] {
  return checked.filter((_, index) => index % population.namespaces === 0).map(({ after }) => after);
}

/** Operations that operators carried out, with the calls of each, from one request to another. */
function calls(after: number, upTo = Infinity): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { sequence, service, operation = 'unknown' } of hour.world.requestsSince(after)) {
    if (sequence <= upTo && service !== 'iam') {
      const name = `${service} ${operation}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}

/** How often the policy of each instance was read, by GUID. */
function reads(after: number, upTo = Infinity): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { sequence, operation, instance = '' } of hour.world.requestsSince(after)) {
    if (operation === 'get_instance_policy' && sequence <= upTo) {
      counts.set(instance, (counts.get(instance) ?? 0) + 1);
    }
  }
  return counts;
}

function once(instances: Iterable<ServiceInstance>): ReadonlyMap<string, number> {
  return new Map([...instances].map(({ guid }) => [guid, 1]));
}

function readyReason(key: Key): string | undefined {
  return findCondition(hour.world.kube.known(key).status?.conditions, 'Ready')?.reason;
}

const policyReads = 'keys-private get_instance_policy';
const instanceReads = 'resource-controller get_resource_instance';
const listing = 'resource-controller list_resource_instances';

it('costs one private read each and interval: a start, and then an hour with two drifts in its middle', async () => {
  const { world, populated } = hour;
  const { kube, cloud } = world;
  const { requestLog } = cloud.control;
  const keys = [...populated.keys()];
  const [opened = '', deleted = ''] = [keys[70], keys[131]];
  expect(world.notReady).toEqual([]);

  let from = requestLog.lastSequence;
  const operator = await world.start({ random: chance(11) });
  await operator.idle();
  expect(operator.passes.toSorted()).toEqual(keys.toSorted());
  expect(calls(from)).toEqual({
    [policyReads]: population.instances,
    [instanceReads]: population.instances,
  });
  expect(kube.calls).toEqual([]);

  from = requestLog.lastSequence;
  operator.passes.length = 0;
  await operator.pass(hourMs / 2);
  const quiet = operator.checked.length;
  const middle = requestLog.lastSequence;
  expect(kube.calls).toEqual([]);
  expect(operator.passes).toEqual([]);
  cloud.control.setAllowedNetwork(populated.get(opened)?.crn ?? '', 'public-and-private');
  cloud.control.setInstanceState(populated.get(deleted)?.crn ?? '', 'pending_reclamation');
  await operator.pass(hourMs / 2);
  await operator.stop();

  const starts = beginnings(operator.checked);
  const checks = starts.length;
  process.stdout.write(`One hour of ${population.instances} closed instances: ${checks} checks for drift\n`);
  for (const [name, count] of Object.entries(calls(from))) {
    process.stdout.write(`${name.padEnd(48)}${String(count).padStart(6)}\n`);
  }
  // One in 5 minutes, ± 20 %, of which each takes as long as the budget lets so many calls take.
  expect(defaultTimings.driftCheckMs).toBe(hourMs / 6);
  expect(checks).toBeGreaterThanOrEqual(8);
  expect(checks).toBeLessThanOrEqual(15);
  const quietStarts = beginnings(operator.checked.slice(0, quiet));
  for (const [index, start] of quietStarts.entries()) {
    const end = quietStarts[index + 1] ?? middle;
    expect(reads(start, end)).toEqual(once(populated.values()));
    expect(calls(start, end)).toEqual({ [policyReads]: population.instances, [listing]: pages });
  }
  // The next check finds them, before there is another one.
  const [drift = 0, after] = starts.slice(quietStarts.length);
  const found = calls(drift, after);
  expect(found[listing]).toBe(pages);
  expect(found[instanceReads]).toBeGreaterThanOrEqual(2);
  expect(operator.passes.slice(0, 2).toSorted()).toEqual([opened, deleted].toSorted());
  expect([readyReason(opened), readyReason(deleted)]).toEqual(['OpenedOutside', 'InstanceDeleted']);
  expect(world.notReady.toSorted()).toEqual([opened, deleted].toSorted());
  // Afterwards they are looked at slowly, and all the others as before.
  const others = [...populated].filter(([key]) => key !== opened && key !== deleted);
  const rest = reads(drift);
  expect(others.map(([, { guid }]) => rest.get(guid))).toEqual(others.map(() => checks - quietStarts.length));
  // Nobody else got a pass, nothing was written to the cloud, and no public call was made.
  expect(new Set(operator.passes)).toEqual(new Set([opened, deleted]));
  expect(world.writesSince(from)).toEqual([]);
  expect(requestLog.entries({ after: from, service: 'keys-public' })).toEqual([]);
  expect(kube.calls.map(({ verb, key }) => `${verb} ${key}`).toSorted()).toEqual(
    [opened, deleted].map((key) => `applyStatus ${key}`).toSorted(),
  );
}, 480_000);
