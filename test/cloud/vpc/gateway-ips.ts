/** `/endpoint_gateways/{id}/ips` (vpc-endpoint-gateways §1.4): the reserved IPs bound to a gateway. */
import type { World } from '../world.ts';
import { ApiError, parameter } from '../errors.ts';
import { atPath, reservedIPIn } from './find.ts';
import { gatewayAt } from './gateways.ts';
import { changed } from './lifecycle.ts';
import type { ReservedIP } from './model.ts';
import { operation, type Answer, type Call, type Operation } from './operation.ts';
import { page } from './paging.ts';
import { renderReservedIP } from './render.ts';
import { bind, checkBinding, release } from './reservation.ts';
import { reservedIPOrder } from './reserved-ips.ts';
import { isChangeable } from './rules.ts';
import { sortedListQuery } from './schemas.ts';

const PATH = '/endpoint_gateways/:id/ips/:reservedIP';

const LIST_QUERY = sortedListQuery();

export function gatewayIPOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_endpoint_gateway_ips',
      route: 'GET /endpoint_gateways/:id/ips',
      query: LIST_QUERY,
      handle: (call) => {
        const order = reservedIPOrder(call.query['sort']);
        const render = (ip: ReservedIP): unknown => renderReservedIP(ip, call.view);
        const ips = gatewayAt(call).ips.values();
        return { status: 200, body: page('ips', ips, { order, render, request: call.page }) };
      },
    }),
    operation({
      id: 'get_endpoint_gateway_ip',
      route: `GET ${PATH}`,
      handle: (call) => ({ status: 200, body: renderReservedIP(boundIPAt(call), call.view) }),
    }),
    operation({
      id: 'add_endpoint_gateway_ip',
      route: `PUT ${PATH}`,
      role: 'operator',
      handle: (call) => add(world, call),
    }),
    operation({
      id: 'remove_endpoint_gateway_ip',
      route: `DELETE ${PATH}`,
      role: 'operator',
      handle: (call) => {
        const gateway = gatewayAt(call);
        isChangeable(gateway);
        release(boundIPAt(call));
        changed(world, gateway);
        return { status: 204 };
      },
    }),
  ];
}

function boundIPAt(call: Call<unknown>): ReservedIP {
  const bound = new Map([...gatewayAt(call).ips.values()].map((ip) => [ip.id, ip]));
  return atPath(bound, call.params['reservedIP'], 'reserved IP of the endpoint gateway');
}

/** Answers 201 also when the IP is bound to this gateway already (repeat behaviour is UNCONFIRMED, §14.19). */
function add(world: World, call: Call<unknown>): Answer {
  const gateway = gatewayAt(call);
  isChangeable(gateway);
  const id = call.params['reservedIP'] ?? '';
  const reservedIP = reservedIPIn(call.area, id);
  if (reservedIP === undefined) {
    const message = 'The reserved IP does not exist or cannot be accessed.';
    throw new ApiError({ status: 404, code: 'not_found', message, target: parameter('id', id) });
  }
  if (reservedIP.gateway !== gateway) {
    checkBinding(reservedIP, gateway);
    bind(reservedIP, gateway);
    changed(world, gateway);
  }
  return { status: 201, body: renderReservedIP(reservedIP, call.view) };
}
