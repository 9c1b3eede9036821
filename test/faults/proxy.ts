/**
 * A reverse proxy on loopback that sees every request of an operator at two moments, before it is forwarded and
 * after the server has answered, and may do to it there what networks and servers do. What it forwards is carried
 * out whether the client lives on or not.
 */
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

import type { ServerCertificate } from '../cloud/certificate.ts';
import type { KeySide } from '../cloud/keys/model.ts';
import { drop, interfere, type Interference } from './interference.ts';

export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
  /** Through which endpoint of a key-management instance, whose paths are the same on both. */
  readonly side?: KeySide;
  /** Status of the server's answer; `undefined` before there is one. */
  status: number | undefined;
}

/** May take as long as it likes: the request stands still meanwhile. */
export type Observer = (exchange: Exchange) => Promise<Interference | undefined>;

export interface ProxyOptions {
  /** Base URL of the server that answers a path. */
  readonly upstream: (path: string) => string;
  /** CA of an `https:` upstream. */
  readonly ca?: string;
  readonly certificate: ServerCertificate;
  readonly before: Observer;
  readonly after: Observer;
  /** Hears of what went wrong in here, which is no fault that anybody asked for. */
  readonly onFailure?: (error: unknown) => void;
}

export class Proxy implements AsyncDisposable {
  readonly #options: ProxyOptions;
  readonly #server: https.Server;
  readonly #agents: { readonly http: http.Agent; readonly https: https.Agent };
  /** Those that are still in their handshake, too, of which the server knows nothing yet. */
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Set<{ upstream: http.IncomingMessage; client: http.ServerResponse }>();
  /** Resolved when the silence ends; `undefined` while there is none. */
  #silence: PromiseWithResolvers<void> | undefined;
  /** Answers to calls that met the silence. */
  #swallowed: http.ServerResponse[] = [];

  private constructor(options: ProxyOptions) {
    this.#options = options;
    const { certificate, ca } = options;
    this.#agents = {
      http: new http.Agent({ keepAlive: true }),
      https: new https.Agent({ keepAlive: true, ...(ca !== undefined && { ca }) }),
    };
    const serve: http.RequestListener = (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        response.destroy();
        // A client that went away before it had said everything is no failure of anything here.
        if (request.complete) {
          this.#options.onFailure?.(error);
        }
      });
    };
    // An idle connection stays open: which side closes it first would be a matter of chance.
    this.#server = https.createServer({ keepAliveTimeout: 0, ...certificate }, serve);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async listen(options: ProxyOptions): Promise<Proxy> {
    const proxy = new Proxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts the answers that are still flowing: watches. */
  cutStreams(): void {
    this.#streams.forEach(({ client }) => client.destroy());
  }

  /** Sends a line into every watch, as from the server, and ends it. */
  endStreams(line: string): void {
    this.#streams.forEach(({ client }) => client.end(`${line}\n`));
  }

  /** Nothing more comes on the answers that flow now; others are not touched. */
  muteStreams(): void {
    this.#streams.forEach(({ upstream }) => upstream.pause());
  }

  /** From now on nothing passes in either direction, and nothing is refused: a black hole. */
  fallSilent(): void {
    this.#silence ??= Promise.withResolvers();
    this.#swallowed = [];
    this.muteStreams();
  }

  /** How many calls that met the last silence their client has given up. */
  get givenUp(): number {
    return this.#swallowed.filter(({ destroyed }) => destroyed).length;
  }

  speakAgain(): void {
    this.#silence?.resolve();
    this.#silence = undefined;
    this.#streams.forEach(({ upstream }) => upstream.resume());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.speakAgain();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#sockets.forEach((socket) => socket.destroy());
    this.#agents.http.destroy();
    this.#agents.https.destroy();
    await closed;
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://proxy');
    const body = await buffer(request);
    const exchange: Exchange = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      contentType: request.headers['content-type'] ?? '',
      body: body.toString('utf8'),
      status: undefined,
    };
    await this.#unlessSilent(response);
    const early = await this.#options.before(exchange);
    if (early !== undefined) {
      interfere(response, early);
      return;
    }
    const answer = await this.#ask(request, body);
    exchange.status = answer?.message.statusCode;
    const late = await this.#options.after(exchange);
    await this.#unlessSilent(response);
    if (answer === undefined || late !== undefined) {
      answer?.message.destroy();
      interfere(response, late ?? drop);
      return;
    }
    const { message, content } = answer;
    response.writeHead(message.statusCode ?? 502, passedOn(message.headers));
    if (content === undefined) {
      this.#stream(message, response);
    } else {
      response.end(content);
    }
  }

  /** The server's answer, with its content unless that goes on flowing; `undefined` when none came. */
  async #ask(
    request: http.IncomingMessage,
    body: Buffer,
  ): Promise<{ readonly message: http.IncomingMessage; readonly content: Buffer | undefined } | undefined> {
    try {
      const message = await this.#forward(request, body);
      const isStream = /[?&]watch=true/.test(request.url ?? '') && message.statusCode === 200;
      return { message, content: isStream ? undefined : await buffer(message) };
    } catch {
      return undefined;
    }
  }

  async #unlessSilent(response: http.ServerResponse): Promise<void> {
    if (this.#silence !== undefined) {
      this.#swallowed.push(response);
      await this.#silence.promise;
    }
  }

  async #forward(request: http.IncomingMessage, body: Buffer): Promise<http.IncomingMessage> {
    const url = new URL(this.#options.upstream(request.url ?? '/') + (request.url ?? '/'));
    const secure = url.protocol === 'https:';
    const outgoing = (secure ? https : http).request(url, {
      method: request.method,
      agent: secure ? this.#agents.https : this.#agents.http,
      headers: { ...passedOn(request.headers), host: url.host, 'content-length': body.length },
    });
    return new Promise((resolve, reject) => {
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  #stream(upstream: http.IncomingMessage, client: http.ServerResponse): void {
    const stream = { upstream, client };
    this.#streams.add(stream);
    client.flushHeaders();
    client.on('close', () => {
      this.#streams.delete(stream);
      upstream.destroy();
    });
    upstream.on('data', (chunk: Buffer) => client.write(chunk));
    upstream.on('end', () => client.end());
    upstream.on('error', () => client.destroy());
    if (this.#silence !== undefined) {
      upstream.pause();
    }
  }
}

/** What belongs to one connection only (RFC 9110 §7.6.1), or is set anew. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'host',
  'upgrade',
]);

function passedOn(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}
