/** `/subnets/{id}/reserved_ips` (vpc-endpoint-gateways §1.5, §2.6). */
import type { World } from '../world.ts';
import { passes } from './filters.ts';
import { atPath, gatewayIn, type Identity } from './find.ts';
import { changed } from './lifecycle.ts';
import type { ReservedIP, Subnet } from './model.ts';
import { operation, type Answer, type Call, type Operation } from './operation.ts';
import { page, type Order } from './paging.ts';
import { renderReservedIP } from './render.ts';
import { bind, checkReservation, deleteReservedIP, reserve, type Reservation } from './reservation.ts';
import {
  autoDeleteSuits,
  isChangeable,
  isNotBeingDeleted,
  isOwnedByUser,
  isUnbound,
  nameIsFree,
  nameIsNotReserved,
  subnetIsInVpc,
  zoneIsFree,
} from './rules.ts';
import { reservedIPPatch, reservedIPPrototype, sortedListQuery } from './schemas.ts';
import { subnetAt } from './subnets.ts';

const PATH = '/subnets/:id/reserved_ips/:reservedIP';

const LIST_QUERY = sortedListQuery(['target.id', 'target.crn', 'target.name', 'target.resource_type']);

export function reservedIPOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_subnet_reserved_ips',
      route: 'GET /subnets/:id/reserved_ips',
      query: LIST_QUERY,
      handle: list,
    }),
    operation<ReservedIPPrototype>({
      id: 'create_subnet_reserved_ip',
      route: 'POST /subnets/:id/reserved_ips',
      role: 'operator',
      body: reservedIPPrototype,
      handle: (call) => create(world, call),
    }),
    operation({
      id: 'get_subnet_reserved_ip',
      route: `GET ${PATH}`,
      handle: (call) => ({ status: 200, body: renderReservedIP(reservedIPAt(call), call.view) }),
    }),
    operation<ReservedIPPatch>({
      id: 'update_subnet_reserved_ip',
      route: `PATCH ${PATH}`,
      role: 'operator',
      body: reservedIPPatch,
      handle: (call) => patch(world, call),
    }),
    operation({
      id: 'delete_subnet_reserved_ip',
      route: `DELETE ${PATH}`,
      role: 'operator',
      handle: (call) => remove(world, call),
    }),
  ];
}

interface ReservedIPPrototype extends Reservation {
  readonly target?: Identity;
}

interface ReservedIPPatch {
  readonly auto_delete?: boolean;
  readonly name?: string;
}

function reservedIPAt(call: Call<unknown>): ReservedIP {
  return atPath(subnetAt(call).reservedIPs, call.params['reservedIP'], 'reserved IP');
}

/** `sort` is one of `address`, `created_at`, `name`, reversed by a leading hyphen. */
export function reservedIPOrder(sort = 'address'): Order<ReservedIP> {
  const descending = sort.startsWith('-');
  const keys: Readonly<Record<string, (ip: ReservedIP) => string | number>> = {
    address: (ip) => ip.address,
    created_at: (ip) => ip.createdAtMs,
    name: (ip) => ip.name,
  };
  const key = keys[sort.replace(/^-/, '')];
  return { position: (ip) => [key?.(ip) ?? 0, ip.id], descending: [descending, descending] };
}

function list(call: Call<unknown>): Answer {
  const { query, view } = call;
  const shown = [...subnetAt(call).reservedIPs.values()].filter(({ gateway }) =>
    passes(query, {
      'target.id': gateway?.id,
      'target.crn': gateway?.crn,
      'target.name': gateway?.name,
      'target.resource_type': gateway && 'endpoint_gateway',
    }),
  );
  const render = (ip: ReservedIP): unknown => renderReservedIP(ip, view);
  const order = reservedIPOrder(query['sort']);
  return { status: 200, body: page('reserved_ips', shown, { order, render, request: call.page }) };
}

/** With a gateway as `target` the new IP is bound in the same call. */
function create(world: World, call: Call<ReservedIPPrototype>): Answer {
  const subnet: Subnet = subnetAt(call);
  const { target, ...wanted } = call.body;
  const gateway = target === undefined ? undefined : gatewayIn(call.area, target);
  autoDeleteSuits(wanted.auto_delete ?? false, gateway !== undefined);
  if (gateway !== undefined) {
    isChangeable(gateway);
    subnetIsInVpc(subnet, gateway.vpc);
    zoneIsFree(gateway.ips, subnet.zone);
  }
  checkReservation(world, subnet, wanted);
  const reservedIP = reserve(world, subnet, { ...wanted, origin: 'api' });
  if (gateway !== undefined) {
    bind(reservedIP, gateway);
    changed(world, gateway);
  }
  return { status: 201, body: renderReservedIP(reservedIP, call.view), createdId: reservedIP.id };
}

function patch(world: World, call: Call<ReservedIPPatch>): Answer {
  const reservedIP = reservedIPAt(call);
  const { auto_delete: autoDelete = reservedIP.autoDelete, name = reservedIP.name } = call.body;
  isOwnedByUser(reservedIP);
  autoDeleteSuits(autoDelete, reservedIP.gateway !== undefined);
  nameIsNotReserved(name);
  if (world.settings.duplicateChecks) {
    nameIsFree(reservedIP.subnet.reservedIPs.values(), name, reservedIP);
  }
  reservedIP.name = name;
  reservedIP.autoDelete = autoDelete;
  if (reservedIP.gateway !== undefined) {
    world.stateLog.record(world.clock.now(), reservedIP.gateway);
  }
  return { status: 200, body: renderReservedIP(reservedIP, call.view) };
}

function remove(world: World, call: Call<unknown>): Answer {
  const reservedIP = reservedIPAt(call);
  isOwnedByUser(reservedIP);
  isUnbound(reservedIP);
  isNotBeingDeleted(reservedIP);
  deleteReservedIP(world, reservedIP);
  return { status: 204 };
}
