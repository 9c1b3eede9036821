/**
 * Gateways that carry the tag of an object that does not exist. The account's tags in use cost a page per thousand;
 * only when one of them names nobody are the tags of single gateways read, and of those alone that no status claims.
 */
import type { CloudResource, OrphanSearch } from '../../controller/kind.ts';
import { ownerUid } from './desired.ts';
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
    const located = new Map<string, CloudResource>();
    for (const { id, name, crn, lifecycle_state: state } of byId.values()) {
      if (located.size === uids.size) {
        break;
      }
      if (claimed.has(id)) {
        continue;
      }
      for (const tag of await session.tagging.listTags(crn, context)) {
        const uid = ownerUid(tag, clusterID) ?? '';
        if (uids.has(uid)) {
          located.set(uid, { id, name, crn, leaving: state === 'deleting' });
        }
      }
    }
    return located;
  },
};
