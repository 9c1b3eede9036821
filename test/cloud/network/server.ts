/**
 * What is at the other end of every connection of the network: one listener on all addresses of this machine. It is the
 * only one of the simulator that other machines could reach; whatever does not come from a caller that the network
 * knows, and for an address that stands for something in it, is reset at once.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Block } from '../vpc/addresses.ts';
import { isIn } from './addresses.ts';
import type { Connection, Course } from './logs.ts';
import type { NetworkControl } from './network-control.ts';
import type { Met } from './reach.ts';
import type { Arrival, Router } from './router.ts';
import type { Caller, Sides } from './sides.ts';
import type { TlsEnd } from './tls-end.ts';

export interface ServerParts {
  readonly now: () => number;
  readonly control: NetworkControl;
  readonly sides: Sides;
  readonly router: Router;
  readonly tls: TlsEnd;
}

export class NetworkServer implements AsyncDisposable {
  readonly #server: Server;
  /** With the address that each was opened to. */
  readonly #sockets = new Map<Socket, string>();
  #parts: ServerParts | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Serves nobody before it is told how. */
  static async listen(): Promise<NetworkServer> {
    // Nothing is read before it is known whether it is TLS.
    const server = createServer({ noDelay: true, pauseOnConnect: true });
    const network = new NetworkServer(server);
    server.on('connection', (socket) => network.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // `reusePort` for the blackhole: it listens at one address of the same port.
      server.listen({ host: '0.0.0.0', port: 0, reusePort: true }, resolve);
    });
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  serve(parts: ServerParts): void {
    this.#parts = parts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#sockets.forEach((_, socket) => socket.destroy());
    await closed;
  }

  /** Resets the open connections to these addresses. */
  cut(addresses: Block): void {
    this.#sockets.forEach((address, socket) => {
      if (isIn(addresses, address)) {
        socket.resetAndDestroy();
      }
    });
  }

  #accept(socket: Socket): void {
    // Callers cut connections as they please.
    socket.on('error', () => undefined);
    this.#sockets.set(socket, '');
    socket.once('close', () => this.#sockets.delete(socket));
    const caller = this.#parts?.sides.callerAt(socket.remoteAddress ?? '');
    const arrival = this.#parts?.router.arrivalAt(socket.localAddress ?? '');
    if (this.#parts === undefined || caller === undefined || arrival === undefined) {
      socket.resetAndDestroy();
      return;
    }
    this.#sockets.set(socket, arrival.to.host);
    const met = this.#parts.router.meet(caller, arrival.to);
    const course: Course = { outcome: 'accepted', bytesReceived: () => socket.bytesRead };
    this.#log({ socket, caller, arrival, met, course });
    receive(this.#parts.tls, socket, { arrival, met, course }).catch((error: Error) => socket.destroy(error));
  }

  #log({
    socket,
    caller,
    arrival: { to, fault },
    met,
    course,
  }: {
    readonly socket: Socket;
    readonly caller: Caller;
    readonly arrival: Arrival;
    readonly met: Met;
    readonly course: Course;
  }): void {
    const { remoteAddress, remotePort } = socket;
    const gateway = 'gateway' in met ? met.gateway?.id : undefined;
    const fixed: Omit<Connection, 'sequence' | 'outcome' | 'bytesReceived'> = {
      atMs: this.#parts?.now() ?? 0,
      side: caller.side,
      destination: to.host,
      port: to.port,
      peer: `${remoteAddress}:${remotePort}`,
      ...(gateway !== undefined && { gateway }),
      ...(fault !== undefined && { fault }),
    };
    this.#parts?.control.connections.open(() => ({
      ...fixed,
      ...course,
      bytesReceived: course.bytesReceived(),
    }));
  }
}

interface Received {
  readonly arrival: Arrival;
  readonly met: Met;
  readonly course: Course;
}

async function receive(
  tls: TlsEnd,
  socket: Socket,
  { arrival: { to, fault }, met, course }: Received,
): Promise<void> {
  // Packets that would have been lost, or refused, are reset when they come by another way than the router's.
  if (fault === 'reset' || (fault === undefined && met.kind !== 'server')) {
    course.outcome = 'reset';
    socket.resetAndDestroy();
    return;
  }
  if (fault === 'plain') {
    course.outcome = 'plain';
    socket.resume().end('220 this is no TLS\r\n');
    return;
  }
  const names = met.kind === 'server' ? met.names : [];
  if (fault === 'silent' || (fault === undefined && names.length === 0)) {
    course.outcome = fault ?? 'accepted';
    socket.resume();
    return;
  }
  await tls.begin(socket, { names, to, course, ...(fault !== undefined && { fault }) });
}
