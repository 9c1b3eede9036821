/**
 * Lists by pages (vpc-endpoint-gateways §1.3). The `start` token holds the position of the last item served, not
 * an offset: items that come or go between two pages never make another one appear twice or not at all.
 */
import { ApiError, parameter } from '../errors.ts';
import { PAGE_LINKS_CARRY_VERSION } from './unconfirmed.ts';

type Position = ReadonlyArray<string | number>;

/** A total order: position of an item, and for each part of it whether the order is reversed. */
export interface Order<T> {
  readonly position: (item: T) => Position;
  readonly descending: readonly boolean[];
}

export interface PageQuery {
  readonly limit: number;
  readonly start?: string;
  readonly [filter: string]: unknown;
}

export interface PageRequest {
  /** Address of the collection, without query. */
  readonly href: string;
  readonly query: PageQuery;
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
}

/** Newest first, then by name: the documented order of gateways, and the choice for other resources. */
export const newestFirst: Order<Listed> = {
  position: ({ createdAtMs, name, id }) => [createdAtMs, name, id],
  descending: [true, false, false],
};

/** The same for what has no name. */
export const newestFirstById: Order<Pick<Listed, 'id' | 'createdAtMs'>> = {
  position: ({ createdAtMs, id }) => [createdAtMs, id],
  descending: [true, false],
};

/** One page of what already passed the filters, in IBM's envelope under the collection's name. */
export function page<T>(
  collection: string,
  items: Iterable<T>,
  { order, render, request }: { order: Order<T>; render: (item: T) => unknown; request: PageRequest },
): Readonly<Record<string, unknown>> {
  const { limit, start } = request.query;
  const sorted = [...items].toSorted((a, b) =>
    compare(order.position(a), order.position(b), order.descending),
  );
  const after = start === undefined ? undefined : decode(start, order.descending.length);
  const firstIndex =
    after === undefined
      ? 0
      : sorted.findIndex((item) => compare(order.position(item), after, order.descending) > 0);
  const shown = firstIndex === -1 ? [] : sorted.slice(firstIndex, firstIndex + limit);
  const last = shown.at(-1);
  const hasMore = last !== undefined && firstIndex + limit < sorted.length;
  return {
    first: { href: link(request) },
    limit,
    total_count: sorted.length,
    ...(hasMore ? { next: { href: link(request, encode(order.position(last))) } } : {}),
    [collection]: shown.map(render),
  };
}

function compare(a: Position, b: Position, descending: readonly boolean[]): number {
  for (const [index, reversed] of descending.entries()) {
    const [left = '', right = ''] = [a[index], b[index]];
    if (left !== right) {
      return left < right === reversed ? 1 : -1;
    }
  }
  return 0;
}

function encode(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decode(token: string, length: number): Position {
  try {
    const position: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(position) && position.length === length) {
      return position as Position;
    }
  } catch {
    // Falls through to the answer for every token that this service did not make.
  }
  const message = 'The start token is not one of this list.';
  throw new ApiError({ status: 400, code: 'bad_request', message, target: parameter('start', token) });
}

function link({ href, query }: PageRequest, start?: string): string {
  const { version, generation, start: _, ...filters } = query;
  const parameters = { ...filters, ...(PAGE_LINKS_CARRY_VERSION ? { version, generation } : {}) };
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    search.set(key, String(value));
  }
  if (start !== undefined) {
    search.set('start', start);
  }
  return `${href}?${search.toString()}`;
}
