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
import { ep11EndpointsOf } from './hosts.ts';

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
  const instance = findInstance(world, account, id);
  const ep11 = ep11EndpointsOf(instance);
  if (ep11 === undefined || instance.guid !== id) {
    throw new ApiError({ status: 404, code: 'not_found', message: 'Instance not found' });
  }
  return { instance_id: id, kms: instance.keys?.endpoints, ep11 };
}
