/** Which suspects of a sweep are reported, and in what words. Pure. */
import type { Occurrence } from '../kube/recorder.ts';
import type { CloudResource } from './orphan-search.ts';
import type { Reason } from './reasons.ts';

/** A tag in use whose object does not exist. */
export interface Orphan {
  /** Of the object that the tag names, in lower case. */
  readonly uid: string;
  readonly tag: string;
  /** By its name in the configuration. */
  readonly account: string;
  /** Those that were searched to the end without finding it, now or in an earlier sweep. */
  readonly regions: readonly string[];
  /** What carries the tag; absent when nothing was found that does. */
  readonly resource?: CloudResource & { readonly region: string };
}

/** Each is one event. */
const mostEvents = 10;
const mostRegions = 10;

const reason: Reason = 'Orphan';

/**
 * A tag that nothing was found to carry may belong to a resource that has just gone: how long the tagging service
 * keeps such a tag in use is UNCONFIRMED (fact sheet §9). It has to be there in two sweeps. Two configured accounts
 * may be one account of IBM Cloud; an orphan counts once, where it was located if anywhere.
 */
export function reportable(
  suspects: readonly Orphan[],
  before: readonly Orphan[],
  existing: ReadonlySet<string>,
): readonly Orphan[] {
  const known = new Set(before.map(({ uid }) => uid));
  const worthy = suspects.filter(({ uid, resource }) => resource !== undefined || known.has(uid));
  const located = worthy.filter(({ resource }) => resource !== undefined);
  const byUid = new Map<string, Orphan>();
  for (const orphan of [...located, ...worthy]) {
    if (!byUid.has(orphan.uid) && !existing.has(orphan.uid)) {
      byUid.set(orphan.uid, orphan);
    }
  }
  return [...byUid.values()];
}

/** One event for each of the first, always the same ones, and one for all others. */
export function orphanEvents(kind: string, orphans: readonly Orphan[]): readonly Occurrence[] {
  const ordered = orphans.toSorted((left, right) => (left.uid < right.uid ? -1 : 1));
  const notes = ordered.slice(0, mostEvents).map((orphan) => noteOf(kind, orphan));
  const more = ordered.length - notes.length;
  return [
    ...notes,
    ...(more > 0 ? [`${more} more tags in use name no ${kind}; vpe_operator_orphans counts them all.`] : []),
  ].map((note) => ({ type: 'Warning', reason, action: 'Sweep', note }));
}

function noteOf(kind: string, { tag, account, regions, resource }: Orphan): string {
  if (resource === undefined) {
    const shown = regions.slice(0, mostRegions).join(', ');
    const where =
      regions.length === 0 ? 'no region is known that could be searched' : `not located in ${shown}`;
    return (
      `Something in account ${account} carries the tag ${tag}, but no ${kind} that this operator watches has that ` +
      `uid (${where}). Search the account for the tag; delete what carries it, or detach the tag to keep it.`
    );
  }
  const { name, id, region } = resource;
  return (
    `${name} (${id}) in region ${region} of account ${account} carries the tag ${tag}, but no ${kind} that this ` +
    'operator watches has that uid. Delete it in the cloud, or detach the tag to keep it.'
  );
}
