/**
 * The one place where a failed call to IBM Cloud gets its meaning. Everything above decides by `reason`;
 * nobody else looks at a status code. Messages are fit for a user: no token, no key, one line, bounded.
 */
export type CloudErrorReason =
  /** 404: does not exist *or cannot be accessed*. Never a proof of absence by itself (design §4.4). */
  | 'absent'
  /** 409: somebody else's change is in the way, such as a locked VPC. */
  | 'conflict'
  /** 429. */
  | 'throttled'
  /** 401 and 403: a grant or a key is missing; no edit of the object helps. */
  | 'denied'
  /** Any other 4xx: the request itself is refused. */
  | 'invalid'
  /** 5xx, a broken connection, a missed deadline. */
  | 'unavailable'
  | 'unknown';

export interface CloudErrorFields {
  readonly reason: CloudErrorReason;
  /** What was attempted, by the API's operation id, such as `create_endpoint_gateway`. */
  readonly operation: string;
  readonly status?: number;
  /** IBM's error code, such as `not_found` (vpc-endpoint-gateways §4). */
  readonly code?: string;
  readonly retryAfterMs?: number;
  /** IBM's trace id, which its support asks for. */
  readonly trace?: string;
  /** Whether the cloud may have carried the request out although this error was thrown. */
  readonly maybeCommitted?: boolean;
}

export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly reason: CloudErrorReason;
  readonly operation: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly trace: string | undefined;
  readonly maybeCommitted: boolean;

  constructor(message: string, fields: CloudErrorFields, options?: ErrorOptions) {
    super(sanitise(message), options);
    this.reason = fields.reason;
    this.operation = fields.operation;
    this.status = fields.status;
    this.code = fields.code;
    this.retryAfterMs = fields.retryAfterMs;
    this.trace = fields.trace;
    this.maybeCommitted = fields.maybeCommitted ?? false;
  }
}

const maxMessageLength = 300;

/**
 * Makes text from the cloud fit for a condition: anything that looks like a bearer token, a JWT or an API key
 * assignment is masked, white space is folded, the length is bounded.
 */
export function sanitise(text: string): string {
  const clean = text
    .replaceAll(/eyJ[\w-]+(\.[\w-]*){0,2}/g, '[masked]')
    .replaceAll(/\b(bearer\s+|api_?key["'=:\s]+)[^\s"',&]+/gi, '$1[masked]')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return clean.length > maxMessageLength ? `${clean.slice(0, maxMessageLength - 1)}…` : clean;
}

export function reasonOfStatus(status: number): CloudErrorReason {
  if (status === 404) {
    return 'absent';
  }
  if (status === 409) {
    return 'conflict';
  }
  if (status === 429) {
    return 'throttled';
  }
  if (status === 401 || status === 403) {
    return 'denied';
  }
  if (status >= 500) {
    return 'unavailable';
  }
  return status >= 400 ? 'invalid' : 'unknown';
}

/** Answers after which a write may nevertheless have happened: any 5xx, since it may stem from a gateway in front. */
export function maybeCommittedStatus(status: number): boolean {
  return status >= 500;
}

/** Connection failures that happen before a byte of the request has left: the write cannot have happened. */
const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

export function wasNeverSent(networkCode: string | undefined): boolean {
  return networkCode !== undefined && neverSent.has(networkCode);
}

/** `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3), in milliseconds from `nowMs`. */
export function parseRetryAfter(value: unknown, nowMs: number): number | undefined {
  if (typeof value !== 'string' || value.trim() === '') {
    return undefined;
  }
  if (/^\d+$/.test(value.trim())) {
    return Number(value) * 1000;
  }
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
