/**
 * The one place where a failed call to the Kubernetes API gets its meaning. Everything above decides by
 * `reason`; nobody else looks at a status code. Messages are fit for logs and conditions: they come from the
 * API's own Status object or from us, never from a raw body or a header, and are one bounded line.
 */
import { maskSecrets } from '../lib/mask-secrets.ts';

export type KubeErrorReason =
  /** 404: the object, or the whole resource type, does not exist. */
  | 'absent'
  /** 409: the object changed since it was read, or a name is taken. */
  | 'conflict'
  /** 429. */
  | 'throttled'
  /** 401 and 403. */
  | 'denied'
  /** Any other 4xx: the request itself is refused. */
  | 'invalid'
  /** The resource version or continue token asked for cannot be served: list again. */
  | 'expired'
  /** 5xx, a broken connection, a missed deadline. */
  | 'unavailable'
  | 'unknown';

export interface KubeErrorFields {
  readonly reason: KubeErrorReason;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly causes?: readonly string[] | undefined;
}

export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly reason: KubeErrorReason;
  readonly status: number | undefined;
  /** How long the server asks to be left alone, at most 5 min; only ever reported, never acted upon here. */
  readonly retryAfterMs: number | undefined;
  /**
   * What the server says is wrong with the object, each as `field: message`, at most ten. A patch that does not apply
   * is refused without any.
   */
  readonly causes: readonly string[];

  constructor(message: string, fields: KubeErrorFields, options?: ErrorOptions) {
    super(sanitise(message), options);
    this.reason = fields.reason;
    this.status = fields.status;
    this.retryAfterMs = fields.retryAfterMs;
    this.causes = (fields.causes ?? []).slice(0, mostCauses).map(sanitise);
  }
}

/** `metav1.Status` as far as it is looked at. It is the body of every refusal and of an ERROR watch event. */
interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly Cause[];
  };
}

interface Cause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** `attempted` names the call, as in `watch endpointgateways`; `retryAfter` is the header of that name. */
export function errorFromStatus(
  attempted: string,
  body: unknown,
  answer: { readonly status?: number | undefined; readonly retryAfter?: string | undefined } = {},
): KubeError {
  const status: Status = isStatus(body) ? body : {};
  const code = answer.status ?? status.code;
  const said = status.message ?? 'no further detail';
  return new KubeError(`${attempted}: ${code ?? 'no status code'} ${status.reason ?? ''}: ${said}`, {
    reason: reasonOf(code, status),
    status: code,
    retryAfterMs: retryAfterMs(answer.retryAfter) ?? retryAfterMs(status.details?.retryAfterSeconds),
    causes: status.details?.causes?.map(sayCause),
  });
}

/** For failures without an answer: refused, reset, timed out, unreadable. */
export function errorFromFailure(attempted: string, cause: unknown): KubeError {
  if (cause instanceof KubeError) {
    return cause;
  }
  const said = cause instanceof Error ? cause.message : 'unknown failure';
  return new KubeError(`${attempted}: ${said}`, { reason: 'unavailable' }, { cause });
}

function sayCause({ field, message, reason }: Cause): string {
  return [field, message ?? reason].filter(Boolean).join(': ');
}

function reasonOf(code: number | undefined, status: Status): KubeErrorReason {
  if (code === 410 || status.reason === 'Expired' || status.reason === 'Gone' || isVersionTooLarge(status)) {
    return 'expired';
  }
  if (code === undefined) {
    return 'unknown';
  }
  const fixed = reasonByCode.get(code);
  if (fixed !== undefined) {
    return fixed;
  }
  if (code >= 500) {
    return 'unavailable';
  }
  return code >= 400 ? 'invalid' : 'unknown';
}

const reasonByCode: ReadonlyMap<number, KubeErrorReason> = new Map([
  [401, 'denied'],
  [403, 'denied'],
  [404, 'absent'],
  [408, 'unavailable'],
  [409, 'conflict'],
  [429, 'throttled'],
]);

/** An API server whose watch cache lags answers 504 with this cause; client-go, too, treats it like 410. */
function isVersionTooLarge(status: Status): boolean {
  return status.details?.causes?.some(({ reason }) => reason === 'ResourceVersionTooLarge') ?? false;
}

function isStatus(body: unknown): body is Status {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status';
}

/** The API server asks for seconds; a proxy that asks for a day must not silence the watches for a day. */
const maxRetryAfterMs = 5 * 60_000;

/** The API server sends `Retry-After` in seconds only; the HTTP-date form is not used by it. */
function retryAfterMs(value: string | number | undefined): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0
    ? Math.min(seconds * 1000, maxRetryAfterMs)
    : undefined;
}

const maxMessageLength = 300;
const mostCauses = 10;

function sanitise(text: string): string {
  const line = maskSecrets(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > maxMessageLength ? `${line.slice(0, maxMessageLength - 1)}…` : line;
}
