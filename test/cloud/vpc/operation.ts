/**
 * An operation of the VPC API as data, and how it is served: what every one of them checks first (version date,
 * generation, token, role) happens here, so that a handler starts from resolved facts.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { identify } from '../authentication.ts';
import { ApiError, parameter } from '../errors.ts';
import type { Role } from '../accounts.ts';
import { areaOf, type World } from '../world.ts';
import type { AccountRegion } from './model.ts';
import type { PageQuery, PageRequest } from './paging.ts';
import type { View } from './render-references.ts';
import { plainQuery } from './schemas.ts';
import { OLDEST_VERSION } from './unconfirmed.ts';
import type { Schema } from '../validation.ts';

export interface Call<Body> {
  readonly area: AccountRegion;
  readonly view: View;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: Body;
  readonly ifMatch: string | undefined;
  /** The request as a page of the collection that it addresses. */
  readonly page: PageRequest;
}

export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Id of what the call created, for the request log. */
  readonly createdId?: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface OperationSpec<Body> {
  /** IBM's operation id. */
  readonly id: string;
  /** Method and path below `/v1`. */
  readonly route: `${Method} /${string}`;
  /**
   * The weakest role that may call it (vpc-endpoint-gateways §10.3); viewer for a GET and editor for the rest
   * when absent.
   */
  readonly role?: Role;
  /** Schema of the query; no parameters beyond version and generation when absent. */
  readonly query?: Schema;
  /** Schema of the body; an operation without one ignores whatever is sent. */
  readonly body?: Schema;
  readonly handle: (call: Call<Body>) => Answer | Promise<Answer>;
}

export type Operation = OperationSpec<unknown>;

/** Declares an operation whose body, once its schema has accepted it, is a `Body`. */
export function operation<Body = undefined>(spec: OperationSpec<Body>): Operation {
  return spec as Operation;
}

const ROLE_RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, editor: 2 };

export function serveOperation(
  app: FastifyInstance,
  { world, region }: { world: World; region: string },
  spec: Operation,
): void {
  const [method, url] = spec.route.split(' ') as [Method, string];
  const { role: weakest = method === 'GET' ? 'viewer' : 'editor', query = plainQuery } = spec;
  app.route({
    method,
    url,
    config: { operation: spec.id },
    schema: { querystring: query, ...(spec.body === undefined ? {} : { body: spec.body }) },
    onRequest: async (request) => {
      checkVersion(request, world);
      const { account, role } = await identify(request, world);
      if (ROLE_RANK[role] < ROLE_RANK[weakest]) {
        const message = `The provided token is not authorized to ${spec.id.replaceAll('_', ' ')}.`;
        throw new ApiError({ status: 403, code: 'not_authorized', message });
      }
      request.area = areaOf(world, account, region);
    },
    handler: async (request, reply) => {
      const answer = await spec.handle(callOf(request));
      if (answer.createdId !== undefined) {
        request.logged.createdId = answer.createdId;
      }
      return reply
        .code(answer.status)
        .headers({ ...answer.headers })
        .send(answer.body);
    },
  });
}

function callOf(request: FastifyRequest): Call<unknown> {
  const query = request.query as Call<unknown>['query'];
  const baseUrl = `${request.protocol}://${request.host}/v1`;
  const path = request.url.split('?')[0] ?? '';
  return {
    area: request.area,
    view: { baseUrl, version: query['version'] ?? '' },
    params: request.params as Call<unknown>['params'],
    query,
    body: request.body,
    ifMatch: request.headers['if-match'],
    page: {
      href: `${request.protocol}://${request.host}${path}`,
      query: request.query as PageQuery,
    },
  };
}

function checkVersion(request: FastifyRequest, world: World): void {
  const { version = '', generation = '' } = request.query as { version?: string; generation?: string };
  if (version === '') {
    refuse('missing_version', 'The version parameter is required.', 'version');
  }
  const epochMs = Date.parse(`${version}T00:00:00Z`);
  // A day that its month does not have would roll over into the next month.
  if (
    Number.isNaN(epochMs) ||
    !new Date(epochMs).toISOString().startsWith(version) ||
    version.length !== 10
  ) {
    refuse('invalid_version', 'The version parameter must be a date: YYYY-MM-DD.', 'version');
  }
  if (version < OLDEST_VERSION || epochMs > world.clock.now()) {
    const message = `The version must lie between ${OLDEST_VERSION} and today.`;
    refuse('invalid_version_range', message, 'version');
  }
  if (generation === '') {
    refuse('missing_generation_parameter', 'The generation parameter is required.', 'generation');
  }
  if (generation !== '2') {
    refuse('invalid_generation_parameter', 'The generation parameter must be 2.', 'generation');
  }
}

function refuse(code: string, message: string, name: string): never {
  throw new ApiError({ status: 400, code, message, target: parameter(name) });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the caller's account owns in the region of this listener. */
    area: AccountRegion;
  }
}
