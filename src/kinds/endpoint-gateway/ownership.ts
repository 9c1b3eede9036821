/**
 * Whose a gateway is: the user tag `vpe-operator:<clusterID>:<objectUID>` says it (design §5.4, "Ownership"). IBM
 * ignores case in tags (fact sheet §9). Pure.
 */
import type { EndpointGateway } from '../../cloud/vpc-types.ts';
import type { GatewayResource } from './observed.ts';

const ownershipPrefix = 'vpe-operator:';

/**
 * Goes with the ownership tag of a gateway that was there before us, so that even an object whose status got lost
 * never deletes by default what it did not make.
 */
export const adoptedTag = 'vpe-operator-origin:adopted';

/** Names the cluster whose objects leave their gateways to this one, as after a restore of a backup. */
export const takeOverAnnotation = 'vpe-operator.io/take-over-from';

/** The user tag by which a gateway is ours. */
export function ownershipTag(resource: GatewayResource, clusterID: string): string {
  return `${ownershipPrefix}${clusterID}:${resource.metadata.uid}`;
}

export function isOwnershipTag(tag: string): boolean {
  return tag.toLowerCase().startsWith(ownershipPrefix);
}

/** Uids are UUIDs (Kubernetes, "Object Names and IDs"). Whatever else follows the prefix, no operator wrote it. */
const uidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The uid, in lower case, of the object of this cluster that the tag names as the owner. */
export function ownerUid(tag: string, clusterID: string): string | undefined {
  const prefix = `${ownershipPrefix}${clusterID}:`.toLowerCase();
  const uid = tag.slice(prefix.length).toLowerCase();
  return tag.toLowerCase().startsWith(prefix) && uidPattern.test(uid) ? uid : undefined;
}

/** Other owners' tags, even beside ours: then the gateway is not ours alone, and is left alone. */
export function foreignTags(
  resource: GatewayResource,
  clusterID: string,
  tags: readonly string[],
): readonly string[] {
  const ours = ownershipTag(resource, clusterID).toLowerCase();
  return tags.filter((tag) => isOwnershipTag(tag) && tag.toLowerCase() !== ours);
}

export function carriesOurTag(
  resource: GatewayResource,
  clusterID: string,
  tags: readonly string[],
): boolean {
  const ours = ownershipTag(resource, clusterID).toLowerCase();
  return tags.some((tag) => tag.toLowerCase() === ours);
}

/** Whose tag the gateway carries; `unread` where nothing needed to know. */
export type Ownership =
  | 'unread'
  | 'ours'
  /** Nobody's tag, but ours by its id or by the create that made it: the tag is missing. */
  | 'unclaimed'
  /** Nobody's, made by other means, and the spec lets us take it. */
  | 'adoptable'
  /** Of a cluster that the object names as the one to take over from. */
  | 'inherited'
  | 'other'
  /** Whoever's: it is only looked at (managementPolicy Observe). */
  | 'observed';

/** Whether the operator may take over what an object of that cluster owns; the configuration's and the API server's word. */
export type MayTakeOver = (clusterID: string, uid: string) => boolean;

export function ownershipOf(
  resource: GatewayResource,
  tags: readonly string[],
  { clusterID, mayTakeOver }: { readonly clusterID: string; readonly mayTakeOver: MayTakeOver },
): Exclude<Ownership, 'unread' | 'adoptable'> {
  if (resource.spec.managementPolicy === 'Observe') {
    return 'observed';
  }
  const foreign = foreignTags(resource, clusterID, tags);
  if (foreign.length > 0) {
    return foreign.every((tag) => isInherited(resource, tag, mayTakeOver)) ? 'inherited' : 'other';
  }
  return carriesOurTag(resource, clusterID, tags) ? 'ours' : 'unclaimed';
}

function isInherited({ metadata }: GatewayResource, tag: string, mayTakeOver: MayTakeOver): boolean {
  const cluster = metadata.annotations?.[takeOverAnnotation] ?? '';
  const uid = cluster === '' ? undefined : ownerUid(tag, cluster);
  return uid !== undefined && mayTakeOver(cluster, uid);
}

/**
 * Gateways that IBM Cloud Kubernetes Service makes for its clusters, by their names or their security groups' (fact
 * sheet §8.1; peers, headline 7). They are at most observed.
 */
export function isPlatformGateway({ name, security_groups }: EndpointGateway): boolean {
  return name.startsWith('kube-') || security_groups.some((group) => group.name.startsWith('kube-vpegw-'));
}
