/** What a lane must hold at the end of a phase, and what differs from the clean run. */
import { isDeepStrictEqual } from 'node:util';

import { endpointGateway } from '../../src/kinds/endpoint-gateway/index.ts';
import { ownershipTag } from '../../src/kinds/endpoint-gateway/desired.ts';
import type { Lane } from './lane.ts';
import type { Phase } from './script.ts';
import { gatewaysOf } from './snapshot.ts';

/** What is wrong whatever a clean run came to: a leak, a double, a missing tag or finalizer. As sentences. */
export function invariantProblems(lane: Lane, phase: Phase): readonly string[] {
  const object = lane.rig.watch.present(lane.key);
  const { tags, reservedIPs } = lane.cloud.control.leftovers();
  const gateways = gatewaysOf(lane);
  const failures = lane.traffic.failures.map((failure) => `the harness failed: ${failure}`);
  if (object === undefined) {
    return [
      ...failures,
      ...(phase === 'delete' || phase === 'start' ? [] : ['the object is gone']),
      ...gateways.map(({ name }) => `gateway ${name} is left`),
      ...tags.map(({ crn }) => `a tag is left on ${crn}`),
      ...reservedIPs.map(({ name }) => `reserved IP ${name} is left`),
    ];
  }
  const owned =
    JSON.stringify(tags) ===
    JSON.stringify(gateways.map(({ crn }) => ({ crn, tags: [ownershipTag(object, lane.clusterID)] })));
  const isHeld = isDeepStrictEqual(object.metadata.finalizers, [endpointGateway.finalizer]);
  return [
    ...failures,
    ...(phase === 'delete' ? ['the object is still there'] : []),
    ...(gateways.length === 1 ? [] : [`there are ${gateways.length} gateways`]),
    ...gateways.flatMap(({ name, lifecycleState }) =>
      lifecycleState === 'stable' ? [] : [`gateway ${name} is ${lifecycleState}`],
    ),
    ...(owned ? [] : [`the tags are ${JSON.stringify(tags)}`]),
    ...(isHeld ? [] : [`the finalizers are ${JSON.stringify(object.metadata.finalizers)}`]),
  ];
}

/** By the place in the snapshot; as sentences. */
export function differencesBetween(actual: unknown, expected: unknown, place = ''): readonly string[] {
  if (isDeepStrictEqual(actual, expected)) {
    return [];
  }
  if (!isContainer(actual) || !isContainer(expected)) {
    return [`${place} is ${JSON.stringify(actual)}, and ${JSON.stringify(expected)}`];
  }
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...names].flatMap((name) =>
    differencesBetween(actual[name], expected[name], place === '' ? name : `${place}.${name}`),
  );
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
