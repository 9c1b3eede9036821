/**
 * The orphan sweep: on a timer, looks for what carries our tag in the cloud although the object that the tag names
 * does not exist, because somebody removed its finalizer by force or restored an old etcd. It reports and deletes
 * nothing: only a person knows whether the thing is in use.
 *
 * Guarantees: what belongs to an object that existed at any moment of the sweep is not reported, be it new, healthy or
 * being deleted; one account's or region's trouble does not hide what another one holds; a failure is logged and left
 * to the next sweep.
 */
import type { Logger } from 'pino';
import type { Accounts, AccountScope } from '../cloud/accounts.ts';
import type { ApiObject } from '../kube/object.ts';
import type { EventRecorder } from '../kube/recorder.ts';
import type { Controller } from './controller.ts';
import type { AnyKind, CloudResource } from './kind.ts';
import { type Orphan, orphanEvents, reportable } from './orphan-report.ts';
import { type Period, periodically } from './periodically.ts';

export interface SweepDeps extends Period {
  readonly controller: Pick<Controller, 'kind' | 'store'>;
  readonly accounts: Pick<Accounts, 'open' | 'refusal' | 'session'>;
  readonly recorder: Pick<EventRecorder, 'record'>;
  readonly log: Logger;
  readonly clusterID: string;
  /** The operator's own object, which the events are about. */
  readonly self: (signal: AbortSignal) => Promise<ApiObject>;
  /** How many orphans an account holds; not called for one that could not be swept. */
  readonly onSwept: (account: string, orphans: number) => void;
}

/** Sweeps until the signal aborts, if the kind can. */
export async function sweepOrphans(deps: SweepDeps, signal: AbortSignal): Promise<void> {
  const { orphans } = deps.controller.kind;
  if (orphans !== undefined) {
    const sweep = new Sweep(orphans, deps, signal);
    await periodically(deps, signal, async () => sweep.run());
  }
}

type Search = NonNullable<AnyKind['orphans']>;
type Located = ReadonlyMap<string, CloudResource & { readonly region: string }>;

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
    if (!this.#deps.controller.store.synced) {
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
    const uids = [...tags.keys()].filter((uid) => !before.has(uid) && !after.has(uid));
    const regions = this.#regionsOf(account);
    const located = await this.#locate(uids, account.name, regions);
    return uids.flatMap((uid) => {
      const resource = located.get(uid);
      const orphan = { uid, tag: tags.get(uid) ?? '', account: account.name, regions };
      return resource?.leaving === true ? [] : [resource === undefined ? orphan : { ...orphan, resource }];
    });
  }

  async #locate(uids: readonly string[], account: string, regions: readonly string[]): Promise<Located> {
    const { accounts, clock, clusterID, controller } = this.#deps;
    const signal = this.#signal;
    const located = new Map<string, CloudResource & { readonly region: string }>();
    for (const region of regions) {
      const missing = new Set(uids.filter((uid) => !located.has(uid)));
      if (missing.size === 0) {
        break;
      }
      try {
        const session = await accounts.session(account, region, signal);
        const nowMs = clock.now();
        const place = { session, clusterID, nowMs, signal, priority: 'background' } as const;
        const found = await this.#search.locate(missing, controller.store.list(), place);
        found.forEach((resource, uid) => located.set(uid, { ...resource, region }));
      } catch (error) {
        // It may be no region but a slip in somebody's object, and must not hide what the others hold.
        this.#logFailure({ account, region }, error);
      }
    }
    return located;
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
      .map(({ spec }) => spec.region);
    return [...new Set([...regions, ...here])];
  }

  #uids(): ReadonlySet<string> {
    return new Set(this.#deps.controller.store.list().map(({ metadata }) => metadata.uid.toLowerCase()));
  }

  #logFailure(where: object, error: unknown): void {
    if (!this.#signal.aborted) {
      this.#log.warn({ ...where, err: error }, 'a sweep for orphans failed in part');
    }
  }
}
