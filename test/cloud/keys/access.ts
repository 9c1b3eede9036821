/**
 * Who may do what with an instance's policies, in the order of hpcs-network-policy §10.2: the token can be read, the
 * header names an instance, and then network and role at once, whose refusals look the same.
 */
import type { FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import { keyRoleOf, type Identity } from '../accounts.ts';
import { identify } from '../authentication.ts';
import { ApiError } from '../errors.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import type { World } from '../world.ts';
import { isAddressRefused, type Approach } from './allowed-ip.ts';
import { keyError, unauthorized } from './errors.ts';
import { answersAs } from './hosts.ts';
import { isPrivateOnly, type KeyInstance, type KeySide } from './model.ts';

/** Where a request came in. */
export interface KeyPlace {
  readonly region: string;
  readonly side: KeySide;
}

export interface Admitted {
  readonly identity: Identity;
  readonly keys: KeyInstance;
  readonly instance: ServiceInstance;
}

export async function admit(request: FastifyRequest, world: World, place: KeyPlace): Promise<Admitted> {
  checkBearer(request);
  const guid = instanceOf(request);
  const identity = await identifyOrDeny(request, world);
  const instance = [...world.instances.values()].find(
    (one) => one.guid === guid && one.account === identity.account && one.region === place.region,
  );
  const keys = instance?.keys;
  if (
    instance === undefined ||
    keys === undefined ||
    !ANSWERING.has(instance.state) ||
    !answersAs(keys, request.host) ||
    keyRoleOf(identity) !== 'Manager'
  ) {
    throw unauthorized();
  }
  const { host, ip } = request;
  const address = world.network.addressOf(ip) ?? ip;
  checkNetwork(world, instance, { side: place.side, host, address });
  return { identity, keys, instance };
}

/** What an instance in reclamation answers is UNCONFIRMED (§1.9); it is taken to answer as before. */
const ANSWERING: ReadonlySet<string> = new Set(['active', 'pending_reclamation']);

/** What is answered when there is no token at all is UNCONFIRMED. */
function checkBearer({ headers }: FastifyRequest): void {
  try {
    const { sub } = decodeJwt((headers.authorization ?? '').replace(/^bearer\s+/i, ''));
    if (sub !== undefined) {
      return;
    }
  } catch {
    // Refused below.
  }
  const message = 'Extracting the subject from the bearer token failed: Please check the token';
  throw keyError('BEARER_SUB_EXTRACTION_ERR', message);
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function instanceOf({ headers }: FastifyRequest): string {
  const guid = headers['bluemix-instance'];
  if (typeof guid !== 'string' || !UUID.test(guid)) {
    const message = 'Request requires valid Bluemix-Instance Header containing a valid UUID';
    throw new ApiError({ status: 400, code: 'bad_request', message });
  }
  return guid.toLowerCase();
}

async function identifyOrDeny(request: FastifyRequest, world: World): Promise<Identity> {
  try {
    return await identify(request, world);
  } catch {
    throw unauthorized();
  }
}

/** No policy is enforced once the instance's deletion was asked for (§3.7). */
export function isClosedTo(
  { clock, settings }: World,
  { state, keys }: Pick<ServiceInstance, 'state' | 'keys'>,
  side: KeySide,
): boolean {
  const enforcedMs = clock.now() - settings.keyPolicyEnforcementLagMs;
  return side === 'public' && state === 'active' && keys !== undefined && isPrivateOnly(keys, enforcedMs);
}

function checkNetwork(world: World, instance: ServiceInstance, approach: Approach): void {
  const { keyNetworkDenialStatus: status } = world.settings;
  const { keys, state } = instance;
  const isRefused = state === 'active' && keys !== undefined && isAddressRefused(world, keys, approach);
  if (!isClosedTo(world, instance, approach.side) && !isRefused) {
    return;
  }
  throw status === 401
    ? unauthorized()
    : keyError(
        'CONFIG_RULE_CONFLICT_ERR',
        'Requested change is not compliant with configuration rules',
        status,
      );
}
