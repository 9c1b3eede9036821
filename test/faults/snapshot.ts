/**
 * What cluster and cloud hold in the end, without what differs from run to run: ids, addresses that the cloud chose,
 * times. Two runs that came to the same have equal snapshots.
 */
import type { Condition } from '../../src/controller/conditions.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { cloudName } from '../../src/kinds/endpoint-gateway/desired.ts';
import { isOwnershipTag, ownershipTag } from '../../src/kinds/endpoint-gateway/ownership.ts';
import { formatAddress } from '../cloud/vpc/addresses.ts';
import type { EndpointGateway } from '../cloud/vpc/model.ts';
import type { Lane } from './lane.ts';

export interface Snapshot {
  readonly object: unknown;
  /** What is an operator's. */
  readonly gateways: readonly unknown[];
  /** What is nobody's of ours. */
  readonly strangers: readonly unknown[];
  /** What clients made in the cloud and nobody owns any more is in here, too. */
  readonly leftovers: unknown;
}

export function snapshotOf(lane: Lane): Snapshot {
  const gateways = gatewaysOf(lane);
  const object = present(lane);
  const { tags, reservedIPs } = lane.cloud.control.leftovers();
  const snapshot = {
    object: object && {
      finalizers: object.metadata.finalizers,
      annotations: object.metadata.annotations,
      status: { ...object.status, conditions: object.status?.conditions?.map(withoutTime) },
    },
    gateways: gateways.map((gateway) => describe(lane, gateway)),
    strangers: strangersOf(lane).map((gateway) => describe(lane, gateway)),
    leftovers: { tags, reservedIPs: reservedIPs.map(({ subnet, gateway }) => ({ subnet, gateway })) },
  };
  return sorted(renamed(snapshot, lane, { object, gateways })) as Snapshot;
}

/** Those that operators made, and those that they have taken. */
export function gatewaysOf(lane: Lane): readonly EndpointGateway[] {
  return allGatewaysOf(lane).filter((gateway) => isOperators(lane, gateway));
}

function strangersOf(lane: Lane): readonly EndpointGateway[] {
  return allGatewaysOf(lane).filter((gateway) => !isOperators(lane, gateway));
}

function isOperators({ cloud }: Lane, { origin, crn }: EndpointGateway): boolean {
  return origin === 'api' || cloud.control.tagsOf(crn, 'user').some(isOwnershipTag);
}

export function allGatewaysOf({ cloud }: Lane): readonly EndpointGateway[] {
  return [...cloud.control.area('default', 'us-south').gateways.values()];
}

function present(lane: Lane): GatewayResource | undefined {
  return lane.rig.watch.present(lane.key);
}

function withoutTime(condition: Condition): object {
  const { lastTransitionTime: _, ...rest } = condition;
  return rest;
}

function describe({ cloud }: Lane, gateway: EndpointGateway): object {
  const { id, crn, name, lifecycleState, ips, securityGroups, vpc, target } = gateway;
  return {
    id,
    name,
    lifecycleState,
    vpc: vpc.name,
    target: target.key,
    securityGroups: [...securityGroups].map((group) => group.name),
    accessTags: cloud.control.tagsOf(crn, 'access'),
    ips: [...ips].map(([zone, { subnet, autoDelete, origin }]) => ({
      zone,
      subnet: subnet.name,
      autoDelete,
      origin,
    })),
  };
}

/** Puts words in the place of what this run alone has. */
function renamed(
  snapshot: object,
  lane: Lane,
  {
    object,
    gateways,
  }: { readonly object: GatewayResource | undefined; readonly gateways: readonly EndpointGateway[] },
): unknown {
  const words = new Map<string, string>();
  if (object !== undefined) {
    words.set(ownershipTag(object, lane.clusterID), '<ownership tag>');
    const derived = { ...object, spec: { ...object.spec, name: undefined } } as unknown as GatewayResource;
    words.set(cloudName(derived, lane.clusterID), '<derived name>');
  }
  for (const { id, ips, createdAtMs } of gateways) {
    words.set(id, '<gateway>');
    words.set(new Date(createdAtMs).toISOString().slice(0, 'YYYY-MM-DD'.length), '<day>');
    for (const [zone, ip] of ips) {
      words.set(ip.id, `<reserved IP of ${zone}>`);
      words.set(ip.name, `<name of the reserved IP of ${zone}>`);
      words.set(formatAddress(ip.address), `<address of ${zone}>`);
    }
  }
  for (const { id } of strangersOf(lane)) {
    words.set(id, '<stranger>');
  }
  words.set(lane.id, '<lane>');
  let text = JSON.stringify(snapshot);
  for (const [word, stand] of words) {
    text = text.replaceAll(word, stand);
  }
  return JSON.parse(text);
}

/** Lists in an order of their own: the order of addresses and groups means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .map(sorted)
      .toSorted((a, b) => JSON.stringify(a ?? null).localeCompare(JSON.stringify(b ?? null)));
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, sorted(entry)]))
    : value;
}
