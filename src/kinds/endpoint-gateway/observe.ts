/**
 * Reads what a pass needs, and no more: shared listings first, single reads only where a listing cannot answer, the
 * tags only before the first write of a pass.
 */
import type { Snapshot } from '../../cloud/listing.ts';
import type { EndpointGateway, Vpc } from '../../cloud/vpc-types.ts';
import type { Io } from '../../controller/kind.ts';
import { clashOf, collisionWith } from './observe/collision.ts';
import { canSeeVpc, findGateway, type Found } from './observe/find-gateway.ts';
import { createWindowMs, type GatewayResource, type Observed } from './observed.ts';
import { appliedTagsOf, keptIPsOf, readAutoDelete, readBindings } from './observe/gateway.ts';
import { instanceProblem, isUnknownTarget } from './observe/instance.ts';
import { readOwnership } from './observe/tags.ts';
import { adoptedTag } from './ownership.ts';
import { differences } from './plan/recreate.ts';
import { readPaths } from './proofs/read-paths.ts';
import { readWanted } from './wanted/read-wanted.ts';
import type { Resolution } from './wanted/resolve.ts';

/** How long after it was carried out at the latest a create shows: above any lag of the listing (design §4.5). */
const createSettleMs = 120_000;

export async function observe(resource: GatewayResource, io: Io): Promise<Observed> {
  const settledAtMs = settlesAtMs(resource, io);
  const gateways = await readGateways(resource, settledAtMs, io);
  const listed = gateways.byId.get(resource.status?.id ?? '');
  const first = await readWanted(resource, listed?.ips, io);
  const closedVpc = closedVpcOf(resource, io);
  const found =
    closedVpc === undefined ? await findGateway(resource, { ...first, gateways }, io) : unseen(resource);
  const { gateway } = found;
  // A gateway that was found by other means than its id may have addresses that the spec leaves to choice.
  const known = gateway?.id === listed?.id ? first : await readWanted(resource, gateway?.ips, io);
  const isReplaced = replaces(resource, known, gateway);
  // Nothing counts then that the gateway has: its addresses may go with it.
  const resolution = isReplaced ? { ...(await readWanted(resource, [], io)), subnets: known.subnets } : known;
  const intent = gateway === undefined ? resource.status?.createIntent : undefined;
  const observed: Observed = {
    clusterID: io.clusterID,
    accountID: io.session.accountID,
    cloudNowMs: io.session.time.now(),
    wanted: resolution.wanted,
    problem:
      resolution.problem ??
      (isReplaced || isUnknownTarget(resource, gateway)
        ? await instanceProblem(resolution.target, io)
        : undefined),
    vpc: resolution.vpc,
    target: resolution.target,
    subnets: resolution.subnets,
    closedVpc,
    gateway,
    ownership: found.ownership ?? 'unread',
    adopted: isAdopted(resource, found),
    tags: { user: found.tags ?? resource.status?.tags, access: resource.status?.accessTags },
    applied: appliedTagsOf(resource, gateway),
    autoDelete: await readAutoDelete(resource, gateway, io),
    keptIPs: keptIPsOf(resource),
    bindings: await readBindings(resource, gateway, io),
    collision: found.collision ?? inTheWay(gateway, resolution, gateways, io),
    absenceUnproven: found.absenceUnproven ?? false,
    intent,
    createDidNotHappen:
      intent !== undefined &&
      settledAtMs !== undefined &&
      gateways.begunAtMs >= settledAtMs &&
      (await canSeeVpc(intent.vpc, io)),
  };
  return readPaths(resource, await readOwnership(resource, observed, found, io), io);
}

/** Where our gateway is, or may have been made, though nothing there may be read, changed or shown. */
function closedVpcOf({ status }: GatewayResource, { session }: Io): Vpc | undefined {
  const id = status?.origin === undefined ? status?.createIntent?.vpc : status.vpc;
  const vpc = session.inventory.vpcs.latest?.byId.get(id ?? '');
  return vpc === undefined || session.allows.vpc(vpc) ? undefined : vpc;
}

/** What the status knows of a gateway stays known. */
function unseen({ status }: GatewayResource): Found {
  return status?.id === undefined ? {} : { absenceUnproven: true };
}

/** The tag says it where the status is lost; it goes with our own, so what was once seen has to be remembered. */
function isAdopted({ status }: GatewayResource, { gateway, ownership, tags }: Found): boolean {
  const wasAdopted = status?.origin === 'Adopted' && status.id === gateway?.id;
  return wasAdopted || ownership === 'adoptable' || (tags?.includes(adoptedTag) ?? false);
}

/**
 * Local time from which a listing tells whether the intent's create happened; `undefined` before, without one, or as
 * long as nobody knows what time it is in the cloud.
 */
function settlesAtMs(resource: GatewayResource, io: Io): number | undefined {
  const { createIntent } = resource.status ?? {};
  const { time, timeoutMs } = io.session;
  if (createIntent === undefined || !time.isKnown) {
    return undefined;
  }
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

/** Whether the gateway has to be made anew to be what the spec asks for, and may be. */
function replaces(
  { spec }: GatewayResource,
  { wanted }: Resolution,
  gateway: EndpointGateway | undefined,
): boolean {
  return (
    gateway !== undefined &&
    wanted !== undefined &&
    spec.recreatePolicy === 'WhenRequired' &&
    differences(gateway, wanted).length > 0
  );
}

/** The gateway that the spec asks for may have to take the place of ours: then it needs room, too. */
function inTheWay(
  ours: EndpointGateway | undefined,
  { wanted }: Resolution,
  { byId }: Snapshot<EndpointGateway>,
  { clusterID }: Io,
): Observed['collision'] {
  if (ours === undefined || wanted === undefined) {
    return undefined;
  }
  for (const gateway of byId.values()) {
    const clash = gateway.id === ours.id ? undefined : clashOf(gateway, wanted);
    if (clash !== undefined) {
      return collisionWith(gateway, clash, [], clusterID);
    }
  }
  return undefined;
}
