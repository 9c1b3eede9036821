/**
 * EP11 endpoints of HPCS over gRPC, as far as they let callers in (hpcs-network-policy §1.5, §10.5): a closed instance
 * denies its public one. What it would compute is not simulated.
 */
import { performServerHandshake } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Destination } from '../../../src/lib/network.ts';
import { rangeOf } from '../network/addresses.ts';
import type { ServiceInstance } from '../resources/instances.ts';
import type { World } from '../world.ts';
import { isClosedTo } from './access.ts';
import { ep11EndpointsOf } from './hosts.ts';

/** https://grpc.io/docs/guides/status-codes */
const STATUS = { NOT_FOUND: 5, PERMISSION_DENIED: 7, UNIMPLEMENTED: 12 } as const;

type Status = keyof typeof STATUS;

/** Speaks HTTP/2 to a caller of a name, who has dialled this address and port. */
export function serveGrep11(
  world: World,
  socket: TLSSocket,
  { host, to }: { host: string; to: Destination },
): void {
  // Nobody but a tls.Server says so of its sockets, and the session would wait for it.
  performServerHandshake(Object.assign(socket, { secureConnecting: false }))
    // Callers cut connections as they please.
    .on('error', () => undefined)
    .on('stream', (stream) => {
      const status = statusOf(world, host, to);
      if (status === 'PERMISSION_DENIED' && world.settings.closedGrep11 === 'dropped') {
        socket.destroy();
        return;
      }
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': STATUS[status] },
        { endStream: true },
      );
    });
}

function statusOf(world: World, host: string, to: Destination): Status {
  const endpoint = to.port === 443 ? host : `${host}:${to.port}`;
  const [instance, side] = instanceAt(world, endpoint) ?? [];
  if (instance === undefined || side === undefined) {
    return 'NOT_FOUND';
  }
  const arrived = rangeOf(to.host) === 'public' ? 'public' : side;
  return isClosedTo(world, instance, arrived) ? 'PERMISSION_DENIED' : 'UNIMPLEMENTED';
}

function instanceAt(
  { instances }: World,
  endpoint: string,
): readonly [ServiceInstance, 'public' | 'private'] | undefined {
  for (const instance of instances.values()) {
    for (const side of ['public', 'private'] as const) {
      if (ep11EndpointsOf(instance)?.[side] === endpoint) {
        return [instance, side];
      }
    }
  }
  return undefined;
}
