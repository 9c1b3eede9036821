/** The Resource Controller, its reading part (hpcs-network-policy §3.2). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireToken } from '../authentication.ts';
import { ApiError } from '../errors.ts';
import { timestamp } from '../timestamp.ts';
import type { Schema } from '../validation.ts';
import { seededHex } from '../vpc/ids.ts';
import type { World } from '../world.ts';
import { resourceGroupCrn } from './groups.ts';
import { INSTANCE_STATES, type InstanceState, type ServiceInstance } from './instances.ts';

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
        render(findInstance(world, request, request.params.id)),
      );
    },
    { prefix: '/v2' },
  );
}

/** By GUID or CRN. A removed instance stays readable. */
function findInstance(world: World, { account }: FastifyRequest, id: string): ServiceInstance {
  for (const instance of world.instances.values()) {
    if (instance.account === account && (instance.guid === id || instance.crn === id)) {
      return instance;
    }
  }
  throw new ApiError({ status: 404, code: 'RC-InstanceNotFound', message: 'Instance not found' });
}

function listInstances({ account, query }: FastifyRequest, world: World): unknown {
  const { limit, start, ...filters } = query as ListQuery;
  const found = [...world.instances.values()]
    .filter((instance) => instance.account === account && matches(instance, filters))
    .toSorted((one, other) => (one.guid < other.guid ? -1 : 1));
  const rest = found.filter(({ guid }) => start === undefined || guid > start);
  const page = rest.slice(0, limit);
  const next = rest.length > limit ? nextUrl(page.at(-1)?.guid, query as ListQuery) : null;
  return { rows_count: page.length, next_url: next, resources: page.map(render) };
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

const INSTANCE_TYPE = 'service_instance';

function serviceId({ service }: ServiceInstance): string {
  return seededHex(`service/${service}`);
}

function planId({ service }: ServiceInstance): string {
  return seededHex(`plan/${service}`);
}

function render(instance: ServiceInstance): unknown {
  const { guid, crn, name, account, region, resourceGroup, createdAtMs, state } = instance;
  const url = `/v2/resource_instances/${guid}`;
  const { virtualPrivateEndpoints } = instance;
  return {
    id: crn,
    guid,
    url,
    created_at: timestamp(createdAtMs),
    updated_at: timestamp(createdAtMs),
    created_by: 'IBMid-550000AAAA',
    updated_by: 'IBMid-550000AAAA',
    name,
    region_id: region,
    account_id: account.id,
    resource_plan_id: planId(instance),
    resource_group_id: resourceGroup.id,
    resource_group_crn: resourceGroupCrn(account, resourceGroup),
    target_crn: `crn:v1:bluemix:public:globalcatalog::::deployment:${planId(instance)}%3A${region}`,
    crn,
    state,
    type: INSTANCE_TYPE,
    resource_id: serviceId(instance),
    last_operation: lastOperation(state),
    allow_cleanup: false,
    locked: false,
    migrated: false,
    resource_aliases_url: `${url}/resource_aliases`,
    resource_bindings_url: `${url}/resource_bindings`,
    resource_keys_url: `${url}/resource_keys`,
    ...(virtualPrivateEndpoints !== undefined && {
      extensions: { virtual_private_endpoints: virtualPrivateEndpoints },
    }),
  };
}

function lastOperation(state: InstanceState): unknown {
  const underWay = state === 'provisioning' || state === 'pre_provisioning' || state === 'pending_removal';
  return {
    type: 'create',
    state: underWay ? 'in progress' : 'succeeded',
    async: underWay,
    description: underWay ? 'Creating the instance' : 'Completed create instance operation',
    cancelable: false,
    poll: underWay,
  };
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
