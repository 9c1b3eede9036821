/** A proxy between a real client and a real server, for tests of the proxy. */
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import type { Certificates } from '../cloud/certificate.ts';
import { until } from '../lib/until.ts';
import { type Observer, Proxy } from './proxy.ts';

export interface Asked {
  readonly line: string;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface Call {
  readonly request: http.ClientRequest;
  /** Rejects when the connection breaks. */
  readonly answer: Promise<http.IncomingMessage>;
}

/** A watch that is open: what it has delivered so far, and how it ended. */
export interface Watching {
  lines: string;
  end: 'ended' | 'cut' | undefined;
}

/** What the server answers to anything but a watch. */
export const done = [201, 'done'] as const;

export class ProxyBench implements AsyncDisposable {
  /** What has reached the server. */
  readonly asked: Asked[] = [];
  /** Answers of the server to watches, which stay open. */
  readonly watches: http.ServerResponse[] = [];
  before: Observer = async () => undefined;
  after: Observer = async () => undefined;
  readonly #server: http.Server;
  readonly #agent: https.Agent;
  #proxy: Proxy | undefined;

  private constructor({ caPem }: Certificates) {
    this.#server = http.createServer((request, response) => void this.#serve(request, response));
    this.#agent = new https.Agent({ keepAlive: true, ca: caPem });
  }

  static async start(certificates: Certificates): Promise<ProxyBench> {
    const bench = new ProxyBench(certificates);
    bench.#server.listen(0, '127.0.0.1');
    await once(bench.#server, 'listening');
    bench.#proxy = await Proxy.listen({
      upstream: () => bench.#serverURL,
      certificate: certificates.server,
      before: async (exchange) => bench.before(exchange),
      after: async (exchange) => bench.after(exchange),
    });
    return bench;
  }

  get proxy(): Proxy {
    if (this.#proxy === undefined) {
      throw new Error('the bench was not started');
    }
    return this.#proxy;
  }

  /** `line` is method and path. */
  call(line: string, body = ''): Call {
    const [method, path] = line.split(' ');
    const headers = { 'content-type': 'text/x' };
    const request = https.request(`${this.proxy.url}${path}`, { method, agent: this.#agent, headers });
    const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
      request.on('response', resolve);
      request.on('error', reject);
    });
    // A test that ends first need not hear of it.
    answer.catch(() => undefined);
    request.end(body);
    return { request, answer };
  }

  async said(line: string, body?: string): Promise<readonly [number | undefined, string]> {
    const answer = await this.call(line, body).answer;
    return [answer.statusCode, await text(answer)];
  }

  /** A call to the same server on another way. */
  async saidElsewhere(): Promise<string> {
    return (await fetch(`${this.#serverURL}/elsewhere`)).text();
  }

  async watch(): Promise<Watching> {
    const answer = await this.call('GET /things?watch=true').answer;
    const watching: Watching = { lines: '', end: undefined };
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => void (watching.lines += chunk));
    answer.on('end', () => void (watching.end ??= 'ended'));
    answer.on('error', () => void (watching.end ??= 'cut'));
    return watching;
  }

  /** The server sends a line into every watch. */
  tell(line: string): void {
    this.watches.forEach((response) => response.write(`${line}\n`));
  }

  async untilAsked(count: number): Promise<void> {
    await until(() => this.asked.length === count, { what: `${count} requests have reached the server` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.#proxy?.[Symbol.asyncDispose]();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get #serverURL(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    const body = await text(request);
    this.asked.push({ line: `${method} ${url}`, contentType: headers['content-type'], body });
    if (url === '/gone?watch=true') {
      response.writeHead(410).end('gone');
    } else if (url?.endsWith('watch=true') === true) {
      response.writeHead(200).flushHeaders();
      this.watches.push(response);
    } else {
      response.writeHead(201, { 'x-said': 'server' }).end('done');
    }
  }
}

export async function untilLines(watching: Watching, lines: readonly string[]): Promise<string> {
  const expected = lines.map((line) => `${line}\n`).join('');
  const what = `the watch has delivered ${lines.join(', ')}`;
  return until(() => (watching.lines === expected ? expected : undefined), { what });
}

export async function untilEnd(watching: Watching): Promise<Watching['end']> {
  return until(() => watching.end, { what: 'the watch is over' });
}
