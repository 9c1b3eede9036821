/**
 * The instance policies of HPCS and Key Protect (hpcs-network-policy §1), once for each side of a region. A policy is
 * replaced as a whole; policies that a call does not name stay as they are (§1.7). There is no ETag (§1.2).
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { acceptAnyJson } from '../json-body.ts';
import type { World } from '../world.ts';
import { admit, type Admitted, type KeyPlace } from './access.ts';
import { renderPort } from './allowed-ip.ts';
import { attributesOf } from './attributes.ts';
import { keyError, notInitialized, unauthorized } from './errors.ts';
import { isPrivateOnly, POLICY_TYPES, writePolicy, type PolicyType } from './model.ts';
import { policiesIn } from './policy-body.ts';
import { renderPolicies } from './render.ts';

declare module 'fastify' {
  interface FastifyRequest {
    admitted: Admitted;
  }
}

export function serveKeys(app: FastifyInstance, world: World, place: KeyPlace): void {
  acceptAnyJson(app, 'BAD_BODY_ERR');
  // On every answer, those of the fault plan among them (§1.3).
  app.addHook('onSend', async ({ headers }, reply) => {
    reply.header('correlation-id', headers['correlation-id'] ?? randomUUID());
  });
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.url !== undefined) {
      request.admitted = await admit(request, world, place);
      request.logged.instance = request.admitted.instance.guid;
    }
  });
  const url = '/api/v2/instance/policies';
  app.get(url, { config: { operation: 'get_instance_policy' } }, async (request) =>
    readPolicies(request, world),
  );
  const config = { operation: 'get_allowed_ip_port' };
  app.get('/api/v2/instance/allowed_ip_port', { config }, async ({ admitted: { keys } }) =>
    renderPort(world, keys),
  );
  app.put(url, { config: { operation: 'put_instance_policy' } }, async (request, reply) => {
    setPolicies(request, world);
    return reply.code(204).send();
  });
}

function readPolicies(request: FastifyRequest, world: World): unknown {
  const { keys } = request.admitted;
  if (!keys.initialized && world.settings.uninitializedKeyPolicies === 'unauthorized') {
    throw unauthorized();
  }
  return renderPolicies(world, keys, typeAsked(request));
}

function setPolicies(request: FastifyRequest, world: World): void {
  const { keys, identity, instance } = request.admitted;
  checkInitialized(keys.initialized, world);
  const given = policiesIn(request.body, typeAsked(request));
  const networkAlways = world.settings.keyAttributesRequired;
  const checked = given.map((policy) => {
    const attributes = attributesOf(policy, { networkAlways });
    const { enabled } = policy.policy_data;
    return { type: policy.policy_type, content: { enabled, ...(attributes && { attributes }) } };
  });
  if (keys.dedicated && checked.some(({ type }) => NOT_ON_DEDICATED.has(type))) {
    throw keyError('FEATURE_RESTRICTED_ERR', 'This action is not permitted on this resource', 403);
  }
  const writer = { iamId: identity.iamId, atMs: world.clock.now() };
  checked.forEach(({ type, content }) => writePolicy(keys, type, { content, writer }));
  if (world.settings.keyPolicySetsParameter && checked.some(({ type }) => type === 'allowedNetwork')) {
    const closed = isPrivateOnly(keys, writer.atMs);
    instance.parameters['allowed_network'] = closed ? 'private-only' : 'public-and-private';
  }
}

/** How Key Protect Dedicated refuses them is UNCONFIRMED (§7). */
const NOT_ON_DEDICATED: ReadonlySet<PolicyType> = new Set(['allowedNetwork', 'allowedIP']);

function checkInitialized(initialized: boolean, { settings }: World): void {
  if (initialized || settings.uninitializedKeyPolicies === 'served') {
    return;
  }
  throw settings.uninitializedKeyPolicies === 'write-refused' ? notInitialized() : unauthorized();
}

/** The code for a type that does not exist is UNCONFIRMED. */
function typeAsked({ query }: FastifyRequest): PolicyType | undefined {
  const { policy } = query as { policy?: string };
  const type = POLICY_TYPES.find((one) => one === policy);
  if (policy !== undefined && type === undefined) {
    const message = `The query parameter \`policy\` must be one of: ${POLICY_TYPES.join(', ')}`;
    throw keyError('INVALID_QUERY_PARAM_ERR', message);
  }
  return type;
}
