/** A sweep over a made-up cloud: things with a tag, in accounts and regions. */
import { pino } from 'pino';

import type { AccountScope, Session } from '../../src/cloud/accounts.ts';
import { CloudError } from '../../src/cloud/errors.ts';
import type { AnyKind, Resource } from '../../src/controller/kind.ts';
import { type SweepDeps, sweepOrphans } from '../../src/controller/sweep.ts';
import type { ApiObject } from '../../src/kube/object.ts';
import { Store } from '../../src/kube/store.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';
import { resource, type ResourceParts } from './samples.ts';
import { ToyCloud } from './toy-kind.ts';

export const everyMs = 3_600_000;

interface Thing {
  readonly account: string;
  readonly region: string;
  /** As in the tag, in any case. */
  readonly uid: string;
  readonly leaving: boolean;
}

export class SweepScene {
  readonly clock = new FakeClock();
  readonly store = new Store<Resource>();
  /** Of another kind. */
  readonly otherStore = new Store<Resource>();
  things: Thing[] = [];
  /** Regions that each configured account was used in. */
  used: Readonly<Record<string, readonly string[]>> = { default: ['us-south'] };
  /** What fails: `account`, or `account/region`. */
  readonly broken = new Set<string>();
  /** Where something could not be looked at, as `account/region`. */
  readonly unread = new Set<string>();
  /** Regions that were looked at, as `account/region`. */
  readonly looks: string[] = [];
  /** Called after an account's tags, or a region's things, were listed. */
  meanwhile: (listed: 'tags' | 'things') => void = () => {};
  readonly counts: Record<string, number> = {};
  readonly events: { readonly about: string; readonly note: string }[] = [];
  readonly deps: SweepDeps;

  /** `known`: the objects, and those of the other kind, have been listed. */
  constructor({ known = true, othersKnown = true } = {}) {
    if (known) {
      this.store.apply({ type: 'initDone' });
    }
    if (othersKnown) {
      this.otherStore.apply({ type: 'initDone' });
    }
    const used = (): SweepScene['used'] => this.used;
    this.deps = {
      controller: { kind: { ...new ToyCloud().kind, orphans: this.#search() }, store: this.store },
      stores: [this.store, this.otherStore],
      accounts: {
        get open() {
          return Object.entries(used()).map(([name, regions]) => ({ name, regions }) as AccountScope);
        },
        refusal: (_, namespace) => (namespace === 'closed' ? 'it is closed' : undefined),
        session: async (account, region) => ({ accountID: account, region }) as Session,
      },
      recorder: { record: ({ metadata }, { note }) => void this.events.push({ about: metadata.name, note }) },
      clock: this.clock,
      log: pino({ level: 'silent' }),
      everyMs,
      random: () => 0.5,
      clusterID: 'cluster',
      self: async () => ({ metadata: { name: 'the-lease' } }) as ApiObject,
      onSwept: (account, orphans) => {
        this.counts[account] = orphans;
      },
    };
  }

  /** An object. */
  hold(uid: string, { metadata, ...parts }: ResourceParts = {}, store = this.store): void {
    const object = resource({ ...parts, metadata: { name: uid, uid, ...metadata } });
    store.apply({ type: 'apply', object });
  }

  remove(uid: string): void {
    this.store.apply({ type: 'delete', object: resource({ metadata: { name: uid, uid } }) });
  }

  /** A thing that carries the tag of the uid. */
  put(uid: string, parts: Partial<Thing> = {}): void {
    this.things.push({ uid, account: 'default', region: 'us-south', leaving: false, ...parts });
  }

  /** Sweeps of one process; `between` is called after each. */
  async sweep(times = 1, between = (): void => {}, deps = this.deps): Promise<void> {
    const stop = new AbortController();
    const sweeping = sweepOrphans(deps, stop.signal);
    for (let done = 0; done < times; done += 1) {
      await this.clock.advance(everyMs);
      await settle();
      between();
    }
    stop.abort();
    await sweeping;
  }

  /** Uids of the tags that events named. */
  get reported(): readonly string[] {
    return this.events.map(({ note }) => /cluster:(\w+)/.exec(note)?.[1] ?? note);
  }

  #search(): NonNullable<AnyKind['orphans']> {
    return {
      tagsInUse: async ({ name }, clusterID) => {
        this.#failIfBroken(name);
        const uids = this.things.filter(({ account }) => account === name).map(({ uid }) => uid);
        this.meanwhile('tags');
        return new Map(uids.map((uid) => [uid.toLowerCase(), `${clusterID}:${uid}`]));
      },
      locate: async (uids, _, { session: { accountID, region } }) => {
        this.looks.push(`${accountID}/${region}`);
        this.#failIfBroken(`${accountID}/${region}`);
        const here = this.things.filter((thing) => thing.account === accountID && thing.region === region);
        this.meanwhile('things');
        const byUid = new Map(
          here
            .map(({ uid, leaving }) => ({ key: uid.toLowerCase(), uid, leaving }))
            .filter(({ key }) => uids.has(key))
            .map(({ key, uid, leaving }) => [
              key,
              { id: `id-${uid}`, name: `name-${uid}`, crn: `crn:${uid}`, leaving },
            ]),
        );
        return { byUid, unread: this.unread.has(`${accountID}/${region}`) ? ['crn:unread'] : [] };
      },
    };
  }

  #failIfBroken(what: string): void {
    if (this.broken.has(what)) {
      throw new CloudError('no', { reason: 'unavailable', operation: 'list' });
    }
  }
}
