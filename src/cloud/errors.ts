/**
 * The one vocabulary for failed calls to IBM Cloud. Everything above decides by `reason`; nobody else looks at a
 * status code. Messages are fit for a user: no token, no key, one line, bounded.
 */
import { maskSecrets } from '../lib/mask-secrets.ts';

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
  /** An answer that the API does not promise. */
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

/** Never carries the client's own error as its cause: that holds the request, credentials among it. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly reason: CloudErrorReason;
  readonly operation: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly trace: string | undefined;
  readonly maybeCommitted: boolean;

  /** The message says what went wrong; the operation is put before it. */
  constructor(message: string, fields: CloudErrorFields) {
    super(sanitise(`${fields.operation}: ${message}`));
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

/** Makes text from the cloud fit for a condition: secrets masked, white space folded, the length bounded. */
export function sanitise(text: string): string {
  const clean = maskSecrets(text).replaceAll(/\s+/g, ' ').trim();
  return clean.length > maxMessageLength ? `${clean.slice(0, maxMessageLength - 1)}…` : clean;
}
