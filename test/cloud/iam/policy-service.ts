/**
 * IAM Policy Management as far as authorizations between services go: `/v1/policies` and `/v2/policies`, two forms of
 * the same policies. What the API's reference leaves open is UNCONFIRMED: that a stale `If-Match` is a conflict.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { identify } from '../authentication.ts';
import type { Identity } from '../accounts.ts';
import type { ApiError } from '../errors.ts';
import { acceptAnyJson } from '../json-body.ts';
import type { Schema } from '../validation.ts';
import type { World } from '../world.ts';
import type { By, Policy, PolicyContent } from './policies.ts';
import { type PolicyForm, v1, v2 } from './policy-forms.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token it is. */
    identity: Identity;
  }
}

/** Of an app in which nothing else is registered: it has body parsers of its own. */
export function servePolicies(app: FastifyInstance, world: World): void {
  acceptAnyJson(app);
  app.addHook('onRequest', async (request) => {
    request.identity = await identify(request, world);
  });
  serveForm(app, world, v1);
  serveForm(app, world, v2);
  const schema = { body: stateBody };
  const config = { operation: 'update_policy_state' };
  app.patch<ById>('/v1/policies/:id', { config, schema }, async (request, reply) => {
    const { state } = request.body as Pick<Policy, 'state'>;
    return answer(reply, v1, change(request, world, { state }));
  });
}

interface ById {
  Params: { readonly id: string };
}

function operation(id: string): { readonly config: { readonly operation: string } } {
  return { config: { operation: id } };
}

function serveForm(app: FastifyInstance, world: World, form: PolicyForm): void {
  const { path, infix } = form;
  const byId = `${path}/:id`;
  const policies = world.authorizations;
  const schema = { body: form.schema };
  const listing = { ...operation(`list${infix}_policies`), schema: { querystring: listQuery } };
  app.get<{ Querystring: ListQuery }>(path, listing, async (request) => {
    const { account_id: accountId, state: wanted } = request.query;
    const isShown = ({ state, resource }: Policy): boolean =>
      state === wanted && resource['accountId'] === accountId && accountId === request.identity.account.id;
    const shown = policies.all().filter(isShown);
    return { policies: shown.map((policy) => form.render(policy, urlOf(request, path))) };
  });
  app.post(path, { ...operation(`create${infix}_policy`), schema }, async (request, reply) => {
    const policy = policies.create(form.read(request.body), by(request, world));
    request.logged.createdId = policy.id;
    return answer(reply.code(201), form, policy);
  });
  app.get<ById>(byId, operation(`get${infix}_policy`), async (request, reply) =>
    answer(reply, form, policies.get(request.params.id, request.identity)),
  );
  app.put<ById>(byId, { ...operation(`replace${infix}_policy`), schema }, async (request, reply) =>
    answer(reply, form, change(request, world, form.read(request.body))),
  );
  app.delete<ById>(byId, operation(`delete${infix}_policy`), async (request, reply) => {
    policies.delete(policies.get(request.params.id, request.identity), by(request, world));
    return reply.code(204).send();
  });
}

function change(
  request: FastifyRequest<ById>,
  world: World,
  changes: PolicyContent | Pick<Policy, 'state'>,
): Policy {
  const policies = world.authorizations;
  const policy = policies.get(request.params.id, request.identity);
  const etag = request.headers['if-match'] ?? '';
  return policies.change(policy, changes, { ...by(request, world), etag });
}

function by({ identity }: FastifyRequest, { clock }: World): By {
  return { identity, atMs: clock.now() };
}

async function answer(reply: FastifyReply, form: PolicyForm, policy: Policy): Promise<unknown> {
  return reply.header('etag', policy.etag).send(form.render(policy, urlOf(reply.request, form.path)));
}

function urlOf({ protocol, host }: FastifyRequest, path: string): string {
  return `${protocol}://${host}${path}`;
}

interface ListQuery {
  readonly account_id: string;
  readonly type?: 'authorization';
  readonly state: Policy['state'];
}

const state: Schema = { enum: ['active', 'deleted'] };

const listQuery: Schema = {
  type: 'object',
  required: ['account_id'],
  properties: {
    account_id: { type: 'string' },
    type: { const: 'authorization' },
    state: { ...state, default: 'active' },
  },
};

const stateBody: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['state'],
  properties: { state },
};

/** Codes of this API (`ErrorObject.code` in IBM's SDKs), by the general ones. */
function codeOf({ status, code, target }: ApiError): string {
  if (status === 401) {
    return 'invalid_token';
  }
  if (status === 400) {
    return target?.type === 'parameter' ? 'missing_required_query_parameter' : 'invalid_body';
  }
  return code;
}

export function policyErrorBody(error: ApiError, request: FastifyRequest): unknown {
  return {
    trace: request.id,
    errors: [{ code: codeOf(error), message: error.message }],
    status_code: error.status,
  };
}
