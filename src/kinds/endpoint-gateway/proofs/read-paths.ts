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
import type { GatewayResource, Observed } from '../observed.ts';
import { keptProofs, orKept, priorOf } from './kept.ts';
import { dnsVerified, type GatewayProofs, reachable } from './proofs.ts';
import { straysIn } from './strays.ts';
import { addressesOf, askedOf, needsAdvertised } from './subject.ts';
import { readVantage, type Vantage } from './vantage.ts';

/** Throws nothing but the signal's reason, and what is a fault of our own. */
export async function readPaths(resource: GatewayResource, observed: Observed, io: Io): Promise<Observed> {
  const { gateway } = observed;
  if (gateway === undefined) {
    io.paths.forget();
    return observed;
  }
  const vantage = await unlessUnread(io, async () => readVantage(gateway, io));
  const users = vantage?.kind === 'elsewhere' ? [] : io.paths.usersOf({ names: gateway.service_endpoints });
  const proofs = await readProofs(resource, { ...observed, gateway }, vantage, io);
  return { ...observed, paths: { vantage: vantage?.kind ?? 'unknown', users, proofs } };
}

async function readProofs(
  resource: GatewayResource,
  observed: Observed & { readonly gateway: EndpointGateway },
  vantage: Vantage | undefined,
  io: Io,
): Promise<GatewayProofs | 'off' | undefined> {
  const { gateway, ownership } = observed;
  const { proofs } = io.paths;
  if (proofs === undefined || proofs === 'off') {
    return proofs;
  }
  if (isDeleting(resource) || ownership === 'other') {
    io.paths.forget();
    return undefined;
  }
  const around = {
    resolvers: proofs.resolvers(),
    convergenceMs: proofs.convergenceMs,
    nowMs: io.clock.now(),
  };
  if (vantage?.kind === 'elsewhere' || vantage?.kind === 'unknown') {
    io.paths.forget();
    const unproven = {
      status: 'NotProven',
      reason: 'NotProvableFromHere',
      message: vantage.message,
    } as const;
    return { ...around, names: unproven, connections: unproven, wildcards: [], strays: new Map() };
  }
  const advertised = await unlessUnread(io, async () => readAdvertised(resource, gateway, io));
  // A gateway that is being changed goes on as it was, and what it will be is not known yet.
  const isChanging = gateway.lifecycle_state === 'updating';
  return isChanging || vantage === undefined || advertised === undefined
    ? { ...around, ...keptProofs(resource), wildcards: [], strays: new Map() }
    : { ...around, ...prove(resource, { gateway, advertised, proofs }, io) };
}

interface Provable {
  readonly gateway: EndpointGateway;
  readonly advertised: readonly PortRange[];
  readonly proofs: Proofs;
}

function prove(
  resource: GatewayResource,
  { gateway, advertised, proofs }: Provable,
  io: Io,
): Pick<GatewayProofs, 'names' | 'connections' | 'wildcards' | 'strays'> {
  const { names, connections, wildcards, obstacles } = askedOf(resource, gateway, advertised);
  if (names.length + connections.length === 0) {
    io.paths.forget();
  }
  const verdicts =
    names.length + connections.length === 0
      ? {}
      : proofs.watch({ names, addresses: addressesOf(gateway), connections }, priorOf(resource, gateway));
  return {
    names: obstacles.names ?? orKept(resource, dnsVerified, verdicts.names),
    connections: obstacles.connections ?? orKept(resource, reachable, verdicts.connections),
    wildcards,
    strays: straysIn(verdicts.names?.results ?? [], gateway, io.session.inventory.gateways.latest),
  };
}

/** Of the instance that is the target; a listing of any age will do, since the ports of an instance do not change. */
async function readAdvertised(
  resource: GatewayResource,
  gateway: EndpointGateway,
  io: Io,
): Promise<readonly PortRange[]> {
  if (!needsAdvertised(resource, gateway)) {
    return [];
  }
  const { byId } = await io.session.inventory.instances.read(0, io.signal);
  return byId.get(gateway.target.crn ?? '')?.ports ?? [];
}

/** `undefined`: the cloud could not be read. */
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
