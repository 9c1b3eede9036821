/**
 * Global Tagging as far as user tags go (vpc-endpoint-gateways §9). A call that could not do its work for a
 * resource answers 200 all the same, with `is_error` beside that resource. Access and service tags have to exist
 * before they can be attached, and none does here.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Account } from '../accounts.ts';
import { identify } from '../authentication.ts';
import { ApiError, field, parameter } from '../errors.ts';
import { acceptAnyJson } from '../json-body.ts';
import { regionOf } from '../vpc/ids.ts';
import { areaOf, type World } from '../world.ts';
import {
  changeBody,
  changeQuery,
  listQuery,
  type ChangeBody,
  type ChangeQuery,
  type ListQuery,
} from './schemas.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Account of the caller's token. */
    account: Account;
  }
}

interface ChangeResult {
  readonly resource_id: string;
  readonly is_error: boolean;
  readonly message?: string;
}

export function serveTagging(app: FastifyInstance, world: World): void {
  acceptAnyJson(app);
  app.register(
    async (v3) => {
      v3.addHook('onRequest', async (request) => {
        request.account = (await identify(request, world)).account;
      });
      const schema = { body: changeBody, querystring: changeQuery };
      v3.post('/tags/attach', { config: { operation: 'attach_tag' }, schema }, async (request) =>
        changeTags(request, world, attach),
      );
      v3.post('/tags/detach', { config: { operation: 'detach_tag' }, schema }, async (request) =>
        changeTags(request, world, detach),
      );
      const listing = { config: { operation: 'list_tags' }, schema: { querystring: listQuery } };
      v3.get('/tags', listing, async (request) => listTags(request, world));
    },
    { prefix: '/v3' },
  );
}

/** What went wrong for this resource, if anything. */
type Change = (
  world: World,
  change: { crn: string; names: readonly string[]; query: ChangeQuery },
) => string | undefined;

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
        ? change(world, { crn, names, query })
        : 'The resource does not exist or cannot be accessed.';
      return message === undefined
        ? { resource_id: crn, is_error: false }
        : { resource_id: crn, is_error: true, message };
    }),
  };
}

const attach: Change = ({ tags }, { crn, names, query }) => {
  if (query.tag_type !== 'user') {
    return `No ${query.tag_type} tag of this name exists.`;
  }
  if (query.replace) {
    tags.detach(crn, tags.of(crn));
  }
  if (query.update) {
    tags.detach(crn, sameKey(tags.of(crn), names));
  }
  return tags.attach(crn, names) ? undefined : 'The resource would carry more tags than the limit.';
};

/** The attached tags that a `key:value` tag among `names` replaces. */
function sameKey(attached: readonly string[], names: readonly string[]): string[] {
  const keys = new Set(names.map(keyOf));
  return attached.filter((name) => keyOf(name) !== undefined && keys.has(keyOf(name)));
}

function keyOf(name: string): string | undefined {
  return /^[^:]*:/.exec(name.toLowerCase())?.[0];
}

const detach: Change = ({ tags }, { crn, names, query }) => {
  if (query.tag_type === 'user') {
    tags.detach(crn, names);
  }
  return undefined;
};

function listTags(request: FastifyRequest, world: World): unknown {
  const query = request.query as ListQuery;
  const { attached_to: crn, providers, offset, limit, tag_type: type } = query;
  if (crn !== undefined && providers === undefined) {
    const message = 'attached_to needs providers.';
    const target = parameter('providers');
    throw new ApiError({ status: 400, code: 'validation_required_field', message, target });
  }
  const names = type === 'user' ? namesOf(world, request.account, query) : [];
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
  { attached_to: crn, attached_only: inUse }: ListQuery,
): string[] {
  if (crn !== undefined) {
    return exists(world, account, crn) ? world.tags.of(crn) : [];
  }
  if (!inUse) {
    return world.tags.in(account.id);
  }
  const own = world.tags.all().filter((tagged) => exists(world, account, tagged.crn));
  return [...new Set(own.flatMap(({ tags }) => tags))].toSorted();
}

/** Whether the account has this resource of the VPC service, the only one whose resources exist here. */
function exists(world: World, account: Account, crn: string): boolean {
  const [, , , , service = '', location = '', scope = '', , type = '', id = ''] = crn.split(':');
  if (service !== 'is' || scope !== `a/${account.id}`) {
    return false;
  }
  const area = areaOf(world, account, regionOf(location));
  const resources: Readonly<Record<string, ReadonlyMap<string, { readonly crn: string }>>> = {
    'endpoint-gateway': area.gateways,
    'security-group': area.securityGroups,
    subnet: area.subnets,
    vpc: area.vpcs,
  };
  return resources[type]?.get(id)?.crn === crn;
}
