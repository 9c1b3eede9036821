/**
 * Gateways that carry the tag of an object that does not exist. The account's tags in use cost a page per thousand;
 * only when one of them names nobody are the tags of single gateways read, and of those alone that no status claims.
 */
import { CloudError } from '../../cloud/errors.ts';
import type { CallContext } from '../../cloud/http.ts';
import type { TaggingClient } from '../../cloud/tagging.ts';
import type { CloudResource, OrphanSearch } from '../../controller/orphan-search.ts';
import { ownerUid } from './ownership.ts';
import type { EndpointGatewaySpec, EndpointGatewayStatus } from './types.gen.ts';

export const orphans: OrphanSearch<EndpointGatewaySpec, EndpointGatewayStatus> = {
  async tagsInUse({ tagging }, clusterID, context) {
    const tags = new Map<string, string>();
    for (const tag of await tagging.listTagsInUse(context)) {
      const uid = ownerUid(tag, clusterID);
      if (uid !== undefined) {
        tags.set(uid, tag);
      }
    }
    return tags;
  },

  async locate(uids, resources, { session, clusterID, nowMs, ...context }) {
    const { byId } = await session.inventory.gateways.read(nowMs, context.signal);
    const claimed = new Set(resources.map(({ status }) => status?.id));
    const missing = new Set(uids);
    const byUid = new Map<string, CloudResource>();
    const unread: string[] = [];
    for (const { id, name, crn, lifecycle_state: state } of byId.values()) {
      if (missing.size === 0) {
        break;
      }
      if (claimed.has(id)) {
        continue;
      }
      const tags = await readTags(session.tagging, crn, context);
      if (tags === undefined) {
        unread.push(crn);
        continue;
      }
      const leaving = state === 'deleting';
      for (const uid of tags.flatMap((tag) => ownerUid(tag, clusterID) ?? [])) {
        if (missing.has(uid)) {
          byUid.set(uid, { id, name, crn, leaving });
        }
        if (!leaving) {
          missing.delete(uid);
        }
      }
    }
    return { byUid, unread };
  },
};

/** `undefined`: the service refuses the one gateway, which says nothing of the others. */
async function readTags(
  tagging: TaggingClient,
  crn: string,
  context: CallContext,
): Promise<readonly string[] | undefined> {
  try {
    return await tagging.listTags(crn, 'user', context);
  } catch (error) {
    if (error instanceof CloudError && (error.reason === 'absent' || error.reason === 'denied')) {
      return undefined;
    }
    throw error;
  }
}
