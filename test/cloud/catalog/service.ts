/**
 * Catalog Management, as far as the search for targets of endpoint gateways goes (vpc-endpoint-gateways §8). Pages
 * begin at an offset; `next` is absent on the last one. Without `digest=false` the answer is a digest, which lacks
 * each object's `data` (UNCONFIRMED what else).
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireToken } from '../authentication.ts';
import { ApiError, parameter } from '../errors.ts';
import { timestamp } from '../timestamp.ts';
import type { Schema } from '../validation.ts';
import { seededHex } from '../vpc/ids.ts';
import type { World } from '../world.ts';
import { serviceTargets, type ServiceTarget } from './service-targets.ts';

const listQuery: Schema = {
  type: 'object',
  properties: {
    query: { type: 'string' },
    kind: { type: 'string' },
    // IBM's Go SDK asks for 1,000 in its integration test; the default is the simulator's.
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 20 },
    offset: { type: 'integer', minimum: 0, default: 0 },
    collapse: { type: 'boolean' },
    digest: { type: 'boolean', default: true },
  },
  required: ['query'],
  additionalProperties: false,
};

interface ListQuery {
  readonly query: string;
  readonly limit: number;
  readonly offset: number;
  readonly digest: boolean;
}

export function serveCatalog(app: FastifyInstance, world: World): void {
  app.register(
    async (v1) => {
      requireToken(v1, world);
      const listing = { config: { operation: 'search_objects' }, schema: { querystring: listQuery } };
      v1.get('/objects', listing, async (request) => searchObjects(request));
    },
    { prefix: '/api/v1-beta' },
  );
}

/** The one query that clients are known to make. */
const TARGETS_OF_REGION = /^kind: ?vpe AND svc AND parent_id:([a-z0-9-]+)$/;

function searchObjects(request: FastifyRequest): unknown {
  const { query, limit, offset, digest } = request.query as ListQuery;
  const region = TARGETS_OF_REGION.exec(query)?.[1];
  if (region === undefined) {
    const message = 'The simulated catalogue knows only queries for the targets of a region.';
    throw new ApiError({ status: 400, code: 'bad_request', message, target: parameter('query', query) });
  }
  const targets = serviceTargets(region);
  const page = targets.slice(offset, offset + limit);
  const lastOffset = Math.floor((targets.length - 1) / limit) * limit;
  return {
    offset,
    limit,
    total_count: targets.length,
    resource_count: page.length,
    first: link(request, 0),
    last: link(request, lastOffset),
    ...(offset > 0 && { prev: link(request, Math.max(0, offset - limit)) }),
    ...(offset + limit < targets.length && { next: link(request, offset + limit) }),
    resources: page.map((target) => render(target, region, digest)),
  };
}

function link({ protocol, host, url, query }: FastifyRequest, offset: number): string {
  const parameters = { ...(query as ListQuery), offset };
  const search = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return `${protocol}://${host}${url.split('?')[0]}?${search.toString()}`;
}

function render(target: ServiceTarget, region: string, digest: boolean): unknown {
  const id = seededHex(`catalogue/${region}/${target.crn}`);
  return {
    id,
    name: `${target.name}-${region}`,
    crn: `crn:v1:bluemix:public:globalcatalog-collection:global::${CATALOGUE}:object:${id}`,
    parent_id: region,
    label: target.label,
    created: timestamp(0),
    updated: timestamp(0),
    kind: 'vpe',
    catalog_id: CATALOGUE,
    catalog_name: 'ibm',
    ...(!digest && {
      data: {
        service_crn: target.crn,
        endpoint_type: target.endpointType,
        fully_qualified_domain_names: target.hosts,
      },
    }),
  };
}

const CATALOGUE = seededHex('catalogue');
