/**
 * The axios edge to IBM's REST APIs: one instance per service and account, with deadline, signal, correlation id,
 * budget and classified errors. It never retries, but for one repetition with a fresh token after a 401; the work
 * queue is the program's only retry loop.
 */
import { randomUUID } from 'node:crypto';
import type { Agent } from 'node:https';
import axios, { AxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import type { Agents } from './agents.ts';
import type { Budget, Priority } from '../lib/budget.ts';
import type { CloudTime } from './cloud-time.ts';
import { CloudError } from './errors.ts';
import { answerError, type FailedCall, noAnswerError } from './failed-call.ts';
import type { Token, TokenSource } from './token-cache.ts';

/** Who calls and until when; made once per pass. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly priority: Priority;
  /**
   * Throws when nothing may be sent any more. Asked at the last moment, after all waiting: for the budget, a token, the
   * turn of a VPC.
   */
  readonly fence?: () => void;
}

/** One HTTP exchange, as metrics and logs see it. */
export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  /** HTTP status, or `error` when no answer came. */
  readonly status: number | 'error';
}

/** What every client of one account shares. */
export interface AccountEdge extends Agents {
  readonly time: CloudTime;
  readonly tokens: TokenSource;
  readonly budget: Budget;
  readonly userAgent: string;
  /** Deadline of one call. */
  readonly timeoutMs: number;
  readonly onCall: (record: CallRecord) => void;
}

export interface HttpCall {
  /** IBM's operation id, for errors and metrics. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Milliseconds by the cloud's clock: a call that had to wait longer for its turn is not sent any more. */
  readonly sendBeforeMs?: number;
  /**
   * What a 401 leads to, instead of a second try with a fresh token: nothing, since it says nothing about the token
   * (`answer`); or a fresh token for the calls that follow (`renew`).
   */
  readonly denial?: 'answer' | 'renew';
}

/** How a client differs from the others. */
export interface HttpOptions {
  /** Opens a connection for each exchange; absent: those of the account's edge serve. */
  readonly open?: (call: HttpCall, signal: AbortSignal) => Promise<Connection>;
  /** The header under which the service takes a request's id. */
  readonly idHeader?: string;
}

export interface Connection {
  readonly agent: Agent;
  readonly end: () => void;
}

/**
 * Makes one exchange within the account's budget and with its token, and after a 401 a second one with a fresh
 * token, unless `denial` says otherwise: a service that answers 401 did nothing. The budget comes first, since waiting for it may outlast a token.
 */
export async function authorized<T>(
  edge: AccountEdge,
  { signal, priority, fence }: CallContext,
  exchange: (token: Token) => Promise<T>,
  denial?: HttpCall['denial'],
): Promise<T> {
  await edge.budget.acquire(priority, signal);
  const token = await edge.tokens.token(signal);
  fence?.();
  try {
    return await exchange(token);
  } catch (error) {
    if (denial === 'answer' || !(error instanceof CloudError) || error.status !== 401) {
      throw error;
    }
    edge.tokens.invalidate(token);
    if (denial === 'renew') {
      throw error;
    }
  }
  await edge.budget.acquire(priority, signal);
  const fresh = await edge.tokens.token(signal);
  fence?.();
  return exchange(fresh);
}

export class CloudHttp {
  readonly #edge: AccountEdge;
  readonly #service: string;
  readonly #query: Readonly<Record<string, string>>;
  readonly #axios: AxiosInstance;
  readonly #options: HttpOptions;

  /** `query` goes with every call. */
  constructor(
    edge: AccountEdge,
    service: string,
    baseURL: string,
    query: Readonly<Record<string, string>>,
    options: HttpOptions = {},
  ) {
    this.#edge = edge;
    this.#options = options;
    this.#service = service;
    this.#query = query;
    this.#axios = axios.create({
      baseURL,
      proxy: false,
      maxRedirects: 0,
      responseType: 'json',
      // A page of HTML from something in between must not pass for an answer.
      transitional: { silentJSONParsing: false },
      headers: { 'User-Agent': edge.userAgent, Accept: 'application/json' },
      validateStatus: (status) => status >= 200 && status < 300,
    });
  }

  /** The answer's body. Throws a CloudError, or the signal's reason when the caller gave up. */
  async send<T>(call: HttpCall, context: CallContext): Promise<T> {
    const exchange = async (token: Token): Promise<T> => this.#exchange<T>(call, token, context);
    return authorized(this.#edge, context, exchange, call.denial);
  }

  async #exchange<T>(call: HttpCall, token: Token, context: CallContext): Promise<T> {
    const { signal } = context;
    const { timeoutMs, time } = this.#edge;
    const { idHeader = 'X-Request-Id' } = this.#options;
    if (call.sendBeforeMs !== undefined && time.now() >= call.sendBeforeMs) {
      const fields = { reason: 'conflict', operation: call.operation, maybeCommitted: false } as const;
      throw new CloudError('it waited too long for its turn, so it was not sent', fields);
    }
    const connection = await this.#connect(call, context);
    const deadline = AbortSignal.timeout(timeoutMs);
    const requestId = randomUUID();
    try {
      const answer = await this.#axios.request<T>({
        method: call.method,
        url: call.path,
        params: { ...this.#query, ...call.query },
        signal: AbortSignal.any([signal, deadline]),
        httpsAgent: connection.agent,
        headers: {
          Authorization: token.authorization,
          [idHeader]: requestId,
          ...contentType(call),
          ...call.headers,
        },
        ...(call.body !== undefined && { data: call.body }),
      });
      this.#learn(call, answer);
      return answer.data;
    } catch (error) {
      const answer = error instanceof AxiosError ? error.response : undefined;
      this.#learn(call, answer);
      if (answer === undefined) {
        signal.throwIfAborted();
      }
      const { operation } = call;
      const nowMs = this.#edge.time.now();
      const failed = { operation, write: call.method !== 'GET', requestId, nowMs };
      throw classify(error, failed, deadline.aborted ? timeoutMs : undefined);
    } finally {
      connection.end();
    }
  }

  /** A connection may take a while to open, after which nothing may be sent any more. */
  async #connect(call: HttpCall, { signal, fence }: CallContext): Promise<Connection> {
    const { httpsAgent, freshAgent } = this.#edge;
    const { open } = this.#options;
    if (open === undefined) {
      return { agent: call.method === 'POST' ? freshAgent : httpsAgent, end: () => {} };
    }
    let connection: Connection | undefined;
    try {
      connection = await open(call, signal);
      fence?.();
      return connection;
    } catch (error) {
      connection?.end();
      this.#learn(call, undefined);
      throw error;
    }
  }

  #learn(call: HttpCall, answer: AxiosResponse | undefined): void {
    this.#edge.time.learn(answer?.headers['date']);
    this.#edge.onCall({
      service: this.#service,
      operation: call.operation,
      status: answer?.status ?? 'error',
    });
  }
}

function classify(error: unknown, call: FailedCall, missedMs: number | undefined): CloudError {
  if (!(error instanceof AxiosError)) {
    const { operation, write } = call;
    return new CloudError(String(error), { reason: 'unknown', operation, maybeCommitted: write });
  }
  const { response, code, cause } = error;
  if (response === undefined) {
    return noAnswerError({ code, cause, missedMs }, call);
  }
  const { status, data, headers } = response;
  return answerError({ status, body: data, retryAfter: headers['retry-after'] }, call);
}

/** PATCH bodies are merge patches in the VPC API (vpc-endpoint-gateways §1.2). */
function contentType(call: HttpCall): Record<string, string> {
  if (call.body === undefined) {
    return {};
  }
  return { 'Content-Type': call.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
}
