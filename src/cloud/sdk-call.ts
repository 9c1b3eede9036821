/**
 * Calls through IBM's SDKs (`@ibm-cloud/platform-services`), the same for every service. What the SDK does besides is
 * off: the account's token goes with each call, nothing is repeated (the queue retries), no proxy is used and no
 * redirect followed. Errors are CloudErrors, and the signals end a call although most of these SDKs take none.
 */
import { randomUUID } from 'node:crypto';
import { NoAuthAuthenticator, type UserOptions } from 'ibm-cloud-sdk-core';
import { type AccountEdge, authorized, type CallContext } from './http.ts';
import { sdkError } from './sdk-error.ts';
import type { Token } from './token-cache.ts';

export interface SdkOperation {
  /** IBM's operation id. */
  readonly operation: string;
  /** Whether it changes something: after an error it may have, and nothing in between tells. */
  readonly write: boolean;
}

export interface SdkService<S> {
  /** As metrics and logs name it. */
  readonly name: string;
  readonly url: string;
  readonly Sdk: new (options: UserOptions) => S;
}

/** Headers that go with every call; they replace the SDK's own. */
export type SdkHeaders = Record<string, string>;

interface SdkAnswer<T> {
  readonly status: number;
  readonly result: T;
}

type Send<S, T> = (sdk: S, headers: SdkHeaders) => Promise<SdkAnswer<T>>;

export class SdkCalls<S> {
  readonly #edge: AccountEdge;
  readonly #service: SdkService<S>;

  constructor(edge: AccountEdge, service: SdkService<S>) {
    this.#edge = edge;
    this.#service = service;
  }

  /**
   * The answer's body, which nobody has checked: it may be anything. Throws a CloudError, or the signal's reason when
   * the caller gave up.
   */
  async call<T>(operation: SdkOperation, context: CallContext, send: Send<S, T>): Promise<T> {
    return authorized(this.#edge, context, async (token) =>
      this.#exchange(operation, token, context.signal, send),
    );
  }

  async #exchange<T>(
    { operation, write }: SdkOperation,
    { authorization }: Token,
    signal: AbortSignal,
    send: Send<S, T>,
  ): Promise<T> {
    const { timeoutMs, time, onCall, userAgent } = this.#edge;
    const { name: service } = this.#service;
    const deadline = AbortSignal.timeout(timeoutMs);
    const requestId = randomUUID();
    const headers = {
      Authorization: authorization,
      'User-Agent': userAgent,
      'x-request-id': requestId,
    };
    try {
      const sdk = this.#open(AbortSignal.any([signal, deadline]));
      const { status, result } = await send(sdk, headers);
      onCall({ service, operation, status });
      return result;
    } catch (error) {
      const failed = { operation, write, requestId, nowMs: time.now() };
      const failure = sdkError(error, failed, deadline.aborted ? timeoutMs : undefined);
      onCall({ service, operation, status: failure.status ?? 'error' });
      if (failure.status === undefined) {
        signal.throwIfAborted();
      }
      throw failure;
    }
  }

  /** One for each exchange: what the SDK does not know of its options goes to its HTTP client, a signal too. */
  #open(signal: AbortSignal): S {
    const { Sdk, url: serviceUrl } = this.#service;
    const { httpsAgent } = this.#edge;
    const authenticator = new NoAuthAuthenticator();
    return new Sdk({ authenticator, serviceUrl, httpsAgent, signal, maxRedirects: 0, proxy: false });
  }
}
