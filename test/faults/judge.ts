/** What a lane must hold at the end of a phase, and what differs from the clean run. */
import { isDeepStrictEqual } from 'node:util';

import { endpointGateway } from '../../src/kinds/endpoint-gateway/index.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { adoptedTag, ownershipTag } from '../../src/kinds/endpoint-gateway/ownership.ts';
import type { EndpointGateway } from '../cloud/vpc/model.ts';
import type { Lane } from './lane.ts';
import type { End, Phase } from './script.ts';
import { allGatewaysOf, gatewaysOf } from './snapshot.ts';

/** What is wrong whatever a clean run came to: a leak, a double, a missing tag or finalizer. As sentences. */
export function invariantProblems(lane: Lane, { end }: Phase): readonly string[] {
  const object = lane.rig.watch.present(lane.key);
  const failures = lane.traffic.failures.map((failure) => `the harness failed: ${failure}`);
  const found = object === undefined ? leftoverProblems(lane, end) : holdingProblems(lane, object, end);
  return [...failures, ...found, ...tagProblems(lane, object, end)];
}

function leftoverProblems(lane: Lane, end: End): readonly string[] {
  const { reservedIPs } = lane.cloud.control.leftovers();
  const gateways = gatewaysOf(lane);
  // What is bound to a gateway that stays goes when that goes.
  const isLeft = ({ gateway }: { readonly gateway: string | undefined }): boolean =>
    !isGivenBack(end) || gateway === undefined || gateways.some(({ id }) => id === gateway);
  return [
    ...(end.object === 'absent' ? [] : ['the object is gone']),
    ...gateways.map(({ name }) => `gateway ${name} is left`),
    ...reservedIPs.filter(isLeft).map(({ name }) => `reserved IP ${name} is left`),
  ];
}

function isGivenBack(end: End): boolean {
  return end.object === 'absent' && 'gateway' in end;
}

function holdingProblems(lane: Lane, { metadata }: GatewayResource, end: End): readonly string[] {
  const gateways = gatewaysOf(lane);
  const state = end.object === 'present' ? end.gateway : 'stable';
  const isHeld = isDeepStrictEqual(metadata.finalizers, [endpointGateway.finalizer]);
  return [
    ...(end.object === 'absent' ? ['the object is still there'] : []),
    ...(gateways.length === 1 ? [] : [`there are ${gateways.length} gateways`]),
    ...gateways.flatMap(({ name, lifecycleState }) =>
      lifecycleState === state ? [] : [`gateway ${name} is ${lifecycleState}`],
    ),
    ...(isHeld ? [] : [`the finalizers are ${JSON.stringify(metadata.finalizers)}`]),
  ];
}

/** Each gateway carries what its object and strangers have put onto it, and nothing else carries anything. */
function tagProblems(lane: Lane, object: GatewayResource | undefined, end: End): readonly string[] {
  const { control } = lane.cloud;
  const gateways = allGatewaysOf(lane);
  const crns = new Set(gateways.map(({ crn }) => crn));
  const lost = [...lane.foreignTags.keys()].filter((crn) => !crns.has(crn));
  const left = control.leftovers().tags.filter(({ crn }) => !crns.has(crn));
  return [
    ...lost.map((crn) => `somebody else's gateway ${crn} is gone`),
    ...left.map(({ crn }) => `a tag is left on ${crn}`),
    ...gateways.flatMap((gateway) => {
      const wanted = wantedTags(lane, gateway, { object, end });
      return (['user', 'access'] as const)
        .map((type) => ({ type, is: control.tagsOf(gateway.crn, type), shall: wanted[type] }))
        .filter(({ is, shall }) => !isDeepStrictEqual(new Set(is), new Set(shall)))
        .map(({ type, is }) => `the ${type} tags of gateway ${gateway.name} are ${JSON.stringify(is)}`);
    }),
  ];
}

interface Wanted {
  readonly object: GatewayResource | undefined;
  readonly end: End;
}

/** What the spec asks for stays with a gateway that is given back; what says whose it is does not. */
function wantedTags(
  lane: Lane,
  gateway: EndpointGateway,
  { object, end }: Wanted,
): Readonly<Record<'user' | 'access', readonly string[]>> {
  const foreign = lane.foreignTags.get(gateway.crn);
  const isOwned = object !== undefined && gatewaysOf(lane).includes(gateway);
  const wasOwned = object === undefined && foreign !== undefined && isGivenBack(end);
  const last = lane.rig.watch.versionsOf(lane.key).at(-1);
  if (last === undefined || !(isOwned || wasOwned)) {
    return { user: foreign ?? [], access: [] };
  }
  const { tags = [], accessTags = [] } = last.spec;
  const marks = gateway.origin === 'seed' ? [adoptedTag] : [];
  const own = isOwned ? [ownershipTag(last, lane.clusterID), ...marks] : [];
  return { user: [...own, ...tags, ...(foreign ?? [])], access: accessTags };
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
