/**
 * Global Tagging (vpc-endpoint-gateways §9). A call that could not do its work for a resource answers 200 all the
 * same, with `is_error` beside that resource. Access tags have to be created before they can be attached; service
 * tags cannot be made here.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireToken } from '../authentication.ts';
import { ApiError, field, parameter } from '../errors.ts';
import { acceptAnyJson } from '../json-body.ts';
import type { Account } from '../accounts.ts';
import { findResource } from '../resources/find.ts';
import type { World } from '../world.ts';
import { attach, detach, type Change } from './changes.ts';
import {
  changeBody,
  changeQuery,
  createBody,
  createQuery,
  listQuery,
  type ChangeBody,
  type ChangeQuery,
  type CreateBody,
  type ListQuery,
} from './schemas.ts';

interface ChangeResult {
  readonly resource_id: string;
  readonly is_error: boolean;
  readonly message?: string;
}

export function serveTagging(app: FastifyInstance, world: World): void {
  acceptAnyJson(app);
  app.register(
    async (v3) => {
      requireToken(v3, world);
      const schema = { body: changeBody, querystring: changeQuery };
      v3.post('/tags/attach', { config: { operation: 'attach_tag' }, schema }, async (request) =>
        changeTags(request, world, attach),
      );
      v3.post('/tags/detach', { config: { operation: 'detach_tag' }, schema }, async (request) =>
        changeTags(request, world, detach),
      );
      const creating = { body: createBody, querystring: createQuery };
      v3.post('/tags', { config: { operation: 'create_tag' }, schema: creating }, async (request) =>
        createTags(request, world),
      );
      const listing = { config: { operation: 'list_tags' }, schema: { querystring: listQuery } };
      v3.get('/tags', listing, async (request) => listTags(request, world));
    },
    { prefix: '/v3' },
  );
}

function changeTags(request: FastifyRequest, world: World, change: Change): { results: ChangeResult[] } {
  const { resources, tag_name: single, tag_names: several } = request.body as ChangeBody;
  const query = request.query as ChangeQuery;
  const names = several ?? (single === undefined ? [] : [single]);
  if (names.length === 0) {
    const message = 'One of tag_name and tag_names is required.';
    throw new ApiError({
      status: 400,
      code: 'validation_required_field',
      message,
      target: field('tag_names'),
    });
  }
  return {
    results: resources.map(({ resource_id: crn }) => {
      const message = exists(world, request.account, crn)
        ? change(world, { account: request.account, crn, names, query })
        : 'The resource does not exist or cannot be accessed.';
      return message === undefined
        ? { resource_id: crn, is_error: false }
        : { resource_id: crn, is_error: true, message };
    }),
  };
}

/** `is_error` says that a tag was not created, because it is there already or there are too many. */
function createTags({ account, body }: FastifyRequest, { tags }: World): unknown {
  const { tag_names: names } = body as CreateBody;
  return {
    results: names.map((name) => ({ tag_name: name, is_error: !tags.create(account.id, 'access', name) })),
  };
}

function listTags(request: FastifyRequest, world: World): unknown {
  const query = request.query as ListQuery;
  const { attached_to: crn, providers, offset, limit } = query;
  if (crn !== undefined && providers === undefined) {
    const message = 'attached_to needs providers.';
    const target = parameter('providers');
    throw new ApiError({ status: 400, code: 'validation_required_field', message, target });
  }
  const names = namesOf(world, request.account, query);
  const ordered = query.order_by_name === 'desc' ? names.toReversed() : names;
  return {
    total_count: names.length,
    offset,
    limit,
    items: ordered.slice(offset, offset + limit).map((name) => ({ name })),
  };
}

/** Sorted names of the tags of one resource, or of the account's: those in use, or all. */
function namesOf(
  world: World,
  account: Account,
  { attached_to: crn, attached_only: inUse, tag_type: type }: ListQuery,
): string[] {
  if (crn !== undefined) {
    return exists(world, account, crn) ? world.tags.of(crn, type) : [];
  }
  if (!inUse) {
    return world.tags.in(account.id, type);
  }
  const own = world.tags.all(type).filter((tagged) => exists(world, account, tagged.crn));
  return [...new Set(own.flatMap(({ tags }) => tags))].toSorted();
}

function exists(world: World, account: Account, crn: string): boolean {
  return findResource(world, account, crn) !== undefined;
}
