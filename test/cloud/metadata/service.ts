/**
 * The VPC metadata service as far as identity goes (hpcs-network-policy §8.3): an identity token of the instance, and
 * for that an IAM token of a trusted profile. Serves both generations of paths. A service that is off, or set to the
 * other protocol, does not answer at all (IBM Cloud VPC Identity API, "Endpoint URLs").
 */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError, errorsBody } from '../errors.ts';
import type { TrustedProfile } from '../iam/trusted-profiles.ts';
import { acceptAnyJson } from '../json-body.ts';
import { timestamp } from '../timestamp.ts';
import type { World } from '../world.ts';
import type { Instance } from './instance.ts';
import { iamTokenBody, type IamTokenBody, tokenBody, type TokenBody, versionQuery } from './schemas.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller's. */
    instance: Instance;
  }
}

/** Of version 2022-03-01 and of 2025-08-26. */
const generations = [
  { tokenPath: '/instance_identity/v1/token', iamTokenPath: '/instance_identity/v1/iam_token' },
  { tokenPath: '/identity/v1/token', iamTokenPath: '/identity/v1/iam_tokens' },
] as const;

export function serveMetadata(app: FastifyInstance, world: World): void {
  acceptAnyJson(app);
  app.addHook('onRequest', async (request, reply) => {
    const { instance } = world.metadata;
    if (instance === undefined || instance.protocol !== request.protocol) {
      reply.hijack();
      request.raw.socket.destroy();
      return;
    }
    request.instance = instance;
  });
  for (const generation of generations) {
    serveGeneration(app, world, generation);
  }
}

function serveGeneration(
  app: FastifyInstance,
  world: World,
  { tokenPath, iamTokenPath }: (typeof generations)[number],
): void {
  const querystring = versionQuery;
  app.put<{ Body: TokenBody | undefined }>(
    tokenPath,
    { config: { operation: 'create_access_token' }, schema: { querystring, body: tokenBody } },
    async (request) => createIdentityToken(request, world),
  );
  app.post<{ Body: IamTokenBody | undefined }>(
    iamTokenPath,
    { config: { operation: 'create_iam_token' }, schema: { querystring, body: iamTokenBody } },
    async (request) => createIamToken(request, world),
  );
}

function createIdentityToken(
  request: FastifyRequest<{ Body: TokenBody | undefined }>,
  world: World,
): unknown {
  if (request.headers['metadata-flavor'] !== 'ibm') {
    const target = { name: 'Metadata-Flavor', type: 'header' } as const;
    throw new ApiError({ status: 400, code: 'missing_field', message: 'The header must be ibm.', target });
  }
  const lifetimeMs = (request.body?.expires_in ?? 300) * 1000;
  // In the form of a JWT, as the real one, so that whoever looks for leaked tokens finds it.
  const token = `eyJhbGciOiJub25lIn0.eyJzdWIiOiJpbnN0YW5jZSJ9.${randomBytes(32).toString('base64url')}`;
  request.instance.identityTokens.set(token, world.clock.now() + lifetimeMs);
  return answer(token, lifetimeMs, world);
}

async function createIamToken(
  request: FastifyRequest<{ Body: IamTokenBody | undefined }>,
  world: World,
): Promise<unknown> {
  checkIdentityToken(request, world);
  const { identity } = chosenProfile(request, world);
  request.logged.accountId = identity.account.id;
  const { tokenLifetimeMs } = world.settings;
  const { token } = await world.tokens.issue(identity, tokenLifetimeMs);
  return answer(token, tokenLifetimeMs, world);
}

function checkIdentityToken({ headers, instance }: FastifyRequest, { clock }: World): void {
  const [scheme = '', token = ''] = (headers.authorization ?? '').split(/\s+/);
  const expiresAtMs = scheme.toLowerCase() === 'bearer' ? instance.identityTokens.get(token) : undefined;
  if (expiresAtMs === undefined || expiresAtMs <= clock.now()) {
    const message = 'The identity token is missing, expired or invalid.';
    throw new ApiError({ status: 401, code: 'unauthenticated', message });
  }
}

/** That an unknown profile is refused like one that is not linked is UNCONFIRMED. */
function chosenProfile(
  { body, instance }: FastifyRequest<{ Body: IamTokenBody | undefined }>,
  { iam }: World,
): TrustedProfile {
  const choice = body?.trusted_profile;
  const profile =
    choice === undefined
      ? instance.defaultProfile
      : iam.profiles.assumable(choice, ({ instances }) => instances.has(instance.id));
  if (profile === undefined) {
    const message = 'The trusted profile is not linked to this instance.';
    throw new ApiError({ status: 400, code: 'profile_not_linked', message });
  }
  return profile;
}

function answer(token: string, lifetimeMs: number, { clock }: World): unknown {
  const nowMs = clock.now();
  return {
    access_token: token,
    created_at: timestamp(nowMs),
    expires_at: timestamp(nowMs + lifetimeMs),
    expires_in: Math.floor(lifetimeMs / 1000),
  };
}

/** The general codes of request validation under the names that this service has for them. */
const CODES: Readonly<Record<string, string>> = {
  validation_required_field: 'missing_field',
  bad_field: 'unknown_field',
  invalid_route: 'not_found',
};

export function metadataErrorBody(error: ApiError, request: FastifyRequest): unknown {
  const { status, message, target, headers } = error;
  const code = CODES[error.code] ?? (error.code.startsWith('validation') ? 'invalid_value' : error.code);
  const renamed = new ApiError({ status, code, message, target, headers });
  return { ...(errorsBody(renamed, request.id) as object), status_code: status };
}
