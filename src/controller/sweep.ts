/**
 * The orphan sweep: on a timer, looks for what carries our tag in the cloud although the object that the tag names
 * does not exist, because somebody removed its finalizer by force or restored an old etcd. It reports and deletes
 * nothing: only a person knows whether the thing is in use.
 *
 * Guarantees: what belongs to an object that this process knew of before the tags were listed, after that or at the
 * end is not reported, be it new, healthy or being deleted, and of whatever kind: a tag does not say which. What the
 * caches have not heard of yet is not known. One account's, region's or resource's trouble does not hide what others
 * hold; a failure is logged and left to the next sweep.
 */
import type { Logger } from 'pino';
import type { Accounts, AccountScope } from '../cloud/accounts.ts';
import type { ApiObject } from '../kube/object.ts';
import type { EventRecorder } from '../kube/recorder.ts';
import type { Store } from '../kube/store.ts';
import type { Controller } from './controller.ts';
import type { AnyKind, Resource } from './kind.ts';
import type { OrphansFound } from './orphan-search.ts';
import { type Orphan, orphanEvents, reportable } from './orphan-report.ts';
import { type Period, periodically } from './periodically.ts';

export interface SweepDeps extends Omit<Period, 'firstMs'> {
  readonly controller: Pick<Controller, 'kind' | 'store'>;
  /** Of all kinds, this one's among them. */
  readonly stores: readonly Store<Resource>[];
  readonly accounts: Pick<Accounts, 'open' | 'refusal' | 'session'>;
  readonly recorder: Pick<EventRecorder, 'record'>;
  readonly log: Logger;
  readonly clusterID: string;
  /** The operator's own object, which the events are about. */
  readonly self: (signal: AbortSignal) => Promise<ApiObject>;
  /** How many orphans an account holds; not called for one that could not be swept. */
  readonly onSwept: (account: string, orphans: number) => void;
}

/**
 * Sweeps until the signal aborts, if the kind can. The first sweep comes 1 to 5 minutes after the start, since a
 * leader may not last for an interval; they differ so that operators which start together do not sweep together.
 */
export async function sweepOrphans(deps: SweepDeps, signal: AbortSignal): Promise<void> {
  const { orphans } = deps.controller.kind;
  if (orphans !== undefined) {
    const sweep = new Sweep(orphans, deps, signal);
    const firstMs = Math.min((1 + 4 * deps.random()) * 60_000, deps.everyMs);
    await periodically({ ...deps, firstMs }, signal, async () => sweep.run());
  }
}

type Search = NonNullable<AnyKind['orphans']>;

class Sweep {
  readonly #search: Search;
  readonly #deps: SweepDeps;
  readonly #signal: AbortSignal;
  readonly #log: Logger;
  /** What the last sweep of each account that came to its end suspected, reported or not. */
  readonly #suspects = new Map<string, readonly Orphan[]>();

  constructor(search: Search, deps: SweepDeps, signal: AbortSignal) {
    this.#search = search;
    this.#deps = deps;
    this.#signal = signal;
    this.#log = deps.log.child({ kind: deps.controller.kind.type.kind });
  }

  async run(): Promise<void> {
    if (!this.#deps.stores.every(({ synced }) => synced)) {
      this.#log.info('no sweep for orphans before all objects are known');
      return;
    }
    const before = [...this.#suspects.values()].flat();
    const swept = await Promise.all(
      this.#deps.accounts.open.map(async (account) => this.#sweepAccount(account)),
    );
    if (!this.#signal.aborted) {
      await this.#report(
        swept.filter((name) => name !== undefined),
        before,
      );
    }
  }

  /** The account's name, unless it could not be swept. */
  async #sweepAccount(account: AccountScope): Promise<string | undefined> {
    try {
      this.#suspects.set(account.name, await this.#suspectsOf(account));
      return account.name;
    } catch (error) {
      this.#logFailure({ account: account.name }, error);
      return undefined;
    }
  }

  async #suspectsOf(account: AccountScope): Promise<readonly Orphan[]> {
    const { clusterID } = this.#deps;
    const before = this.#uids();
    const context = { signal: this.#signal, priority: 'background' } as const;
    const tags = await this.#search.tagsInUse(account, clusterID, context);
    const after = this.#uids();
    const earlier = new Map(this.#suspects.get(account.name)?.map((orphan) => [orphan.uid, orphan]));
    const suspects = [...tags]
      .filter(([uid]) => !before.has(uid) && !after.has(uid))
      .map(([uid, tag]) => ({ uid, tag, account: account.name, regions: regionsToSkip(earlier.get(uid)) }));
    const located = await this.#locate(suspects, account);
    return located
      .map((orphan) => (orphan.resource === undefined ? stillThere(orphan, earlier.get(orphan.uid)) : orphan))
      .filter(({ resource }) => resource?.leaving !== true);
  }

  /**
   * Searches each suspect in every region, until it is found. Where it was searched for to the end and not found it
   * is not searched for again as long as it is suspect: each time would cost the tags of every unclaimed resource.
   */
  async #locate(suspects: readonly Orphan[], account: AccountScope): Promise<readonly Orphan[]> {
    let orphans = suspects;
    for (const region of this.#regionsOf(account)) {
      const isMissing = ({ resource, regions }: Orphan): boolean =>
        resource?.leaving !== false && !regions.includes(region);
      const uids = new Set(orphans.filter(isMissing).map(({ uid }) => uid));
      if (uids.size > 0) {
        const found = await this.#searchRegion(uids, account.name, region);
        orphans = orphans.map((orphan) =>
          uids.has(orphan.uid) ? afterSearch(orphan, region, found) : orphan,
        );
      }
    }
    return orphans;
  }

  /** `undefined`: the region could not be searched. */
  async #searchRegion(
    uids: ReadonlySet<string>,
    account: string,
    region: string,
  ): Promise<OrphansFound | undefined> {
    const { accounts, clock, clusterID, controller } = this.#deps;
    const signal = this.#signal;
    try {
      const session = await accounts.session(account, region, signal);
      const place = { session, clusterID, nowMs: clock.now(), signal, priority: 'background' } as const;
      const found = await this.#search.locate(uids, controller.store.list(), place);
      if (found.unread.length > 0) {
        const some = { unread: found.unread.slice(0, 20), total: found.unread.length };
        this.#log.warn({ account, region, ...some }, 'not everything could be searched for orphans');
      }
      return found;
    } catch (error) {
      // It may be no region but a slip in somebody's object, and must not hide what the others hold.
      this.#logFailure({ account, region }, error);
      return undefined;
    }
  }

  async #report(accounts: readonly string[], before: readonly Orphan[]): Promise<void> {
    const { controller, recorder, self, onSwept } = this.#deps;
    const suspects = accounts.flatMap((name) => this.#suspects.get(name) ?? []);
    const orphans = reportable(suspects, before, this.#uids());
    for (const name of accounts) {
      onSwept(name, orphans.filter(({ account }) => account === name).length);
    }
    if (orphans.length === 0) {
      return;
    }
    this.#log.warn({ orphans: orphans.slice(0, 20), total: orphans.length }, 'orphans found');
    try {
      const object = await self(this.#signal);
      orphanEvents(controller.kind.type.kind, orphans).forEach((event) => recorder.record(object, event));
    } catch (error) {
      this.#logFailure({}, error);
    }
  }

  /** Where objects are, and where some were since the program started: the last one of a region may be gone. */
  #regionsOf({ name, regions }: AccountScope): readonly string[] {
    const { accounts, controller } = this.#deps;
    const here = controller.store
      .list()
      .filter(({ spec }) => spec.account === name)
      .filter(({ metadata }) => accounts.refusal(name, metadata.namespace) === undefined)
      .map(({ spec }) => controller.kind.regionOf(spec));
    return [...new Set([...regions, ...here])];
  }

  #uids(): ReadonlySet<string> {
    const objects = this.#deps.stores.flatMap((store) => store.list());
    return new Set(objects.map(({ metadata }) => metadata.uid.toLowerCase()));
  }

  #logFailure(where: object, error: unknown): void {
    if (!this.#signal.aborted) {
      this.#log.warn({ ...where, err: error }, 'a sweep for orphans failed in part');
    }
  }
}

function regionsToSkip(earlier: Orphan | undefined): readonly string[] {
  return earlier === undefined || earlier.resource !== undefined ? [] : earlier.regions;
}

function afterSearch(orphan: Orphan, region: string, found: OrphansFound | undefined): Orphan {
  const resource = found?.byUid.get(orphan.uid);
  if (resource !== undefined) {
    return { ...orphan, resource: { ...resource, region } };
  }
  return found?.unread.length === 0 ? { ...orphan, regions: [...orphan.regions, region] } : orphan;
}

/** A suspect that was not found is still where it was found earlier, unless that region was searched to the end. */
function stillThere(orphan: Orphan, earlier: Orphan | undefined): Orphan {
  const resource = earlier?.resource;
  return resource === undefined || orphan.regions.includes(resource.region)
    ? orphan
    : { ...orphan, resource };
}
