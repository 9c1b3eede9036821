/**
 * The axios edge to IBM's REST APIs: one instance per service and account, with deadline, signal, correlation id,
 * budget and classified errors. It never retries, but for one repetition with a fresh token after a 401; the work
 * queue is the program's only retry loop.
 */
import { randomUUID } from 'node:crypto';
import type { Agent } from 'node:https';
import axios, { AxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import type { Clock } from '../lib/clock.ts';
import type { Token, TokenSource } from './auth.ts';
import type { Budget, Priority } from './budget.ts';
import type { CloudTime } from './cloud-time.ts';
import { CloudError, maybeCommittedStatus, parseRetryAfter, reasonOfStatus, wasNeverSent } from './errors.ts';

/** Who calls and until when; made once per pass. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly priority: Priority;
}

/** One HTTP exchange, as metrics and logs see it. */
export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  /** HTTP status, or `error` when no answer came. */
  readonly status: number | 'error';
}

/** What every client of one account shares. */
export interface AccountEdge {
  readonly clock: Clock;
  readonly time: CloudTime;
  readonly tokens: TokenSource;
  readonly budget: Budget;
  readonly httpsAgent: Agent;
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly onCall: (record: CallRecord) => void;
}

export interface HttpCall {
  /** IBM's operation id, for errors and metrics. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export class CloudHttp {
  readonly #edge: AccountEdge;
  readonly #service: string;
  readonly #axios: AxiosInstance;

  constructor(edge: AccountEdge, service: string, baseURL: string, query: Readonly<Record<string, string>>) {
    this.#edge = edge;
    this.#service = service;
    this.#axios = axios.create({
      baseURL,
      params: query,
      httpsAgent: edge.httpsAgent,
      proxy: false,
      maxRedirects: 0,
      headers: { 'User-Agent': edge.userAgent, Accept: 'application/json' },
      validateStatus: (status) => status >= 200 && status < 300,
    });
  }

  /** The answer's body. Throws a CloudError, or the signal's reason when the caller gave up. */
  async send<T>(call: HttpCall, context: CallContext): Promise<T> {
    const token = await this.#edge.tokens.token(context.signal);
    try {
      return await this.#exchange<T>(call, context, token);
    } catch (error) {
      if (!(error instanceof CloudError) || error.status !== 401) {
        throw error;
      }
      this.#edge.tokens.invalidate(token);
      return this.#exchange<T>(call, context, await this.#edge.tokens.token(context.signal));
    }
  }

  async #exchange<T>(call: HttpCall, context: CallContext, token: Token): Promise<T> {
    await this.#edge.budget.acquire(context.priority, context.signal);
    const deadline = AbortSignal.timeout(this.#edge.timeoutMs);
    const requestId = randomUUID();
    try {
      const answer = await this.#axios.request<T>({
        method: call.method,
        url: call.path,
        signal: AbortSignal.any([context.signal, deadline]),
        headers: {
          Authorization: token.authorization,
          'X-Request-Id': requestId,
          ...contentType(call),
        },
        ...(call.query !== undefined && { params: { ...this.#axios.defaults.params, ...call.query } }),
        ...(call.body !== undefined && { data: call.body }),
      });
      this.#learn(call, answer);
      return answer.data;
    } catch (error) {
      const response = error instanceof AxiosError ? error.response : undefined;
      this.#learn(call, response);
      if (response === undefined) {
        context.signal.throwIfAborted();
      }
      throw this.#classify(error, call, requestId, deadline.aborted);
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

  #classify(error: unknown, call: HttpCall, requestId: string, late: boolean): CloudError {
    const { operation } = call;
    const write = call.method !== 'GET';
    if (!(error instanceof AxiosError)) {
      return new CloudError(
        `${operation}: ${String(error)}`,
        { reason: 'unknown', operation },
        { cause: error },
      );
    }
    if (error.response === undefined) {
      const why = late ? `no answer within ${this.#edge.timeoutMs} ms` : (error.code ?? 'connection failed');
      const maybeCommitted = write && !wasNeverSent(error.code);
      const fields = { reason: 'unavailable', operation, trace: requestId, maybeCommitted } as const;
      return new CloudError(`${operation}: ${why}`, fields);
    }
    return answerError(error.response, { operation, write, requestId, nowMs: this.#edge.time.now() });
  }
}

/** PATCH bodies are merge patches in the VPC API (vpc-endpoint-gateways §1.2). */
function contentType(call: HttpCall): Record<string, string> {
  if (call.body === undefined) {
    return {};
  }
  return { 'Content-Type': call.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
}

interface FailedCall {
  readonly operation: string;
  readonly write: boolean;
  readonly requestId: string;
  readonly nowMs: number;
}

/** Reads IBM's error body: `{errors: [{code, message, target}], trace}` (vpc-endpoint-gateways §4.1). */
function answerError(response: AxiosResponse, call: FailedCall): CloudError {
  const body = (response.data ?? {}) as { errors?: { code?: string; message?: string }[]; trace?: string };
  const first = Array.isArray(body.errors) ? body.errors[0] : undefined;
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], call.nowMs);
  return new CloudError(`${call.operation}: ${first?.message ?? `HTTP ${response.status}`}`, {
    reason: reasonOfStatus(response.status),
    operation: call.operation,
    status: response.status,
    trace: body.trace ?? call.requestId,
    maybeCommitted: call.write && maybeCommittedStatus(response.status),
    ...(first?.code !== undefined && { code: first.code }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
