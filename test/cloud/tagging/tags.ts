/**
 * User tags by resource. Tags are compared without regard to case and keep the case of whoever attached them
 * first; they are gone as soon as their resource is (how long stale ones stay is UNCONFIRMED, sheet §9).
 */
export const MOST_TAGS_PER_RESOURCE = 1_000;

export class Tags {
  /** CRN → lower-case tag → tag. */
  readonly #byResource = new Map<string, Map<string, string>>();

  of(crn: string): string[] {
    return [...(this.#byResource.get(crn)?.values() ?? [])].toSorted();
  }

  /** Returns false, changing nothing, when the resource would carry too many. */
  attach(crn: string, tags: readonly string[]): boolean {
    const attached = new Map(this.#byResource.get(crn));
    for (const tag of tags) {
      attached.set(tag.toLowerCase(), attached.get(tag.toLowerCase()) ?? tag);
    }
    if (attached.size > MOST_TAGS_PER_RESOURCE) {
      return false;
    }
    this.#byResource.set(crn, attached);
    return true;
  }

  /** A tag that is not attached is no error. */
  detach(crn: string, tags: readonly string[]): void {
    for (const tag of tags) {
      this.#byResource.get(crn)?.delete(tag.toLowerCase());
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
}
