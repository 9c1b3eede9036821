/** The Resource Controller, what reads and what changes instances (hpcs-network-policy §3.2). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireToken } from '../authentication.ts';
import type { ApiError } from '../errors.ts';
import { acceptAnyJson } from '../json-body.ts';
import type { Schema } from '../validation.ts';
import type { World } from '../world.ts';
import { serveChanges } from './changes.ts';
import { findInstance } from './find.ts';
import { INSTANCE_STATES, type InstanceState, type ServiceInstance } from './instances.ts';
import { serveReclamations } from './reclamations.ts';
import { INSTANCE_TYPE, planId, renderInstance, serviceId } from './render.ts';

const MOST_PER_PAGE = 100;

const text: Schema = { type: 'string' };

const listQuery: Schema = {
  type: 'object',
  properties: {
    guid: text,
    name: text,
    resource_group_id: text,
    resource_id: text,
    resource_plan_id: text,
    type: text,
    sub_type: text,
    updated_from: text,
    updated_to: text,
    start: text,
    limit: { type: 'integer', minimum: 1, maximum: MOST_PER_PAGE, default: MOST_PER_PAGE },
    state: { type: 'string', enum: INSTANCE_STATES },
  },
  additionalProperties: false,
};

interface ListQuery {
  readonly guid?: string;
  readonly name?: string;
  readonly resource_group_id?: string;
  readonly resource_id?: string;
  readonly resource_plan_id?: string;
  readonly type?: string;
  readonly start?: string;
  readonly limit: number;
  readonly state?: InstanceState;
}

export function serveResourceController(app: FastifyInstance, world: World): void {
  acceptAnyJson(app);
  app.register(
    async (v2) => {
      requireToken(v2, world);
      const listing = {
        config: { operation: 'list_resource_instances' },
        schema: { querystring: listQuery },
      };
      v2.get('/resource_instances', listing, async (request) => listInstances(request, world));
      const config = { operation: 'get_resource_instance' };
      v2.get<{ Params: { id: string } }>('/resource_instances/:id', { config }, async (request) =>
        renderInstance(findInstance(world, request.account, request.params.id)),
      );
      serveChanges(v2, world);
    },
    { prefix: '/v2' },
  );
  app.register(
    async (v1) => {
      requireToken(v1, world);
      serveReclamations(v1, world);
    },
    { prefix: '/v1' },
  );
}

function listInstances({ account, query }: FastifyRequest, world: World): unknown {
  const { limit, start, ...filters } = query as ListQuery;
  const found = [...world.instances.values()]
    .filter((instance) => instance.account === account && matches(instance, filters))
    .toSorted((one, other) => (one.guid < other.guid ? -1 : 1));
  const rest = found.filter(({ guid }) => start === undefined || guid > start);
  const page = rest.slice(0, limit);
  const next = rest.length > limit ? nextUrl(page.at(-1)?.guid, query as ListQuery) : null;
  return { rows_count: page.length, next_url: next, resources: page.map(renderInstance) };
}

function matches(instance: ServiceInstance, filters: Omit<ListQuery, 'limit' | 'start'>): boolean {
  const {
    guid,
    name,
    resource_group_id: group,
    resource_id: service,
    resource_plan_id: plan,
    state,
  } = filters;
  return (
    (state === undefined ? ['active', 'provisioning'].includes(instance.state) : state === instance.state) &&
    (guid === undefined || guid === instance.guid) &&
    (name === undefined || name === instance.name) &&
    (group === undefined || group === instance.resourceGroup.id) &&
    (service === undefined || service === serviceId(instance)) &&
    (plan === undefined || plan === planId(instance)) &&
    (filters.type === undefined || filters.type === INSTANCE_TYPE)
  );
}

/** A path, from which clients take the `start` token. */
function nextUrl(start: string | undefined, query: ListQuery): string {
  const parameters = { ...query, start };
  const search = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return `/v2/resource_instances?${search.toString()}`;
}

/** The error body of Resource Controller and Resource Manager (hpcs-network-policy §9.9). */
export function resourceErrorBody(error: ApiError, request: FastifyRequest): unknown {
  return {
    error_code: error.code,
    message: error.message,
    status_code: error.status,
    transaction_id: request.id,
  };
}
