/**
 * Tags that the spec names are attached, those that it named before and no longer does are detached, and all others
 * are somebody else's. IBM ignores case in tags (fact sheet §9). Pure.
 */
import type { TagType } from '../../../cloud/tagging.ts';
import { type Action, adoptGateway, attachTags, detachTags } from '../actions.ts';
import type { GatewayResource, Observed } from '../observed.ts';
import { adoptedTag, foreignTags, ownershipTag } from '../ownership.ts';

/** What makes the gateway ours by its tags. */
export function planOwnership(resource: GatewayResource, observed: Observed): readonly Action[] {
  const { clusterID, ownership, adopted, gateway, tags } = observed;
  const own = ownershipTag(resource, clusterID);
  switch (ownership) {
    case 'unclaimed':
      return [attachTags('user', adopted ? [own, adoptedTag] : [own])];
    case 'adoptable':
      return [adoptGateway(gateway?.name ?? '', [own, adoptedTag])];
    case 'inherited': {
      const foreign = foreignTags(resource, clusterID, tags.user ?? []);
      const adopt = adoptGateway(gateway?.name ?? '', [own]);
      return foreign.length === 0 ? [adopt] : [adopt, detachTags('user', foreign)];
    }
    default:
      return [];
  }
}

export function planTags(resource: GatewayResource, { tags }: Observed): readonly Action[] {
  const { spec, status } = resource;
  return [
    ...changes('user', spec.tags ?? [], status?.appliedTags ?? [], tags.user ?? []),
    ...changes('access', spec.accessTags ?? [], status?.appliedAccessTags ?? [], tags.access ?? []),
  ];
}

function changes(
  type: TagType,
  wanted: readonly string[],
  applied: readonly string[],
  present: readonly string[],
): readonly Action[] {
  const missing = without(wanted, present);
  const surplus = without(applied, wanted).filter((tag) => includes(present, tag));
  return [
    ...(missing.length === 0 ? [] : [attachTags(type, missing)]),
    ...(surplus.length === 0 ? [] : [detachTags(type, surplus)]),
  ];
}

/** What of the spec's tags, those of now and of before, the gateway carries: what is to be detached one day. */
export function appliedTags(
  wanted: readonly string[],
  applied: readonly string[],
  present: readonly string[],
): readonly string[] {
  return [...wanted, ...without(applied, wanted)].filter((tag) => includes(present, tag)).toSorted();
}

export function sameTags(left: readonly string[], right: readonly string[]): boolean {
  return without(left, right).length === 0 && without(right, left).length === 0;
}

export function without(tags: readonly string[], others: readonly string[]): readonly string[] {
  return tags.filter((tag) => !includes(others, tag));
}

function includes(tags: readonly string[], wanted: string): boolean {
  return tags.some((tag) => tag.toLowerCase() === wanted.toLowerCase());
}
