/**
 * The broker that tells where an HPCS instance answers (hpcs-network-policy §2.2, §9.7). It has no private endpoint. The
 * shape of its errors is UNCONFIRMED and taken to be the Resource Controller's.
 */
import type { FastifyInstance } from 'fastify';
import type { Account } from '../accounts.ts';
import { requireToken } from '../authentication.ts';
import { ApiError } from '../errors.ts';
import { findInstance } from '../resources/find.ts';
import type { World } from '../world.ts';
import { ep11Host } from './hosts.ts';

export function serveBroker(app: FastifyInstance, world: World): void {
  requireToken(app, world);
  // The older path answers as well.
  for (const version of ['crypto_v2', 'crypto_v1']) {
    const config = { operation: 'get_crypto_instance' };
    app.get<{ Params: { id: string } }>(`/${version}/instances/:id`, { config }, async (request) =>
      endpointsOf(world, request.account, request.params.id),
    );
  }
}

/** Known by GUID only. */
function endpointsOf(world: World, account: Account, id: string): unknown {
  const { guid, service, keys } = findInstance(world, account, id);
  if (keys === undefined || service !== 'hs-crypto' || guid !== id) {
    throw new ApiError({ status: 404, code: 'not_found', message: 'Instance not found' });
  }
  const { endpoints } = keys;
  return {
    instance_id: guid,
    kms: endpoints,
    ep11: { public: ep11Host(endpoints.public), private: ep11Host(endpoints.private) },
  };
}
