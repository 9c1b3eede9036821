/**
 * IAM: tokens and the public keys that verify them, and policies. The errors of the token operation have a body of
 * their own (`errorCode`, `errorMessage`, `context`); what was sent to IAM is never logged and never echoed.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { timestamp } from '../timestamp.ts';
import type { World } from '../world.ts';
import { type Form, grants } from './grants.ts';
import { policyErrorBody, servePolicies } from './policy-service.ts';

/** The second is an older name, which IBM's Go client for keys still calls (hpcs-network-policy §8.1). */
const TOKEN_PATHS = ['/identity/token', '/oidc/token'];

type TokenRequest = FastifyRequest<{ Body: Form | undefined }>;

export function serveIam(app: FastifyInstance, world: World): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: FastifyRequest, text: string) =>
    Object.fromEntries(new URLSearchParams(text)),
  );

  const [operation = '', ...alsoOperations] = [...grants.values()].map((grant) => grant.operation);
  const answer = async ({ body = {}, logged }: TokenRequest): Promise<unknown> => {
    const grant = grants.get(body['grant_type'] ?? '');
    if (grant === undefined) {
      throw invalidProperty('grant_type', [...grants.keys()].join(','));
    }
    logged.operation = grant.operation;
    if (body['response_type'] !== undefined && body['response_type'] !== 'cloud_iam') {
      throw invalidProperty('response_type', 'cloud_iam');
    }
    const identity = await grant.identify(body, world);
    logged.accountId = identity.account.id;
    const { token, expiration } = await world.tokens.issue(identity, world.settings.tokenLifetimeMs);
    return {
      access_token: token,
      refresh_token: 'not_supported',
      token_type: 'Bearer',
      expires_in: Math.floor(world.settings.tokenLifetimeMs / 1000),
      expiration,
      scope: 'ibm openid',
    };
  };
  for (const path of TOKEN_PATHS) {
    app.post(path, { config: { operation, alsoOperations } }, answer);
  }

  app.get('/identity/keys', { config: { operation: 'get_keys' } }, async () => ({
    keys: [world.tokens.publicKey],
  }));
  app.register(async (policies) => servePolicies(policies, world));
}

/** The message names what is allowed but not what was sent, which may be a secret in the wrong field. */
function invalidProperty(name: string, valid: string): ApiError {
  const message = `Validation of property '${name}' failed. Valid values: '${valid}'`;
  return new ApiError({ status: 400, code: 'BXNIM0106E', message });
}

/** The body of an IAM error, in the shape of the answers that public issues quote. */
export function iamErrorBody(error: ApiError, request: FastifyRequest, nowMs: number): unknown {
  if (/^\/v[12]\/policies/.test(request.url)) {
    return policyErrorBody(error, request);
  }
  return {
    errorCode: error.code,
    errorMessage: error.message,
    context: {
      requestId: request.id,
      requestType: 'incoming.Identity_Token',
      userAgent: request.headers['user-agent'] ?? '',
      url: `${request.protocol}://${request.host}`,
      startTime: timestamp(nowMs),
      endTime: timestamp(nowMs),
      elapsedTime: '0',
      locale: 'en_US',
    },
  };
}
