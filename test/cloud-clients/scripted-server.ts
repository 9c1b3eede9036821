/** A service whose every answer a test writes, for what the simulated cloud never does. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerCertificate } from '../cloud/certificate.ts';

export interface ScriptedServer {
  readonly url: string;
  /** Connections that were opened to it. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** On loopback, over TLS when it has a certificate, on a free port unless given. */
export async function serveScript(
  listener: RequestListener,
  certificate?: ServerCertificate,
  port = 0,
): Promise<ScriptedServer> {
  const server = certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const scheme = certificate === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return sockets.size;
    },
    async stop() {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
