/** Who is calling: every service but IAM itself wants a bearer token that this cloud's IAM has signed. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';
import type { Account, Identity } from './accounts.ts';
import type { World } from './world.ts';

/** Throws `token_missing` or `token_invalid` (401); enters the account into the request log. */
export async function identify(request: FastifyRequest, world: World): Promise<Identity> {
  const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(/\s+/);
  if (scheme.toLowerCase() !== 'bearer' || token === '') {
    throw new ApiError({ status: 401, code: 'token_missing', message: 'No token was provided.' });
  }
  const iamId = await world.tokens.verify(token);
  const identity = iamId === undefined ? undefined : world.accounts.ofIamId(iamId);
  if (identity === undefined) {
    throw new ApiError({ status: 401, code: 'token_invalid', message: 'The token is expired or invalid.' });
  }
  request.logged.accountId = identity.account.id;
  return identity;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Account of the caller's token. */
    account: Account;
    identity: Identity;
  }
}

/** Every request of this plugin needs a token; whose it is, is `request.identity`, its account `request.account`. */
export function requireToken(app: FastifyInstance, world: World): void {
  app.addHook('onRequest', async (request) => {
    request.identity = await identify(request, world);
    request.account = request.identity.account;
  });
}
