/**
 * Gives a failed call its meaning, the same for every client: from the answer when there is one, else from how the
 * connection ended. Errs to the safe side about `maybeCommitted`: only what certainly did nothing says so.
 */
import { CloudError, type CloudErrorReason } from './errors.ts';

export interface FailedCall {
  readonly operation: string;
  /** Whether the call would have changed something. */
  readonly write: boolean;
  /** The cloud's time, which a `Retry-After` date refers to. */
  readonly nowMs: number;
  /** What we sent as `X-Request-Id`; IBM's services echo it as their trace. */
  readonly requestId?: string;
}

export interface FailureAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Value of the `Retry-After` header. */
  readonly retryAfter: unknown;
}

export function answerError(answer: FailureAnswer, call: FailedCall): CloudError {
  const { status } = answer;
  const { message = `HTTP ${status}`, code, trace = call.requestId } = readBody(answer.body);
  const retryAfterMs = parseRetryAfter(answer.retryAfter, call.nowMs);
  return new CloudError(message, {
    reason: reasonOf(status, code),
    operation: call.operation,
    status,
    // A 4xx promises that nothing happened, but for a time-out's. A 5xx may come from a proxy in front of a service
    // that did the work, and a 2xx is here because its body could not be read.
    maybeCommitted: call.write && (status < 400 || status === 408 || status >= 500),
    ...(code !== undefined && { code }),
    ...(trace !== undefined && { trace }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

export interface BrokenConnection {
  /** Node's error code, such as `ECONNRESET`. */
  readonly code?: string | undefined;
  /** The error of the socket. */
  readonly cause?: unknown;
  /** The deadline that passed, where that was the reason. */
  readonly missedMs?: number | undefined;
}

export function noAnswerError({ code, cause, missedMs }: BrokenConnection, call: FailedCall): CloudError {
  const why = missedMs === undefined ? (code ?? 'the connection failed') : `no answer within ${missedMs} ms`;
  return new CloudError(why, {
    reason: 'unavailable',
    operation: call.operation,
    maybeCommitted: call.write && !wasNeverSent(code, cause),
    ...(call.requestId !== undefined && { trace: call.requestId }),
  });
}

/** IAM answers 400 with a code that begins BXNIM when it refuses credentials (vpc-endpoint-gateways §1.9). */
function reasonOf(status: number, code: string | undefined): CloudErrorReason {
  switch (status) {
    case 400:
      return code?.startsWith('BXNIM') === true ? 'denied' : 'invalid';
    case 401:
    case 403:
      return 'denied';
    case 404:
      return 'absent';
    case 408:
    case 425:
      return 'unavailable';
    case 409:
      return 'conflict';
    case 429:
      return 'throttled';
    default:
      if (status >= 500) {
        return 'unavailable';
      }
      return status >= 400 ? 'invalid' : 'unknown';
  }
}

interface FailureBody {
  readonly message?: string;
  readonly code?: string;
  readonly trace?: string;
}

/**
 * `{errors: [{code, message}], trace}` of the VPC API and of tagging (vpc-endpoint-gateways §4.1),
 * `{errorCode, errorMessage, context: {requestId}}` of IAM, `{error_code, message, transaction_id}` of Resource
 * Controller and Resource Manager (hpcs-network-policy §9.9), or `{resources: [{errorMsg, reasons: [{code}]}]}` of
 * key management (§1.8). What is no text there is left out.
 */
function readBody(body: unknown): FailureBody {
  const first = firstOf(property(body, 'errors'));
  const resource = firstOf(property(body, 'resources'));
  const message = textOf(
    property(first, 'message'),
    property(body, 'errorMessage'),
    property(body, 'message'),
    property(resource, 'errorMsg'),
  );
  const code = textOf(
    property(first, 'code'),
    property(body, 'errorCode'),
    property(body, 'error_code'),
    property(firstOf(property(resource, 'reasons')), 'code'),
  );
  const requestId = property(property(body, 'context'), 'requestId');
  const trace = textOf(property(body, 'trace'), requestId, property(body, 'transaction_id'));
  return {
    ...(message !== undefined && { message }),
    ...(code !== undefined && { code }),
    ...(trace !== undefined && { trace }),
  };
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The first of them that is text. */
function textOf(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}

/** Failures of the way to the server: no byte of the request has left. */
const neverSentCodes = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
/** Names under which Node reports that it did not accept the server's certificate. */
const refusedCertificate = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

function wasNeverSent(code: string | undefined, cause: unknown): boolean {
  if (code === undefined) {
    return false;
  }
  return neverSentCodes.test(code) || refusedCertificate.test(code) || failedToConnect(cause);
}

/** A time-out has one code whether it met the connect or the answer; the system call tells. */
function failedToConnect(cause: unknown): boolean {
  if (cause instanceof AggregateError) {
    return cause.errors.length > 0 && cause.errors.every(failedToConnect);
  }
  return property(cause, 'syscall') === 'connect';
}

/** A server that asks for more is asked again nevertheless. */
const maxRetryAfterMs = 3_600_000;

/** `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3), in milliseconds from `nowMs`, an hour at most. */
export function parseRetryAfter(value: unknown, nowMs: number): number | undefined {
  const said = typeof value === 'string' ? value.trim() : '';
  const delayMs = /^\d+$/.test(said) ? Number(said) * 1000 : Math.max(0, Date.parse(said) - nowMs);
  return Number.isNaN(delayMs) ? undefined : Math.min(delayMs, maxRetryAfterMs);
}
