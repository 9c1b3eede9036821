/**
 * User tags by resource and by account. A tag is one tag in any case and keeps the case of whoever attached it first
 * in the account; it is made when it is attached for the first time and outlives its last resource. What is attached
 * is gone as soon as its resource is (how long stale ones stay is UNCONFIRMED, sheet §9).
 */
export const MOST_TAGS_PER_RESOURCE = 1_000;

export class Tags {
  /** CRN → lower-case tags. */
  readonly #byResource = new Map<string, Set<string>>();
  /** Account → lower-case tag → tag. */
  readonly #byAccount = new Map<string, Map<string, string>>();

  of(crn: string): string[] {
    const names = this.#namesIn(accountOf(crn));
    return [...(this.#byResource.get(crn) ?? [])].map((tag) => names.get(tag) ?? tag).toSorted();
  }

  /** Every tag that was ever attached to anything of the account. */
  in(accountId: string): string[] {
    return [...this.#namesIn(accountId).values()].toSorted();
  }

  /** Returns false, changing nothing, when the resource would carry too many. */
  attach(crn: string, tags: readonly string[]): boolean {
    const attached = new Set([...(this.#byResource.get(crn) ?? []), ...tags.map(lower)]);
    if (attached.size > MOST_TAGS_PER_RESOURCE) {
      return false;
    }
    const names = this.#namesIn(accountOf(crn));
    for (const tag of tags) {
      names.set(lower(tag), names.get(lower(tag)) ?? tag);
    }
    this.#byResource.set(crn, attached);
    return true;
  }

  /** A tag that is not attached is no error. */
  detach(crn: string, tags: readonly string[]): void {
    for (const tag of tags) {
      this.#byResource.get(crn)?.delete(lower(tag));
    }
  }

  forget(crn: string): void {
    this.#byResource.delete(crn);
  }

  /** Every resource that carries a tag. */
  all(): Array<{ crn: string; tags: string[] }> {
    return [...this.#byResource.keys()]
      .map((crn) => ({ crn, tags: this.of(crn) }))
      .filter(({ tags }) => tags.length > 0);
  }

  #namesIn(accountId: string): Map<string, string> {
    const names = this.#byAccount.get(accountId) ?? new Map<string, string>();
    this.#byAccount.set(accountId, names);
    return names;
  }
}

function lower(tag: string): string {
  return tag.toLowerCase();
}

/** `crn:v1:bluemix:public:is:us-south:a/<account>::<type>:<id>` */
function accountOf(crn: string): string {
  return crn.split(':')[6]?.slice('a/'.length) ?? '';
}
