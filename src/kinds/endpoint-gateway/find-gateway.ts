/**
 * Which gateway of the cloud is ours: the one in the status, else one that carries our tag, else the one of a create
 * whose answer got lost. And the proof that there is none.
 */
import { CloudError } from '../../cloud/errors.ts';
import type { Snapshot } from '../../cloud/inventory.ts';
import type { EndpointGateway, Vpc } from '../../cloud/vpc-types.ts';
import type { Io } from '../../controller/kind.ts';
import { cloudName, foreignTag, isOwnershipTag, ownerUid, targetOf, targetOfGateway } from './desired.ts';
import type { Collision, CreateIntent, GatewayResource, Ownership } from './observed.ts';

export interface Found {
  readonly gateway?: EndpointGateway;
  /** The gateway's user tags, where they had to be read to find it. */
  readonly tags?: readonly string[];
  readonly collision?: Collision;
  readonly absenceUnproven?: boolean;
}

/** Clocks of IBM's services may differ this much from the `Date` that an intent was stamped with (design §4.5). */
const clockToleranceMs = 5 * 60_000;

interface Cloud {
  readonly gateways: Snapshot<EndpointGateway>;
  /** The VPC that the spec names, if there is one. */
  readonly vpc: Vpc | undefined;
}

export async function findGateway(resource: GatewayResource, cloud: Cloud, io: Io): Promise<Found> {
  const { id } = resource.status ?? {};
  if (id !== undefined) {
    const gateway = cloud.gateways.byId.get(id) ?? (await readUnlisted(id, io));
    if (gateway !== undefined) {
      return { gateway };
    }
    if (!(await isAbsenceProven(resource, io))) {
      return { absenceUnproven: true };
    }
    io.session.inventory.forget(id);
  }
  return findCandidate(resource, cloud, io);
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

async function findCandidate(resource: GatewayResource, { gateways, vpc }: Cloud, io: Io): Promise<Found> {
  let collision: Collision | undefined;
  for (const gateway of gateways.byId.values()) {
    // An intent is looked for everywhere: since it was stored, the spec may have come to name something else.
    const answersIntent = answers(gateway, resource.status?.createIntent);
    const clash = gateway.vpc.id === vpc?.id ? clashOf(gateway, resource, io.clusterID) : undefined;
    if (!answersIntent && clash === undefined) {
      continue;
    }
    const tags = await io.session.tagging.listTags(gateway.crn, io);
    const ownership = ownershipOf(resource, io.clusterID, tags);
    if (ownership === 'ours' || (ownership === 'unclaimed' && answersIntent)) {
      return { gateway, tags };
    }
    const leaving = gateway.lifecycle_state === 'deleting';
    const owner = tags.find((tag) => isOwnershipTag(tag) && ownerUid(tag, io.clusterID) === undefined);
    collision ??= clash && { id: gateway.id, name: gateway.name, why: clash, owner, leaving };
  }
  return collision === undefined ? {} : { collision };
}

/** What a VPC can have only once, of all that ours would have (R1, R8). */
function clashOf(
  gateway: EndpointGateway,
  resource: GatewayResource,
  clusterID: string,
): Collision['why'] | undefined {
  if (targetOfGateway(gateway) === targetOf(resource)) {
    return 'target';
  }
  return gateway.name === cloudName(resource, clusterID) ? 'name' : undefined;
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

export function ownershipOf(
  resource: GatewayResource,
  clusterID: string,
  tags: readonly string[],
): Ownership {
  if (foreignTag(resource, clusterID, tags) !== undefined) {
    return 'other';
  }
  return tags.some(isOwnershipTag) ? 'ours' : 'unclaimed';
}
