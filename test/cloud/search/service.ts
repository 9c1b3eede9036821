/**
 * Global Search v3 (vpc-endpoint-gateways §8, §9). The cursor of a page is live: it stands for the query and the last
 * item served, so that what comes or goes between two pages never makes another item appear twice or not at all.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireToken } from '../authentication.ts';
import { ApiError, field } from '../errors.ts';
import { acceptAnyJson } from '../json-body.ts';
import type { Schema } from '../validation.ts';
import type { World } from '../world.ts';
import { documentsOf } from './documents.ts';
import { parseQuery, type Properties } from './query.ts';

const searchBody: Schema = {
  type: 'object',
  properties: {
    query: { type: 'string' },
    fields: { type: 'array', items: { type: 'string', minLength: 1 } },
    search_cursor: { type: 'string', minLength: 1 },
  },
  additionalProperties: false,
};

const choice: Schema = { type: 'string', enum: ['true', 'false', 'any'] };

const searchQuery: Schema = {
  type: 'object',
  properties: {
    account_id: { type: 'string' },
    // No source tells the largest; published scripts ask for 1,000 (UNCONFIRMED).
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 10 },
    timeout: { type: 'integer', minimum: 0 },
    sort: { type: 'string' },
    is_deleted: choice,
    is_reclaimed: choice,
    can_tag: choice,
    is_project_resource: choice,
    impersonate_user: { type: 'string' },
  },
  additionalProperties: false,
};

interface SearchBody {
  readonly query?: string;
  readonly fields?: readonly string[];
  readonly search_cursor?: string;
}

interface SearchQuery {
  readonly account_id?: string;
  readonly limit: number;
}

interface Cursor {
  readonly query: string;
  readonly fields: readonly string[];
  /** CRN of the last item served. */
  readonly after: string;
}

export function serveSearch(app: FastifyInstance, world: World): void {
  acceptAnyJson(app);
  app.register(
    async (v3) => {
      requireToken(v3, world);
      const schema = { body: searchBody, querystring: searchQuery };
      v3.post('/resources/search', { config: { operation: 'search' }, schema }, async (request) =>
        search(request, world),
      );
    },
    { prefix: '/v3' },
  );
}

const DEFAULT_FIELDS = ['account_id', 'name', 'type', 'family', 'crn'];

function search({ account, body, query }: FastifyRequest, world: World): unknown {
  const { limit, account_id: accountId = account.id } = query as SearchQuery;
  const asked = body as SearchBody;
  const { search_cursor: token } = asked;
  const start =
    token === undefined
      ? { query: asked.query ?? '*', fields: asked.fields ?? DEFAULT_FIELDS, after: '' }
      : decode(token);
  const matches = parseQuery(start.query);
  const items = documentsOf(world, account)
    .filter((document) => accountId === account.id && matches(document))
    .filter(({ crn }) => String(crn) > start.after)
    .slice(0, limit);
  const last = items.at(-1);
  return {
    ...(last !== undefined && { search_cursor: encode({ ...start, after: String(last['crn']) }) }),
    limit,
    items: items.map((document) => select(document, start.fields)),
  };
}

/** The CRN is always shown; a dotted name shows that part of the whole. */
function select(document: Properties, fields: readonly string[]): Properties {
  if (fields.includes('*')) {
    return document;
  }
  const shown: Record<string, unknown> = { crn: document['crn'] };
  for (const name of fields) {
    copy(document, shown, name.split('.'));
  }
  return shown;
}

function copy(from: Properties, to: Record<string, unknown>, [name, ...rest]: readonly string[]): void {
  const value = name === undefined ? undefined : from[name];
  if (name === undefined || value === undefined) {
    return;
  }
  if (rest.length === 0 || typeof value !== 'object' || value === null) {
    to[name] = value;
    return;
  }
  const part = { ...(to[name] as Record<string, unknown> | undefined) };
  copy(value as Properties, part, rest);
  to[name] = part;
}

function encode(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function decode(token: string): Cursor {
  try {
    const { query, fields, after } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Cursor;
    if (typeof query === 'string' && Array.isArray(fields) && typeof after === 'string') {
      return { query, fields, after };
    }
  } catch {
    // Falls through to the answer for every cursor that this service did not make.
  }
  const message = 'The search cursor is not one of this service.';
  throw new ApiError({ status: 400, code: 'bad_request', message, target: field('search_cursor', token) });
}
