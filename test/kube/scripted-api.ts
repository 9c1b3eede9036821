/**
 * An API server on loopback whose answers are given by the test, one request at a time: `next` yields the
 * request that came, the test looks at it and answers. What nobody answers stays open.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';
import type { KubeObject, ResourceType } from '../../src/kube/object.ts';
import { until } from '../lib/until.ts';

export const thingType: ResourceType = {
  group: 'test.vpe-operator.io',
  version: 'v1',
  plural: 'things',
  kind: 'Thing',
};

export interface Thing extends KubeObject<{ readonly size: number }, { readonly seen?: number }> {}

export function thing(name: string, resourceVersion: string, more: Partial<Thing['metadata']> = {}): Thing {
  return {
    apiVersion: 'test.vpe-operator.io/v1',
    kind: 'Thing',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-of-${name}`,
      resourceVersion,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...more,
    },
    spec: { size: 1 },
  };
}

/** The body of a refusal. */
export function statusOf(code: number, reason: string, details: object = {}): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: `${reason} it is`,
    reason,
    code,
    details,
  };
}

/** One request, and the means to answer it. */
export class Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse, body: string) {
    const url = new URL(request.url ?? '', 'http://loopback');
    this.method = request.method ?? '';
    this.path = url.pathname;
    this.query = Object.fromEntries(url.searchParams);
    this.headers = request.headers;
    this.body = body === '' ? undefined : JSON.parse(body);
    this.#response = response;
  }

  get isWatch(): boolean {
    return this.query['watch'] === 'true';
  }

  /** Whether the connection is gone, from whichever side. */
  get closed(): boolean {
    return this.#response.socket === null || this.#response.socket.destroyed;
  }

  answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.#response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    this.#response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  page(items: readonly KubeObject[], resourceVersion: string, next = ''): void {
    this.answer(200, { kind: 'ThingList', metadata: { resourceVersion, continue: next }, items });
  }

  event(type: string, object: unknown): void {
    this.write(`${JSON.stringify({ type, object })}\n`);
  }

  bookmark(resourceVersion: string): void {
    this.event('BOOKMARK', { kind: 'Thing', metadata: { resourceVersion } });
  }

  write(raw: string | Buffer): void {
    this.#response.write(raw);
  }

  /** Sends the headers of a watch that has nothing to say yet. */
  open(): void {
    this.#response.flushHeaders();
  }

  end(): void {
    this.#response.end();
  }

  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }
}

export class ScriptedApi implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#receive(request, response));
  readonly #waiting: Exchange[] = [];
  readonly #sockets = new Set<Socket>();
  /** How many connections were ever made. */
  connections = 0;
  /** How many requests have arrived. */
  requests = 0;

  private constructor() {
    this.#server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<ScriptedApi> {
    const api = new ScriptedApi();
    await new Promise<void>((resolve) => void api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get kubeConfig(): KubeConfig {
    const { port } = this.#server.address() as AddressInfo;
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromClusterAndUser(
      // Without this a KubeConfig refuses plain HTTP.
      { name: 'scripted', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
      { name: 'tester', token: 'a-token' },
    );
    return kubeConfig;
  }

  /** The oldest request that has not been taken yet. */
  async next(): Promise<Exchange> {
    return until(() => this.#waiting.shift(), { what: 'a request arrives', everyMs: 2 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    this.requests += 1;
    this.#waiting.push(new Exchange(request, response, body));
  }
}
