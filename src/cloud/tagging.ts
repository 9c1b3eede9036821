/** Global Tagging (API v3): user tags and access tags of resources (vpc-endpoint-gateways §9). */
import GlobalTaggingV1 from '@ibm-cloud/platform-services/global-tagging/v1.js';
import { CloudError } from './errors.ts';
import type { AccountEdge, CallContext } from './http.ts';
import { SdkCalls } from './sdk-call.ts';

/** An access tag must exist before it can be attached, and has the form `key:value`. */
export type TagType = 'user' | 'access';

/** The largest page that clients know of; IBM does not document it (§9, UNCONFIRMED). */
const pageLimit = 1000;

const listTags = { operation: 'list_tags', write: false } as const;

type Changing = 'attach_tag' | 'detach_tag';

interface Change {
  readonly crn: string;
  readonly type: TagType;
  readonly tags: readonly string[];
}

type Results = readonly { is_error?: boolean; message?: string }[] | undefined;

export class TaggingClient {
  readonly #sdk: SdkCalls<GlobalTaggingV1>;

  constructor(edge: AccountEdge, url: string) {
    this.#sdk = new SdkCalls(edge, { name: 'global-tagging', url, Sdk: GlobalTaggingV1 });
  }

  /** The tags of a resource, read from the tagging service itself: search lags behind it. */
  async listTags(crn: string, type: TagType, context: CallContext): Promise<readonly string[]> {
    // A resource has at most 1,000 user tags and 250 access tags, so one page holds them.
    return (await this.#list({ attachedTo: crn, tagType: type }, context)).names;
  }

  /**
   * Every user tag that is attached to anything in the account. How many a page may hold is the service's word
   * (UNCONFIRMED), so a page begins where those before it ended, whatever was asked for.
   */
  async listTagsInUse(context: CallContext): Promise<ReadonlySet<string>> {
    const all = new Set<string>();
    for (let offset = 0; ;) {
      const which = { attachedOnly: true, tagType: 'user', offset } as const;
      const { names, total } = await this.#list(which, context);
      if (names.length === 0) {
        return all;
      }
      if (names.every((name) => all.has(name))) {
        throw malformed('the listing repeats a page');
      }
      names.forEach((name) => all.add(name));
      offset += names.length;
      if (total !== undefined && offset >= total) {
        return all;
      }
    }
  }

  /** Tags that are attached already are no error. After an error some of them may be attached. */
  async attachTags(crn: string, type: TagType, tags: readonly string[], context: CallContext): Promise<void> {
    await this.#change('attach_tag', { crn, type, tags }, context);
  }

  /** Tags that are not attached are no error. After an error some of them may be detached. */
  async detachTags(crn: string, type: TagType, tags: readonly string[], context: CallContext): Promise<void> {
    await this.#change('detach_tag', { crn, type, tags }, context);
  }

  async #change(operation: Changing, change: Change, context: CallContext): Promise<void> {
    const { crn, type, tags } = change;
    const params = { resources: [{ resource_id: crn }], tagNames: [...tags], tagType: type };
    const { results } = await this.#sdk.call<{ results?: Results }>(
      { operation, write: true },
      context,
      async (sdk, headers) =>
        operation === 'attach_tag'
          ? sdk.attachTag({ ...params, headers })
          : sdk.detachTag({ ...params, headers }),
    );
    const words = refusalIn(operation, results);
    if (words === undefined) {
      return;
    }
    const undone = await this.#undone(operation, change, context);
    if (undone?.length !== 0) {
      throw refusal(operation, change, { undone, words });
    }
  }

  /**
   * The refused tags of several: the answer tells which resource was refused, but not which tag. `undefined` when the
   * service cannot be asked.
   */
  async #undone(
    operation: Changing,
    { crn, type, tags }: Change,
    context: CallContext,
  ): Promise<readonly string[] | undefined> {
    if (tags.length === 1) {
      return tags;
    }
    try {
      const attached = new Set((await this.listTags(crn, type, context)).map(folded));
      return tags.filter((tag) => attached.has(folded(tag)) !== (operation === 'attach_tag'));
    } catch (error) {
      if (error instanceof CloudError) {
        return undefined;
      }
      throw error;
    }
  }

  async #list(
    which:
      | { readonly tagType: TagType; readonly attachedTo: string }
      | { readonly tagType: 'user'; readonly attachedOnly: true; readonly offset: number },
    context: CallContext,
  ): Promise<{ readonly names: readonly string[]; readonly total: number | undefined }> {
    const params = { ...which, providers: ['ghost'], limit: pageLimit };
    const { items, total_count: total } = await this.#sdk.call(listTags, context, async (sdk, headers) =>
      sdk.listTags({ ...params, headers }),
    );
    // Something else than a list must not read as a resource without an owner.
    const found = items ?? (total === 0 ? [] : undefined);
    if (!Array.isArray(found)) {
      throw malformed('the answer is no list');
    }
    return { names: found.map((tag) => tag.name), total };
  }
}

/** Tagging answers 200 even when it refused a resource: the refusal stands inside the body (§9). */
function refusalIn(operation: Changing, results: Results): string | undefined {
  const [result] = results ?? [];
  if (typeof result?.is_error !== 'boolean') {
    const fields = { reason: 'unavailable', operation, status: 200, maybeCommitted: true } as const;
    throw new CloudError('the answer does not say whether it was done', fields);
  }
  return result.is_error ? (result.message ?? 'it was refused without a word') : undefined;
}

/**
 * A refusal has no code that tells a resource that is not known yet from one for good, so it counts as one that a
 * retry cures, but for access tags that nobody created. What was done in part is retried, too: the rest is then
 * refused as a whole.
 */
function refusal(
  operation: Changing,
  { type, tags }: Change,
  { undone, words }: { readonly undone: readonly string[] | undefined; readonly words: string },
): CloudError {
  const nothingDone = undone?.length === tags.length;
  const isForGood = nothingDone && type === 'access' && saysTagIsMissing(words);
  return new CloudError(`${(undone ?? tags).join(', ')}: ${words}`, {
    reason: isForGood ? 'invalid' : 'unavailable',
    operation,
    status: 200,
    maybeCommitted: !nothingDone,
  });
}

/** IBM does not document the words (UNCONFIRMED); a sentence about the resource is about something else. */
function saysTagIsMissing(words: string): boolean {
  return /\btags?\b/i.test(words) && /not exist|not found|no such/i.test(words) && !/\bresource/i.test(words);
}

/** Tags are the same in any case (§9). */
function folded(tag: string): string {
  return tag.toLowerCase();
}

function malformed(why: string): CloudError {
  return new CloudError(why, { reason: 'unknown', operation: listTags.operation });
}
