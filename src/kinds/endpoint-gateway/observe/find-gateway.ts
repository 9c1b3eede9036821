/**
 * Which gateway of the cloud is ours: the one in the status, else one that carries our tag, else the one of a create
 * whose answer got lost, else one that the spec lets us adopt. And the proof that there is none.
 */
import { CloudError } from '../../../cloud/errors.ts';
import type { Snapshot } from '../../../cloud/listing.ts';
import type { EndpointGateway, Vpc } from '../../../cloud/vpc-types.ts';
import { hasFinalizer, isDeleting } from '../../../controller/finalizer.ts';
import type { Io } from '../../../controller/kind.ts';
import { clashOf, collisionWith } from './collision.ts';
import { cloudName, targetOfGateway } from '../desired.ts';
import { type Collision, type CreateIntent, finalizer, type GatewayResource } from '../observed.ts';
import { carriesOurTag, isPlatformGateway, type Ownership, ownershipOf } from '../ownership.ts';
import type { WantedTarget } from '../wanted/wanted.ts';

export interface Found {
  readonly gateway?: EndpointGateway;
  /** The gateway's user tags and what they say, where they had to be read to find it. */
  readonly tags?: readonly string[];
  readonly ownership?: Ownership;
  readonly collision?: Collision;
  readonly absenceUnproven?: boolean;
}

/** Clocks of IBM's services may differ this much from the `Date` that an intent was stamped with (design §4.5). */
const clockToleranceMs = 5 * 60_000;

export interface Surroundings {
  readonly gateways: Snapshot<EndpointGateway>;
  /** What the spec names, as far as it could be resolved. */
  readonly vpc: Vpc | undefined;
  readonly target: WantedTarget | undefined;
}

export async function findGateway(resource: GatewayResource, around: Surroundings, io: Io): Promise<Found> {
  const { id, origin } = resource.status ?? {};
  // An id without an origin is that of a gateway that was only looked at: no claim on it follows.
  if (id !== undefined && origin !== undefined) {
    const gateway = around.gateways.byId.get(id) ?? (await readUnlisted(id, io));
    if (gateway !== undefined) {
      return { gateway };
    }
    if (!(await isAbsenceProven(resource, io))) {
      return { absenceUnproven: true };
    }
    io.session.inventory.forget(id);
  }
  return findCandidate(resource, around, io);
}

/** A gateway that the listing lacks: just created, just deleted, or gone. */
async function readUnlisted(id: string, io: Io): Promise<EndpointGateway | undefined> {
  try {
    return await io.session.vpc.getGateway(id, io);
  } catch (error) {
    if (error instanceof CloudError && error.reason === 'absent') {
      return undefined;
    }
    throw error;
  }
}

/**
 * The last step of the absence proof (design §4.4), after a complete listing without the gateway and a 404 by id:
 * the same token reads the gateway's VPC, in a listing begun after the 404. Without it a 404 may as well mean that
 * the account lost access.
 */
async function isAbsenceProven(resource: GatewayResource, io: Io): Promise<boolean> {
  return canSeeVpc(resource.status?.vpc ?? '', io);
}

/** Whether a listing begun now holds the VPC: a listing of gateways without it may just have been filtered. */
export async function canSeeVpc(id: string, io: Io): Promise<boolean> {
  return (await io.session.inventory.vpcs.read(io.clock.now(), io.signal)).byId.has(id);
}

async function findCandidate(resource: GatewayResource, around: Surroundings, io: Io): Promise<Found> {
  const wanted = { ...around, name: cloudName(resource, io.clusterID) };
  const lost = await crnsWithOurTag(resource, io);
  let collision: Collision | undefined;
  for (const gateway of around.gateways.byId.values()) {
    // An intent is looked for everywhere: since it was stored, the spec may have come to name something else.
    const answersIntent = answers(gateway, resource.status?.createIntent);
    const isLost = lost.has(gateway.crn);
    const clash = clashOf(gateway, wanted);
    if (!answersIntent && clash === undefined && !isLost) {
      continue;
    }
    if (isClosed(gateway, io)) {
      // It may be ours, so that nothing may be concluded; but it is not to be looked at.
      return { absenceUnproven: true };
    }
    const tags = await io.session.tagging.listTags(gateway.crn, 'user', io);
    const match = { answersIntent, isLost, sameTarget: clash === 'target' };
    const ownership = claimOn(resource, gateway, tags, match, io);
    if (ownership !== undefined) {
      return { gateway, tags, ownership };
    }
    collision ??= clash && collisionWith(gateway, clash, tags, io.clusterID);
  }
  return collision === undefined ? {} : { collision };
}

function isClosed({ vpc }: EndpointGateway, { session }: Io): boolean {
  const known = session.inventory.vpcs.latest?.byId.get(vpc.id);
  return known !== undefined && !session.allows.vpc(known);
}

interface Match {
  /** It is what a create with a lost answer made. */
  readonly answersIntent: boolean;
  /** Search shows our tag on it, and the status does not know it. */
  readonly isLost: boolean;
  readonly sameTarget: boolean;
}

/** What makes the gateway the object's; `undefined`: nothing does. */
function claimOn(
  resource: GatewayResource,
  gateway: EndpointGateway,
  tags: readonly string[],
  { answersIntent, isLost, sameTarget }: Match,
  io: Io,
): Ownership | undefined {
  const owned = ownershipOf(resource, tags, io);
  switch (owned) {
    case 'ours':
      return owned;
    case 'observed': {
      // A create of ours goes before what has the target of the spec as it is by now.
      const isShown = resource.status?.createIntent === undefined && sameTarget;
      return answersIntent || isShown ? owned : undefined;
    }
    case 'inherited':
      return (sameTarget || isLost) && mayInherit(resource, gateway, tags, io) ? owned : undefined;
    case 'unclaimed': {
      const mayAdopt = resource.spec.adoptionPolicy !== 'Never' && mayClaim(resource, gateway);
      const adopted = sameTarget && mayAdopt ? 'adoptable' : undefined;
      return answersIntent ? owned : adopted;
    }
    default:
      return undefined;
  }
}

/**
 * An object that has our finalizer but no status comes from a backup: its gateway may have another target and name
 * than the spec has now, and only the tag leads to it. Search lags behind tagging by seconds, a backup by more.
 */
async function crnsWithOurTag(resource: GatewayResource, io: Io): Promise<ReadonlySet<string>> {
  // A status names the account once there was a complete look, and the first one with our finalizer has searched.
  if (resource.status?.accountID !== undefined || !hasFinalizer(resource, finalizer)) {
    return new Set();
  }
  const { byId } = await io.session.inventory.tags.read(io.clock.now() - io.freshMs, io.signal);
  const ours = [...byId].filter(([, { tags }]) => carriesOurTag(resource, io.clusterID, tags));
  return new Set(ours.map(([crn]) => crn));
}

/** What was taken over by half is let go of before its object goes. */
function mayInherit(
  resource: GatewayResource,
  gateway: EndpointGateway,
  tags: readonly string[],
  { clusterID }: Io,
): boolean {
  return isDeleting(resource) ? carriesOurTag(resource, clusterID, tags) : mayClaim(resource, gateway);
}

/** Nothing is taken from others while a create of ours may still turn out to have made a gateway. */
function mayClaim(resource: GatewayResource, gateway: EndpointGateway): boolean {
  return (
    resource.status?.createIntent === undefined &&
    !isDeleting(resource) &&
    !isPlatformGateway(gateway) &&
    gateway.lifecycle_state !== 'deleting'
  );
}

/** Whether the gateway is the one that a create with a lost answer made. */
export function answers(gateway: EndpointGateway, intent: CreateIntent | undefined): boolean {
  return (
    intent !== undefined &&
    gateway.vpc.id === intent.vpc &&
    gateway.name === intent.name &&
    targetOfGateway(gateway) === intent.target &&
    Date.parse(gateway.created_at) >= Date.parse(intent.time) - clockToleranceMs
  );
}
