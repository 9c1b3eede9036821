/**
 * Every request that reached a service, in order of arrival. Tests count them. No header but the user agent is
 * kept, and nothing at all of what the token service was sent, so neither a token nor an API key can be in here.
 * Only the last `limit` of them are kept.
 */
import type { Service } from './faults.ts';

export interface LoggedRequest {
  readonly sequence: number;
  /** Arrival, in simulated milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly service: Service;
  readonly method: string;
  readonly path: string;
  /** The route, such as `/v1/endpoint_gateways/:id`; absent for an unknown one. */
  readonly pathTemplate: string | undefined;
  /** IBM's operation id, such as `create_endpoint_gateway`. */
  operation: string | undefined;
  readonly query: Readonly<Record<string, unknown>>;
  readonly userAgent: string | undefined;
  /** The loopback address that it came from: 127.0.0.1, or that of a place in the simulated network. */
  readonly source: string;
  /** Also answered as `X-Request-Id` and in an error body's `trace`. */
  readonly requestId: string;
  /** Account of the token, once it was accepted. */
  accountId?: string;
  /** GUID of the service instance whose keys it is about, once the caller was let in. */
  instance?: string;
  /** Body of a write, as parsed. */
  body?: unknown;
  /** What the client was answered; absent while the request runs and when the connection was cut. */
  status?: number;
  /** The connection was cut by a fault. */
  dropped?: boolean;
  /** The write took effect, whatever the client was told. */
  committed: boolean;
  createdId?: string;
}

export interface RequestFilter {
  readonly service?: Service | undefined;
  readonly operation?: string | undefined;
  readonly method?: string | undefined;
  /** Only requests after this sequence number. */
  readonly after?: number | undefined;
}

export class RequestLog {
  readonly #limit: number;
  readonly #entries: LoggedRequest[] = [];
  #lastSequence = 0;

  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  open(request: Omit<LoggedRequest, 'sequence' | 'committed'>): LoggedRequest {
    this.#lastSequence += 1;
    const entry: LoggedRequest = { ...request, sequence: this.#lastSequence, committed: false };
    this.#entries.push(entry);
    if (this.#entries.length > this.#limit) {
      this.#entries.shift();
    }
    return entry;
  }

  /** Sequence number of the latest request; pass it as `after` to count from here. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  entries(filter: RequestFilter = {}): readonly LoggedRequest[] {
    return this.#entries.filter(
      (entry) =>
        (filter.service === undefined || entry.service === filter.service) &&
        (filter.operation === undefined || entry.operation === filter.operation) &&
        (filter.method === undefined || entry.method === filter.method) &&
        (filter.after === undefined || entry.sequence > filter.after),
    );
  }

  /** Calls by operation id; requests to unknown routes count as `unknown`. */
  countByOperation(filter: RequestFilter = {}): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operation = 'unknown' } of this.entries(filter)) {
      counts[operation] = (counts[operation] ?? 0) + 1;
    }
    return counts;
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
