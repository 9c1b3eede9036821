/**
 * Reserving addresses in subnets, and what binding and unbinding do to a reservation (vpc-endpoint-gateways §2.6,
 * §3.4). All checks come first, so that a refused request leaves nothing behind.
 */
import { ApiError, field } from '../errors.ts';
import type { World } from '../world.ts';
import { contains, parseAddress } from './addresses.ts';
import { randomName, zonalId } from './ids.ts';
import type { EndpointGateway, Origin, ReservedIP, Subnet } from './model.ts';
import { roomForReservedIP } from './quotas.ts';
import { canBeBound, isUsable, nameIsFree, nameIsNotReserved, zoneIsFree } from './rules.ts';
import { DEFAULT_AUTO_DELETE, PROVIDER_ADDRESSES } from './unconfirmed.ts';

export interface Reservation {
  readonly address?: string | undefined;
  readonly auto_delete?: boolean | undefined;
  readonly name?: string | undefined;
}

/** Checks a reservation without making it. */
export function checkReservation(world: World, subnet: Subnet, { address, name }: Reservation): void {
  isUsable(subnet);
  roomForReservedIP(world, subnet);
  if (name !== undefined) {
    nameIsNotReserved(name);
    if (world.settings.duplicateChecks) {
      nameIsFree(subnet.reservedIPs.values(), name);
    }
  }
  if (address !== undefined) {
    checkAddress(subnet, address);
  } else if (freeAddress(subnet) === undefined) {
    throw new ApiError({
      status: 409,
      code: 'subnet_out_of_ip_addresses',
      message: `Subnet ${subnet.id} has no free address.`,
      target: field('subnet', subnet.id),
    });
  }
}

function checkAddress(subnet: Subnet, text: string): void {
  const address = parseAddress(text);
  if (address === undefined || !contains(subnet.block, address)) {
    throw new ApiError({
      status: 400,
      code: 'validation_invalid_address',
      message: `The address is not in subnet ${subnet.id}.`,
      target: field('address', text),
    });
  }
  if (subnet.byAddress.has(address)) {
    throw new ApiError({
      status: 409,
      code: 'address_is_already_reserved',
      message: 'The address is already reserved.',
      target: field('address', text),
    });
  }
}

function freeAddress(subnet: Subnet): number | undefined {
  const end = subnet.block.first + subnet.block.size;
  for (let address = subnet.block.first; address < end; address += 1) {
    if (!subnet.byAddress.has(address)) {
      return address;
    }
  }
  return undefined;
}

/** Makes a reservation that was checked. An address that was not asked for by name reads `0.0.0.0` at first. */
export function reserve(
  world: World,
  subnet: Subnet,
  { origin, ...wanted }: Reservation & { readonly origin: Origin },
): ReservedIP {
  const address = wanted.address === undefined ? freeAddress(subnet) : parseAddress(wanted.address);
  if (address === undefined) {
    throw new Error(`subnet ${subnet.id} ran out of addresses after the check`);
  }
  const reservedIP: ReservedIP = {
    id: zonalId(subnet.zone, origin === 'seed' ? `${subnet.id}/${wanted.name ?? address}` : undefined),
    name: wanted.name ?? randomName(),
    createdAtMs: world.clock.now(),
    subnet,
    address,
    addressChosen: wanted.address !== undefined || origin === 'seed',
    autoDelete: wanted.auto_delete ?? DEFAULT_AUTO_DELETE,
    owner: 'user',
    lifecycleState: origin === 'seed' ? 'stable' : 'pending',
    gateway: undefined,
    origin,
    kept: false,
  };
  enter(reservedIP);
  if (origin === 'api') {
    world.clock.setTimer(world.settings.addressMs, () => choose(world, reservedIP));
  }
  return reservedIP;
}

function enter(reservedIP: ReservedIP): void {
  reservedIP.subnet.reservedIPs.set(reservedIP.id, reservedIP);
  reservedIP.subnet.byAddress.set(reservedIP.address, reservedIP);
}

function choose(world: World, reservedIP: ReservedIP): void {
  reservedIP.addressChosen = true;
  if (reservedIP.lifecycleState === 'pending') {
    reservedIP.lifecycleState = 'stable';
  }
  if (reservedIP.gateway !== undefined) {
    world.stateLog.record(world.clock.now(), reservedIP.gateway);
  }
}

/** Every subnet is born with the provider's own addresses taken. */
export function reserveProviderAddresses(subnet: Subnet, createdAtMs: number): void {
  for (const { index, name } of PROVIDER_ADDRESSES) {
    enter({
      id: zonalId(subnet.zone, `${subnet.id}/${name}`),
      name,
      createdAtMs,
      subnet,
      address: subnet.block.first + (index < 0 ? subnet.block.size + index : index),
      addressChosen: true,
      autoDelete: false,
      owner: 'provider',
      lifecycleState: 'stable',
      gateway: undefined,
      origin: 'seed',
      kept: false,
    });
  }
}

/** Rules R6 and R7. */
export function checkBinding(reservedIP: ReservedIP, gateway: EndpointGateway): void {
  canBeBound(reservedIP, gateway.vpc);
  zoneIsFree(gateway.ips, reservedIP.subnet.zone);
}

export function bind(reservedIP: ReservedIP, gateway: EndpointGateway): void {
  reservedIP.gateway = gateway;
  gateway.ips.set(reservedIP.subnet.zone, reservedIP);
}

/** Ends a binding: `auto_delete` takes the IP along, otherwise it stays reserved (§3.4). */
export function release(reservedIP: ReservedIP): void {
  reservedIP.gateway?.ips.delete(reservedIP.subnet.zone);
  reservedIP.gateway = undefined;
  if (reservedIP.autoDelete) {
    forget(reservedIP);
  } else {
    reservedIP.kept = true;
  }
}

function forget(reservedIP: ReservedIP): void {
  reservedIP.subnet.reservedIPs.delete(reservedIP.id);
  if (reservedIP.subnet.byAddress.get(reservedIP.address) === reservedIP) {
    reservedIP.subnet.byAddress.delete(reservedIP.address);
  }
}

/** Frees an unbound IP: `deleting` for a moment, then gone. */
export function deleteReservedIP(world: World, reservedIP: ReservedIP): void {
  reservedIP.lifecycleState = 'deleting';
  world.clock.setTimer(world.settings.deleteMs, () => forget(reservedIP));
}
