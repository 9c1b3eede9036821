/**
 * The gateway's tags, ownership among them. They are read before the first write of a pass, from the tagging service
 * itself, since search lags behind it (fact sheet §9); and where a listing by search says that somebody changed them.
 */
import type { TagType } from '../../../cloud/tagging.ts';
import type { EndpointGateway } from '../../../cloud/vpc-types.ts';
import { isDeleting } from '../../../controller/finalizer.ts';
import type { Io } from '../../../controller/kind.ts';
import type { Found } from './find-gateway.ts';
import type { GatewayResource, Observed } from '../observed.ts';
import { carriesOurTag, ownershipOf } from '../ownership.ts';
import { plan } from '../plan.ts';
import { planDeletion } from '../plan/deletion.ts';
import { sameTags } from '../plan/tags.ts';
import { tagLists } from '../report/lists.ts';

/** Whether there will be a write is the plan's word: it is asked as if the gateway were ours. */
export async function readOwnership(
  resource: GatewayResource,
  observed: Observed,
  found: Found,
  io: Io,
): Promise<Observed> {
  const { gateway, tags } = observed;
  if (gateway === undefined) {
    return observed;
  }
  const planned = isDeleting(resource) ? planDeletion : plan;
  const claimed = carriesOurTag(resource, io.clusterID, tags.user ?? []);
  const assumed: Observed = { ...observed, ownership: 'ours' };
  const known = claimed && found.tags === undefined && !changedOutside(gateway, observed, io);
  if (known && planned(resource, assumed).kind !== 'act') {
    return observed;
  }
  const user = found.tags ?? (await read('user', gateway, io));
  const access = showsAccessTags(resource) ? await read('access', gateway, io) : undefined;
  const ownership = found.ownership === 'adoptable' ? found.ownership : ownershipOf(resource, user, io);
  return { ...observed, tags: { user, access }, ownership };
}

async function read(type: TagType, { crn }: EndpointGateway, io: Io): Promise<readonly string[]> {
  return io.session.tagging.listTags(crn, type, io);
}

/** Those that the spec gives, or gave: what others attached beside them stays in the status, and is kept up. */
function showsAccessTags({ spec, status }: GatewayResource): boolean {
  return (spec.accessTags?.length ?? 0) + (status?.accessTags?.length ?? 0) > 0;
}

/** Whether the last listing by search, if there was one, has other tags than we know of. */
function changedOutside({ crn }: EndpointGateway, { tags }: Observed, { session }: Io): boolean {
  const listed = session.inventory.tags.latest?.byId.get(crn);
  if (listed === undefined) {
    return false;
  }
  const shown = tagLists(listed);
  return (
    !sameTags(shown.tags, tags.user ?? []) ||
    (tags.access !== undefined && !sameTags(shown.accessTags, tags.access))
  );
}
