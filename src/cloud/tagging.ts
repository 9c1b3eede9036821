/**
 * Global Tagging (API v3), user tags only, through IBM's SDK (vpc-endpoint-gateways §9). The SDK takes neither a
 * signal nor our token cache, so each call races the signal, carries our token and has the SDK's retries off.
 */
import GlobalTaggingV1 from '@ibm-cloud/platform-services/global-tagging/v1.js';
import { Authenticator } from 'ibm-cloud-sdk-core';
import { abortable } from '../lib/abortable.ts';
import type { Token } from './auth.ts';
import { CloudError } from './errors.ts';
import type { AccountEdge, CallContext } from './http.ts';
import { sdkError } from './sdk-error.ts';

interface SdkAnswer {
  readonly status: number;
  readonly headers?: unknown;
}

export class TaggingClient {
  readonly #edge: AccountEdge;
  readonly #serviceURL: string;

  constructor(edge: AccountEdge, serviceURL: string) {
    this.#edge = edge;
    this.#serviceURL = serviceURL;
  }

  /** The user tags of a resource, read from the tagging service itself: search lags behind it. */
  async listTags(crn: string, context: CallContext): Promise<readonly string[]> {
    const params = { attachedTo: crn, providers: ['ghost'], tagType: 'user', limit: 1000 };
    const answer = await this.#call('list_tags', context, async (service) => service.listTags(params));
    return (answer.result.items ?? []).map((tag) => tag.name);
  }

  async attachTag(crn: string, tag: string, context: CallContext): Promise<void> {
    const params = { resources: [{ resource_id: crn }], tagNames: [tag], tagType: 'user' };
    const answer = await this.#call('attach_tag', context, async (service) => service.attachTag(params));
    failOnPartialError('attach_tag', answer.result.results);
  }

  async detachTag(crn: string, tag: string, context: CallContext): Promise<void> {
    const params = { resources: [{ resource_id: crn }], tagNames: [tag], tagType: 'user' };
    const answer = await this.#call('detach_tag', context, async (service) => service.detachTag(params));
    failOnPartialError('detach_tag', answer.result.results);
  }

  async #call<T extends SdkAnswer>(
    operation: string,
    context: CallContext,
    send: (service: GlobalTaggingV1) => Promise<T>,
  ): Promise<T> {
    const token = await this.#edge.tokens.token(context.signal);
    try {
      return await this.#exchange(operation, context, token, send);
    } catch (error) {
      if (!(error instanceof CloudError) || error.status !== 401) {
        throw error;
      }
      this.#edge.tokens.invalidate(token);
      return this.#exchange(operation, context, await this.#edge.tokens.token(context.signal), send);
    }
  }

  async #exchange<T extends SdkAnswer>(
    operation: string,
    context: CallContext,
    token: Token,
    send: (service: GlobalTaggingV1) => Promise<T>,
  ): Promise<T> {
    await this.#edge.budget.acquire(context.priority, context.signal);
    try {
      const answer = await abortable(send(this.#service(token)), context.signal);
      this.#edge.onCall({ service: 'global-tagging', operation, status: answer.status });
      return answer;
    } catch (error) {
      context.signal.throwIfAborted();
      const failure = sdkError(error, operation, { write: operation !== 'list_tags' });
      this.#edge.onCall({ service: 'global-tagging', operation, status: failure.status ?? 'error' });
      throw failure;
    }
  }

  #service(token: Token): GlobalTaggingV1 {
    return new GlobalTaggingV1({
      authenticator: new PresentedToken(token),
      serviceUrl: this.#serviceURL,
      headers: { 'User-Agent': this.#edge.userAgent },
      httpsAgent: this.#edge.httpsAgent,
      timeout: this.#edge.timeoutMs,
      maxRedirects: 0,
      proxy: false,
    });
  }
}

class PresentedToken extends Authenticator {
  readonly #token: Token;

  constructor(token: Token) {
    super();
    this.#token = token;
  }

  override async authenticate(request: { headers?: Record<string, unknown> }): Promise<void> {
    request.headers = { ...request.headers, Authorization: this.#token.authorization };
  }

  override authenticationType(): string {
    return Authenticator.AUTHTYPE_BEARERTOKEN;
  }
}

/** Tagging answers 200 even when it refused a resource: the refusal stands inside the body (§9). */
function failOnPartialError(
  operation: string,
  results: readonly { is_error?: boolean; message?: string }[] | undefined,
): void {
  const failed = results?.find((result) => result.is_error === true);
  if (failed !== undefined) {
    const message = `${operation}: ${failed.message ?? 'refused without a message'}`;
    throw new CloudError(message, { reason: 'invalid', operation, status: 200 });
  }
}
