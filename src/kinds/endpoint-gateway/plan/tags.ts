/**
 * Tags that the spec names are attached, those that we attached and it no longer names are detached, and all others are
 * somebody else's. IBM ignores case in tags (fact sheet §9). Pure.
 */
import type { TagType } from '../../../cloud/tagging.ts';
import { type Action, adoptGateway, attachTags, detachTags } from '../actions.ts';
import type { GatewayResource, Observed } from '../observed.ts';
import { adoptedTag, foreignTags, isOwnershipTag, ownershipTag } from '../ownership.ts';

/** Before our own tag, and in a call of its own: one that is ours without it would count as made by us. */
const markAdopted = attachTags('user', [adoptedTag]);

/** What makes the gateway ours by its tags. */
export function planOwnership(resource: GatewayResource, observed: Observed): readonly Action[] {
  const { clusterID, ownership, adopted, gateway, tags } = observed;
  const own = ownershipTag(resource, clusterID);
  const mark = includes(tags.user ?? [], adoptedTag) ? [] : [markAdopted];
  switch (ownership) {
    case 'unclaimed':
      return [...(adopted ? mark : []), attachTags('user', [own])];
    case 'adoptable':
      return [
        ...mark.map((action) => ({ ...action, verb: 'adopt' as const })),
        adoptGateway(gateway?.name ?? '', own),
      ];
    case 'inherited': {
      const foreign = foreignTags(resource, clusterID, tags.user ?? []);
      const adopt = adoptGateway(gateway?.name ?? '', own);
      return foreign.length === 0 ? [adopt] : [adopt, detachTags('user', foreign)];
    }
    default:
      return [];
  }
}

/** Access tags come last: they may have to be created first, by somebody else. */
export function planTags({ spec }: GatewayResource, observed: Observed): readonly Action[] {
  return [
    ...changes('user', spec.tags ?? [], observed),
    ...changes('access', spec.accessTags ?? [], observed),
  ];
}

/** What may not be detached may not pile up either: nothing is attached before. */
function changes(type: TagType, wanted: readonly string[], { tags, applied }: Observed): readonly Action[] {
  const present = tags[type] ?? [];
  const surplus = intersection(without(applied[type], wanted), present);
  const missing = without(wanted, present);
  return [
    ...(surplus.length === 0 ? [] : [detachTags(type, surplus)]),
    ...(missing.length === 0 ? [] : [attachTags(type, missing)]),
  ];
}

/** Those that say nothing about whose a gateway is. */
export function tagsForSpec(tags: readonly string[]): readonly string[] {
  return tags.filter((tag) => !isOwnershipTag(tag) && tag !== adoptedTag);
}

export function sameTags(left: readonly string[], right: readonly string[]): boolean {
  return without(left, right).length === 0 && without(right, left).length === 0;
}

export function without(tags: readonly string[], others: readonly string[]): readonly string[] {
  return tags.filter((tag) => !includes(others, tag));
}

export function intersection(tags: readonly string[], others: readonly string[]): readonly string[] {
  return tags.filter((tag) => includes(others, tag));
}

function includes(tags: readonly string[], wanted: string): boolean {
  return tags.some((tag) => tag.toLowerCase() === wanted.toLowerCase());
}
