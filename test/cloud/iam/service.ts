/**
 * The IAM token service: the API key grant and the public keys. Its errors have a body of their own
 * (`errorCode`, `errorMessage`, `context`); what was sent to it is never logged and never echoed.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { timestamp } from '../timestamp.ts';
import type { World } from '../world.ts';

const API_KEY_GRANT = 'urn:ibm:params:oauth:grant-type:apikey';

/** The form fields of a token request; anything that is not a form reads as one without fields. */
type Form = Readonly<Record<string, string>>;

export function serveIam(app: FastifyInstance, world: World): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: FastifyRequest, text: string) =>
    Object.fromEntries(new URLSearchParams(text)),
  );

  app.post<{ Body: Form | undefined }>(
    '/identity/token',
    { config: { operation: 'get_token_api_key' } },
    async ({ body = {} }) => {
      if (body['grant_type'] !== API_KEY_GRANT) {
        throw invalidProperty('grant_type', API_KEY_GRANT);
      }
      if (body['response_type'] !== undefined && body['response_type'] !== 'cloud_iam') {
        throw invalidProperty('response_type', 'cloud_iam');
      }
      const identity = world.accounts.ofApiKey(body['apikey'] ?? '');
      if (identity === undefined) {
        const message = 'Provided API key could not be found.';
        throw new ApiError({ status: 400, code: 'BXNIM0415E', message });
      }
      const { token, expiration } = await world.tokens.issue(identity, world.settings.tokenLifetimeMs);
      return {
        access_token: token,
        refresh_token: 'not_supported',
        token_type: 'Bearer',
        expires_in: Math.floor(world.settings.tokenLifetimeMs / 1000),
        expiration,
        scope: 'ibm openid',
      };
    },
  );

  app.get('/identity/keys', { config: { operation: 'get_keys' } }, async () => ({
    keys: [world.tokens.publicKey],
  }));
}

/** The message names what is allowed but not what was sent, which may be a secret in the wrong field. */
function invalidProperty(name: string, valid: string): ApiError {
  const message = `Validation of property '${name}' failed. Valid values: '${valid}'`;
  return new ApiError({ status: 400, code: 'BXNIM0106E', message });
}

/** The body of an IAM error, in the shape of the answers that public issues quote. */
export function iamErrorBody(error: ApiError, request: FastifyRequest, nowMs: number): unknown {
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
