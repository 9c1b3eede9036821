/**
 * Global Tagging (API v3), user tags only, through IBM's SDK (vpc-endpoint-gateways §9). The SDK's authentication
 * and retries are off: the account's token goes with each call, and the queue retries.
 */
import { randomUUID } from 'node:crypto';
import GlobalTaggingV1 from '@ibm-cloud/platform-services/global-tagging/v1.js';
import { NoAuthAuthenticator } from 'ibm-cloud-sdk-core';
import { CloudError } from './errors.ts';
import { type AccountEdge, authorized, type CallContext } from './http.ts';
import { sdkError } from './sdk-error.ts';
import type { Token } from './token-cache.ts';

/** What goes with every call. */
interface CallParams {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
  readonly xRequestId: string;
}

interface SdkAnswer<T> {
  readonly status: number;
  readonly result: T;
}

type Operation = 'list_tags' | 'attach_tag' | 'detach_tag';

/** The largest that clients know of; IBM does not document it (§9, UNCONFIRMED). */
const pageLimit = 1000;

export class TaggingClient {
  readonly #edge: AccountEdge;
  readonly #service: GlobalTaggingV1;

  constructor(edge: AccountEdge, serviceURL: string) {
    this.#edge = edge;
    this.#service = new GlobalTaggingV1({
      authenticator: new NoAuthAuthenticator(),
      serviceUrl: serviceURL,
      headers: { 'User-Agent': edge.userAgent },
      httpsAgent: edge.httpsAgent,
      maxRedirects: 0,
      proxy: false,
    });
  }

  /** The user tags of a resource, read from the tagging service itself: search lags behind it. */
  async listTags(crn: string, context: CallContext): Promise<readonly string[]> {
    // A resource has at most 1,000 user tags, so one page holds them.
    return (await this.#list({ attachedTo: crn }, context)).names;
  }

  /**
   * Every user tag that is attached to anything in the account. How many a page may hold is the service's word
   * (UNCONFIRMED), so a page begins where those before it ended, whatever was asked for.
   */
  async listTagsInUse(context: CallContext): Promise<ReadonlySet<string>> {
    const all = new Set<string>();
    for (let offset = 0; ;) {
      const { names, total } = await this.#list({ attachedOnly: true, offset }, context);
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

  async attachTag(crn: string, tag: string, context: CallContext): Promise<void> {
    const params = { resources: [{ resource_id: crn }], tagNames: [tag], tagType: 'user' };
    const { results } = await this.#call('attach_tag', context, async (call) =>
      this.#service.attachTag({ ...params, ...call }),
    );
    checkResults('attach_tag', results);
  }

  async detachTag(crn: string, tag: string, context: CallContext): Promise<void> {
    const params = { resources: [{ resource_id: crn }], tagNames: [tag], tagType: 'user' };
    const { results } = await this.#call('detach_tag', context, async (call) =>
      this.#service.detachTag({ ...params, ...call }),
    );
    checkResults('detach_tag', results);
  }

  async #list(
    which: { readonly attachedTo: string } | { readonly attachedOnly: true; readonly offset: number },
    context: CallContext,
  ): Promise<{ readonly names: readonly string[]; readonly total: number | undefined }> {
    const params = { ...which, providers: ['ghost'], tagType: 'user', limit: pageLimit };
    const { items, total_count: total } = await this.#call('list_tags', context, async (call) =>
      this.#service.listTags({ ...params, ...call }),
    );
    // Something else than a list must not read as a resource without an owner.
    const found = items ?? (total === 0 ? [] : undefined);
    if (!Array.isArray(found)) {
      throw malformed('the answer is no list');
    }
    return { names: found.map((tag) => tag.name), total };
  }

  async #call<T>(
    operation: Operation,
    context: CallContext,
    send: (params: CallParams) => Promise<SdkAnswer<T>>,
  ): Promise<T> {
    return authorized(this.#edge, context, async (token) =>
      this.#exchange(operation, token, context.signal, send),
    );
  }

  async #exchange<T>(
    operation: Operation,
    { authorization }: Token,
    signal: AbortSignal,
    send: (params: CallParams) => Promise<SdkAnswer<T>>,
  ): Promise<T> {
    const { timeoutMs, time, onCall } = this.#edge;
    const deadline = AbortSignal.timeout(timeoutMs);
    const requestId = randomUUID();
    try {
      const { status, result } = await send({
        headers: { Authorization: authorization },
        signal: AbortSignal.any([signal, deadline]),
        xRequestId: requestId,
      });
      onCall({ service: 'global-tagging', operation, status });
      return result;
    } catch (error) {
      const failed = { operation, write: operation !== 'list_tags', requestId, nowMs: time.now() };
      const failure = sdkError(error, failed, deadline.aborted ? timeoutMs : undefined);
      onCall({ service: 'global-tagging', operation, status: failure.status ?? 'error' });
      if (failure.status === undefined) {
        signal.throwIfAborted();
      }
      throw failure;
    }
  }
}

/**
 * Tagging answers 200 even when it refused a resource: the refusal stands inside the body (§9). It has no code that
 * tells a resource that is not known yet from a refusal for good, so it counts as the one that a retry cures.
 */
function checkResults(
  operation: Operation,
  results: readonly { is_error?: boolean; message?: string }[] | undefined,
): void {
  const [result] = results ?? [];
  if (result?.is_error !== false) {
    const message = result?.message ?? 'the answer does not say that it was done';
    throw new CloudError(message, { reason: 'unavailable', operation, status: 200, maybeCommitted: true });
  }
}

function malformed(why: string): CloudError {
  return new CloudError(why, { reason: 'unknown', operation: 'list_tags' });
}
