/**
 * Trusted key entry of HPCS, as far as it lists crypto units (hpcs-network-policy §2.5, §9.13). Its hosts are a region's.
 * Which role it wants is UNCONFIRMED, and so is what it answers for an instance that is not the caller's; here every
 * identity of the instance's account may list, and anything else is the one 401.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireToken } from '../authentication.ts';
import { ApiError } from '../errors.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import type { World } from '../world.ts';
import { isClosedTo, type KeyPlace } from './access.ts';

type OfInstance = FastifyRequest<{ Params: { id: string } }>;

export function serveTke(app: FastifyInstance, world: World, place: KeyPlace): void {
  // IBM's SDK sends the token as it is.
  app.addHook('onRequest', async ({ headers }) => {
    headers.authorization = `Bearer ${(headers.authorization ?? '').replace(/^bearer\s+/i, '')}`;
  });
  requireToken(app, world);
  app.get('/v1/tke/:id/hsms', { config: { operation: 'list_hsms' } }, async (request: OfInstance) => {
    const instance = instanceOf(request, world, place);
    if (!isClosedTo(world, instance, place.side)) {
      return unitsOf(instance);
    }
    if (world.settings.closedTke === 'unauthorized') {
      throw denied();
    }
    return list([], []);
  });
}

function instanceOf({ account, params }: OfInstance, world: World, { region }: KeyPlace): ServiceInstance {
  const instance = [...world.instances.values()].find(
    ({ guid, service, ...one }) =>
      guid === params.id && service === 'hs-crypto' && one.account === account && one.region === region,
  );
  if (instance === undefined) {
    throw denied();
  }
  return instance;
}

function denied(): ApiError {
  const message = 'The access token is invalid, expired, or does not have the required permission.';
  return new ApiError({ status: 401, code: 'unauthorized', message });
}

function unitsOf({
  guid,
  parameters: { units = 2, failover_units: failover = 0 },
}: ServiceInstance): unknown {
  return list(unitsNamed(guid, 'cu', Number(units)), unitsNamed(guid, 'failover', Number(failover)));
}

function unitsNamed(guid: string, name: string, count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => ({
    hsm_id: `${name}-${index + 1}`,
    location: `[AZ${index + 1}-CS1].[00].[${index}]`,
    state: 'active',
    version: '1',
    serial_number: `${guid.slice(0, 6).toUpperCase()}${String(index + 1).padStart(2, '0')}`,
  }));
}

function list(units: readonly unknown[], failover: readonly unknown[]): unknown {
  return { metadata: [], hsms: units, source_hsms: [], failover_hsms: failover };
}
