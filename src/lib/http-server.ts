/** `/healthz`, `/readyz` and `/metrics`, for the kubelet and for Prometheus. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a check finds wrong; empty when all is well. */
export type Check = () => readonly string[];

export interface HttpServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly live: Check;
  readonly ready: Check;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function serveHttp(options: HttpServerOptions): Promise<RunningServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response, options).catch(() => {
      response.writeHead(500, { 'Content-Type': 'text/plain' }).end('internal error\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(url: string, response: ServerResponse, options: HttpServerOptions): Promise<void> {
  switch (url.split('?', 1)[0]) {
    case '/healthz':
      return sayChecked(response, options.live());
    case '/readyz':
      return sayChecked(response, options.ready());
    case '/metrics': {
      const { contentType, body } = await options.metrics();
      response.writeHead(200, { 'Content-Type': contentType }).end(body);
      return undefined;
    }
    default:
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
      return undefined;
  }
}

function sayChecked(response: ServerResponse, problems: readonly string[]): void {
  const status = problems.length === 0 ? 200 : 503;
  const body = problems.length === 0 ? 'ok' : problems.join('\n');
  response.writeHead(status, { 'Content-Type': 'text/plain' }).end(`${body}\n`);
}
