/**
 * Reads what a pass needs, and no more: shared listings first, single reads only where a listing cannot answer, the
 * tags only before the first write of a pass.
 */
import type { Snapshot } from '../../cloud/inventory.ts';
import {
  type EndpointGateway,
  isAddressChosen,
  subnetIdOf,
  type Subnet,
  type Vpc,
} from '../../cloud/vpc-types.ts';
import { isDeleting } from '../../controller/finalizer.ts';
import type { Io } from '../../controller/kind.ts';
import { ownershipTag } from './desired.ts';
import { canSeeVpc, findGateway, ownershipOf } from './find-gateway.ts';
import { createWindowMs, type GatewayResource, type Observed } from './observed.ts';
import { plan, planDeletion } from './plan.ts';
import { zonesToLocate } from './plan-ips.ts';

/** VPCs and subnets change rarely: a listing of this age resolves references, a missing one is looked up again. */
const referenceAgeMs = 600_000;

/** How long after it was carried out at the latest a create shows: above any lag of the listing (design §4.5). */
const createSettleMs = 120_000;

export async function observe(resource: GatewayResource, io: Io): Promise<Observed> {
  const vpc = await findVpc(resource, io);
  const settledAtMs = settlesAtMs(resource, io);
  const gateways = await readGateways(resource, settledAtMs, io);
  const found = await findGateway(resource, { gateways, vpc }, io);
  const intent = found.gateway === undefined ? resource.status?.createIntent : undefined;
  const known: Observed = {
    clusterID: io.clusterID,
    cloudNowMs: io.session.time.now(),
    vpc,
    subnets: await readSubnets(resource, found.gateway, io),
    gateway: found.gateway,
    ownership: 'unread',
    tags: found.tags ?? resource.status?.tags,
    autoDelete: await readAutoDelete(resource, found.gateway, io),
    unboundZones: new Map(),
    collision: found.collision,
    absenceUnproven: found.absenceUnproven ?? false,
    intent,
    createDidNotHappen:
      intent !== undefined &&
      settledAtMs !== undefined &&
      gateways.begunAtMs >= settledAtMs &&
      (await canSeeVpc(intent.vpc, io)),
  };
  return withOwnership(resource, await withZones(resource, known, io), found.tags, io);
}

/** Local time from which a listing tells whether the intent's create happened; `undefined` before, or without one. */
function settlesAtMs(resource: GatewayResource, io: Io): number | undefined {
  const { createIntent } = resource.status ?? {};
  if (createIntent === undefined) {
    return undefined;
  }
  const { time, timeoutMs } = io.session;
  const agoMs = time.now() - Date.parse(createIntent.time) - createWindowMs - timeoutMs - createSettleMs;
  return agoMs >= 0 ? io.clock.now() - agoMs : undefined;
}

async function readGateways(
  resource: GatewayResource,
  settledAtMs: number | undefined,
  io: Io,
): Promise<Snapshot<EndpointGateway>> {
  const { inventory } = io.session;
  const fresh = io.clock.now() - io.freshMs;
  const written = inventory.lastWriteMs(resource.status?.id ?? '');
  return inventory.gateways.read(Math.max(fresh, written, settledAtMs ?? 0), io.signal);
}

async function findVpc(resource: GatewayResource, io: Io): Promise<Vpc | undefined> {
  const { vpcs } = io.session.inventory;
  const known = await vpcs.read(io.clock.now() - referenceAgeMs, io.signal);
  const recent = async (): Promise<Snapshot<Vpc>> => vpcs.read(io.clock.now() - io.freshMs, io.signal);
  return pickVpc(resource, known) ?? pickVpc(resource, await recent());
}

/** The name of a VPC is unique in its account and region, so the first match is the only one. */
function pickVpc(resource: GatewayResource, vpcs: Snapshot<Vpc>): Vpc | undefined {
  const { id, name } = resource.spec.vpc;
  return id === undefined ? [...vpcs.byId.values()].find((vpc) => vpc.name === name) : vpcs.byId.get(id);
}

async function readSubnets(
  resource: GatewayResource,
  gateway: EndpointGateway | undefined,
  io: Io,
): Promise<ReadonlyMap<string, Subnet>> {
  const { subnets } = io.session.inventory;
  const known = await subnets.read(io.clock.now() - referenceAgeMs, io.signal);
  const wanted = resource.spec.ips?.flatMap(({ subnet }) => subnet?.id ?? []) ?? [];
  const bound = gateway?.ips.map(subnetIdOf) ?? [];
  const missing = [...wanted, ...bound].some((id) => !known.byId.has(id));
  return missing ? (await subnets.read(io.clock.now() - io.freshMs, io.signal)).byId : known.byId;
}

/** Known from the status once read: a gateway's answer names its reserved IPs but not their `auto_delete`. */
async function readAutoDelete(
  resource: GatewayResource,
  gateway: EndpointGateway | undefined,
  io: Io,
): Promise<ReadonlyMap<string, boolean>> {
  const known = knownAutoDelete(resource);
  const settled = gateway?.lifecycle_state === 'stable' && gateway.ips.every(isAddressChosen);
  if (!settled || isDeleting(resource) || gateway.ips.every(({ id }) => known.has(id))) {
    return known;
  }
  const ips = await io.session.vpc.listGatewayIPs(gateway.id, io);
  return new Map(ips.map((ip) => [ip.id, ip.auto_delete]));
}

/** `auto_delete` by reserved IP, as an earlier pass read it. */
export function knownAutoDelete({ status }: GatewayResource): ReadonlyMap<string, boolean> {
  return new Map(
    status?.ips?.flatMap(({ id, autoDelete }) => (autoDelete === undefined ? [] : [[id, autoDelete]])),
  );
}

async function withZones(resource: GatewayResource, observed: Observed, io: Io): Promise<Observed> {
  const ids = new Set(zonesToLocate(resource.spec.ips ?? [], observed.gateway?.ips ?? []));
  if (ids.size === 0 || resource.spec.ips === undefined) {
    return observed;
  }
  const unboundZones = new Map<string, string>();
  for (const subnet of observed.subnets.values()) {
    if (subnet.vpc.id !== observed.vpc?.id) {
      continue;
    }
    for (const ip of await io.session.vpc.listReservedIPs(subnet.id, io)) {
      if (ids.has(ip.id)) {
        unboundZones.set(ip.id, observed.subnets.get(subnetIdOf(ip))?.zone.name ?? '');
      }
    }
  }
  return { ...observed, unboundZones };
}

/**
 * The ownership tag is read before the first write of a pass, from the tagging service itself. Whether there will be
 * a write is the plan's word: it is asked as if the gateway were ours.
 */
async function withOwnership(
  resource: GatewayResource,
  observed: Observed,
  read: readonly string[] | undefined,
  io: Io,
): Promise<Observed> {
  const { gateway } = observed;
  if (gateway === undefined) {
    return observed;
  }
  const planned = isDeleting(resource) ? planDeletion : plan;
  const claimed = observed.tags?.includes(ownershipTag(resource, io.clusterID)) ?? false;
  const assumed: Observed = { ...observed, ownership: 'ours' };
  if (claimed && read === undefined && planned(resource, assumed).kind !== 'act') {
    return observed;
  }
  const tags = read ?? (await io.session.tagging.listTags(gateway.crn, io));
  return { ...observed, tags, ownership: ownershipOf(resource, io.clusterID, tags) };
}
