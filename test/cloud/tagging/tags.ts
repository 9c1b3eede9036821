/**
 * Tags by resource and by account. A tag is one tag in any case and keeps the case of whoever named it first in the
 * account. A user tag is made when it is attached for the first time and outlives its last resource; an access tag is
 * made before (vpc-endpoint-gateways §9). What is attached is gone as soon as its resource is (how long stale ones
 * stay is UNCONFIRMED).
 */
import type { Clock } from '../../../src/lib/clock.ts';

export const TAG_TYPES = ['user', 'access', 'service'] as const;
export type TagType = (typeof TAG_TYPES)[number];

/** How many a resource may carry; for access tags, how many an account may have as well. */
export const MOST_TAGS: Readonly<Record<TagType, number>> = { user: 1_000, access: 250, service: 1_000 };

/** How far back `asOf` can look, at least: longer than any lag of the search. */
const REMEMBERED_MS = 3_600_000;

interface Held {
  readonly sinceMs: number;
  /** In lower case. */
  readonly tags: ReadonlySet<string>;
}

export class Tags {
  readonly #clock: Clock;
  /** What each resource carries and lately carried, newest last. */
  readonly #byResource = new Map<string, Held[]>();
  /** Account and type → lower-case tag → tag. */
  readonly #named = new Map<string, Map<string, string>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(crn: string, type: TagType = 'user'): string[] {
    return this.#spelt(crn, type, this.#held(crn, type));
  }

  /** What the resource carried then, which may be an hour ago at most. */
  asOf(crn: string, type: TagType, atMs: number): string[] {
    const held = this.#byResource.get(keyOf(crn, type))?.findLast(({ sinceMs }) => sinceMs <= atMs);
    return this.#spelt(crn, type, held?.tags ?? new Set());
  }

  /** Every tag of the account, attached or not. */
  in(accountId: string, type: TagType = 'user'): string[] {
    return [...this.#namesIn(accountId, type).values()].toSorted();
  }

  exists(accountId: string, type: TagType, tag: string): boolean {
    return this.#namesIn(accountId, type).has(lower(tag));
  }

  /** Returns false, changing nothing, when the account has this tag already or may have no more. */
  create(accountId: string, type: TagType, tag: string): boolean {
    const names = this.#namesIn(accountId, type);
    if (names.has(lower(tag)) || names.size >= MOST_TAGS[type]) {
      return false;
    }
    names.set(lower(tag), tag);
    return true;
  }

  /** Returns false, changing nothing, when the resource would carry too many. */
  attach(crn: string, tags: readonly string[], type: TagType = 'user'): boolean {
    const attached = new Set([...this.#held(crn, type), ...tags.map(lower)]);
    if (attached.size > MOST_TAGS[type]) {
      return false;
    }
    const names = this.#namesIn(accountOf(crn), type);
    for (const tag of tags) {
      names.set(lower(tag), names.get(lower(tag)) ?? tag);
    }
    this.#hold(crn, type, attached);
    return true;
  }

  /** A tag that is not attached is no error. */
  detach(crn: string, tags: readonly string[], type: TagType = 'user'): void {
    const gone = new Set(tags.map(lower));
    this.#hold(crn, type, new Set([...this.#held(crn, type)].filter((tag) => !gone.has(tag))));
  }

  forget(crn: string): void {
    for (const type of TAG_TYPES) {
      this.#byResource.delete(keyOf(crn, type));
    }
  }

  /** Every resource that carries a tag of this type. */
  all(type: TagType = 'user'): Array<{ crn: string; tags: string[] }> {
    return [...this.#byResource.keys()]
      .filter((key) => key.startsWith(`${type} `))
      .map((key) => key.slice(type.length + 1))
      .map((crn) => ({ crn, tags: this.of(crn, type) }))
      .filter(({ tags }) => tags.length > 0);
  }

  #held(crn: string, type: TagType): ReadonlySet<string> {
    return this.#byResource.get(keyOf(crn, type))?.at(-1)?.tags ?? new Set();
  }

  #hold(crn: string, type: TagType, tags: ReadonlySet<string>): void {
    const now = this.#clock.now();
    const history = this.#byResource.get(keyOf(crn, type)) ?? [];
    const firstKept = Math.max(
      0,
      history.findLastIndex(({ sinceMs }) => sinceMs <= now - REMEMBERED_MS),
    );
    this.#byResource.set(keyOf(crn, type), [...history.slice(firstKept), { sinceMs: now, tags }]);
  }

  #spelt(crn: string, type: TagType, tags: ReadonlySet<string>): string[] {
    const names = this.#namesIn(accountOf(crn), type);
    return [...tags].map((tag) => names.get(tag) ?? tag).toSorted();
  }

  #namesIn(accountId: string, type: TagType): Map<string, string> {
    const key = `${type} ${accountId}`;
    const names = this.#named.get(key) ?? new Map<string, string>();
    this.#named.set(key, names);
    return names;
  }
}

function keyOf(crn: string, type: TagType): string {
  return `${type} ${crn}`;
}

function lower(tag: string): string {
  return tag.toLowerCase();
}

/** `crn:v1:bluemix:public:is:us-south:a/<account>::<type>:<id>` */
function accountOf(crn: string): string {
  return crn.split(':')[6]?.slice('a/'.length) ?? '';
}
