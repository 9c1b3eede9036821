/**
 * The paths through a gateway: who uses them, and what is proven of them. Never a reason for a pass to fail: what
 * cannot be read now counts as unknown, and a proof then says what it said before.
 */
import { CloudError } from '../../../cloud/errors.ts';
import type { PortRange } from '../../../cloud/search.ts';
import type { EndpointGateway } from '../../../cloud/vpc-types.ts';
import { isDeleting } from '../../../controller/finalizer.ts';
import type { Io } from '../../../controller/kind.ts';
import type { Proofs } from '../../../controller/paths.ts';
import { wantedMode } from '../desired.ts';
import type { GatewayResource, Observed } from '../observed.ts';
import type { Wanted } from '../wanted/wanted.ts';
import { keptProofs, orKept, priorOf } from './kept.ts';
import { dnsVerified, type GatewayProofs, reachable, type Unproven } from './proofs.ts';
import { straysIn } from './strays.ts';
import { addressesOf, askedOf, needsAdvertised, notReady } from './subject.ts';
import { type Placed, readVantage, type Vantage } from './vantage.ts';

/** Throws nothing but the signal's reason, and what is a fault of our own. */
export async function readPaths(resource: GatewayResource, observed: Observed, io: Io): Promise<Observed> {
  const { gateway, wanted } = observed;
  const placed = gateway ?? (wanted === undefined ? undefined : toBeMade(resource, wanted));
  if (placed === undefined) {
    io.paths.forget();
    return observed;
  }
  const vantage = await unlessUnread(io, async () => readVantage(placed, io));
  const names = gateway?.service_endpoints ?? [];
  const users = vantage?.kind === 'elsewhere' ? [] : io.paths.usersOf({ names });
  const proofs = await readProofs(resource, observed, vantage, io);
  return { ...observed, paths: { vantage: vantage?.kind ?? 'unknown', users, proofs } };
}

/** What is told of a gateway right after its create is what the next pass will tell. */
function toBeMade({ spec }: GatewayResource, { vpc }: Wanted): Placed {
  return { vpc, dns_resolution_binding_mode: wantedMode(spec) ?? 'primary' };
}

async function readProofs(
  resource: GatewayResource,
  { gateway, ownership }: Observed,
  vantage: Vantage | undefined,
  io: Io,
): Promise<GatewayProofs | 'off' | undefined> {
  const { proofs } = io.paths;
  if (proofs === undefined || proofs === 'off') {
    return proofs;
  }
  if (ownership === 'other') {
    io.paths.forget();
    return undefined;
  }
  if (vantage?.kind === 'elsewhere' || vantage?.kind === 'unknown') {
    const { message } = vantage;
    return unprovable({ status: 'NotProven', reason: 'NotProvableFromHere', message }, proofs, io);
  }
  if (gateway === undefined) {
    return unprovable(notReady('pending'), proofs, io);
  }
  const advertised = await unlessUnread(io, async () => readAdvertised(resource, gateway, io));
  if (vantage === undefined || advertised === undefined) {
    io.paths.lookAgain();
    return { ...around(proofs, io), ...keptProofs(resource) };
  }
  return isChanging(resource, gateway)
    ? { ...around(proofs, io), ...keptProofs(resource) }
    : { ...around(proofs, io), ...prove(resource, { gateway, advertised, proofs }, io) };
}

/** It goes on as it was, what it will be is not known yet, and one that is on its way out is no news. */
function isChanging(resource: GatewayResource, { lifecycle_state: state }: EndpointGateway): boolean {
  return state === 'updating' || (isDeleting(resource) && state !== 'stable');
}

function unprovable(unproven: Unproven, proofs: Proofs, io: Io): GatewayProofs {
  io.paths.forget();
  return { ...around(proofs, io), names: unproven, connections: unproven };
}

type Around = Omit<GatewayProofs, 'names' | 'connections'>;

function around(proofs: Proofs, { clock }: Io): Around {
  const { convergenceMs } = proofs;
  const nowMs = clock.now();
  return { resolvers: proofs.resolvers(), convergenceMs, nowMs, wildcards: [], strays: new Map() };
}

interface Provable {
  readonly gateway: EndpointGateway;
  readonly advertised: readonly PortRange[] | 'unknown';
  readonly proofs: Proofs;
}

function prove(
  resource: GatewayResource,
  { gateway, advertised, proofs }: Provable,
  io: Io,
): Pick<GatewayProofs, 'names' | 'connections' | 'wildcards' | 'strays'> {
  const { names, connections, wildcards, obstacles } = askedOf(resource, gateway, advertised);
  const isNothing = names.length + connections.length === 0;
  if (isNothing) {
    io.paths.forget();
  }
  const subject = { names, addresses: addressesOf(gateway), connections };
  const verdicts = isNothing ? {} : proofs.watch(subject, priorOf(resource, gateway));
  return {
    names: obstacles.names ?? orKept(resource, dnsVerified, verdicts.names),
    connections: obstacles.connections ?? orKept(resource, reachable, verdicts.connections),
    wildcards,
    strays: straysIn(verdicts.names?.results ?? [], gateway, io.session),
  };
}

/** How long an instance that the search did not show may have come to be shown. */
const freshForMs = 600_000;

/**
 * Of the instance that is the target. The ports of one that is listed do not change; one that is not may be newer than
 * the listing, or another account's.
 */
async function readAdvertised(
  resource: GatewayResource,
  gateway: EndpointGateway,
  io: Io,
): Promise<readonly PortRange[] | 'unknown'> {
  if (!needsAdvertised(resource, gateway)) {
    return [];
  }
  const { instances } = io.session.inventory;
  for (const notOlderThanMs of [0, io.clock.now() - freshForMs]) {
    const { byId } = await instances.read(notOlderThanMs, io.signal);
    const instance = byId.get(gateway.target.crn ?? '');
    if (instance !== undefined) {
      return instance.ports;
    }
  }
  return 'unknown';
}

/** `undefined`: it cannot be read now. */
async function unlessUnread<T>({ signal, log }: Io, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CloudError)) {
      throw error;
    }
    log.warn({ err: error }, 'what can be proven of a gateway is not known now');
    return undefined;
  }
}
