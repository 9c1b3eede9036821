/** Which settled gateways differ from what their status says: shared listings for all of them. */
import { isDeepStrictEqual } from 'node:util';
import { CloudError } from '../../cloud/errors.ts';
import type { GatewayTags } from '../../cloud/search.ts';
import type { EndpointGateway, Subnet } from '../../cloud/vpc-types.ts';
import { findCondition } from '../../controller/conditions.ts';
import type { DriftCheck } from '../../controller/kind.ts';
import { type Key, keyOf } from '../../kube/object.ts';
import { knownAutoDelete } from './observe/gateway.ts';
import type { GatewayResource } from './observed.ts';
import { sameTags } from './plan/tags.ts';
import { gatewayFields } from './report.ts';
import { bindingList, tagLists } from './report/lists.ts';
import { lacksAddress } from './wanted/auto-addresses.ts';

export async function drifted(
  resources: readonly GatewayResource[],
  check: DriftCheck,
): Promise<readonly Key[]> {
  const { inventory } = check.session;
  const gateways = await inventory.gateways.read(check.nowMs, check.signal);
  const places = await readPlaces(resources, check);
  const tags = await readTags(check);
  const same = new Set<GatewayResource>();
  for (const resource of resources) {
    const gateway = gateways.byId.get(resource.status?.id ?? '');
    if (
      gateway !== undefined &&
      !differs(resource, gateway, places.subnets) &&
      !comesToLack(resource, gateway, places) &&
      !differsInTags(resource, tags.get(gateway.crn)) &&
      !(await differsInBindings(resource, gateway, check))
    ) {
      same.add(resource);
    }
  }
  return resources.filter((resource) => !same.has(resource)).map((resource) => keyOf(resource));
}

interface Places {
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly nodeZones: readonly string[] | undefined;
}

/** Where the operator chooses the addresses, new subnets and Nodes count; elsewhere those that are known tell zones. */
async function readPlaces(
  resources: readonly GatewayResource[],
  { session, nowMs, nodeZones, signal }: DriftCheck,
): Promise<Places> {
  const chosen = resources.flatMap(({ spec }) => spec.autoIPs ?? []);
  const { byId } = await session.inventory.subnets.read(chosen.length > 0 ? nowMs : 0, signal);
  const needsNodes = chosen.some(({ zones }) => zones === 'Nodes');
  return { subnets: byId, nodeZones: needsNodes ? await nodeZones(signal) : undefined };
}

/** The plan of one that is observed only to differ may say so already, and nobody binds the address. */
function comesToLack(resource: GatewayResource, gateway: EndpointGateway, places: Places): boolean {
  const ready = findCondition(resource.status?.conditions, 'Ready');
  return ready?.status === 'True' && lacksAddress(resource, gateway, places);
}

/** Search is a service of its own: while it does not answer, everything else is compared all the same. */
async function readTags({
  session,
  nowMs,
  signal,
  log,
}: DriftCheck): Promise<ReadonlyMap<string, GatewayTags>> {
  try {
    return (await session.inventory.tags.read(nowMs, signal)).byId;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CloudError)) {
      throw error;
    }
    log.warn({ err: error }, 'the tags of gateways are not compared');
    return new Map();
  }
}

function differs(
  resource: GatewayResource,
  gateway: EndpointGateway,
  subnets: ReadonlyMap<string, Subnet>,
): boolean {
  const status: Readonly<Record<string, unknown>> = { ...resource.status };
  const now = gatewayFields(gateway, { subnets, autoDelete: knownAutoDelete(resource) });
  return Object.entries(now).some(([field, value]) => !isDeepStrictEqual(value, status[field]));
}

/** A gateway that search does not show says nothing: it may be newer than search knows. */
function differsInTags({ status }: GatewayResource, listed: GatewayTags | undefined): boolean {
  if (listed === undefined) {
    return false;
  }
  const { tags, accessTags } = tagLists(listed);
  return (
    !sameTags(tags, status?.tags ?? []) ||
    (status?.accessTags !== undefined && !sameTags(accessTags, status.accessTags))
  );
}

/**
 * No shared listing holds resource bindings: a call for each gateway whose spec has some. An answer that there are none
 * to be seen is for the gateway's own pass to tell; no answer says nothing.
 */
async function differsInBindings(
  { spec, status }: GatewayResource,
  { id }: EndpointGateway,
  { session, signal, log }: DriftCheck,
): Promise<boolean> {
  if (spec.resourceBindings === undefined) {
    return false;
  }
  try {
    const bindings = await session.vpc.listResourceBindings(id, { signal, priority: 'background' });
    return !isDeepStrictEqual(bindingList(bindings), status?.resourceBindings ?? []);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CloudError)) {
      throw error;
    }
    if (error.reason !== 'throttled' && error.reason !== 'unavailable') {
      return true;
    }
    log.warn({ err: error, gateway: id }, 'the resource bindings of a gateway are not compared');
    return false;
  }
}
