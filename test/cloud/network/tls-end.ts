/**
 * The server's end of TLS: a certificate for the name that the caller asks for, if it is one of the destination's, and
 * else for the destination's first name, which a careful caller refuses. What speaks HTTP behind it is the application
 * of the simulated cloud that has the name; any other service answers 404 to everything.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import { callbackify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import type { Destination } from '../../../src/lib/network.ts';
import { createAuthority, type Authority } from '../certificate.ts';
import { isEp11Host } from '../keys/hosts.ts';
import type { Treatment } from './faults.ts';
import type { Course } from './logs.ts';
import { appAt, isAmong } from './names.ts';

export interface TlsParts {
  /** The simulator's. */
  readonly authority: Authority;
  readonly apps: ReadonlyMap<string, FastifyInstance>;
  /** Serves a caller of an EP11 endpoint over HTTP/2. */
  readonly grep11: (socket: TLSSocket, called: { readonly host: string; readonly to: Destination }) => void;
}

export interface Begin {
  /** Patterns; none when nobody is there but a fault. */
  readonly names: readonly string[];
  /** What was dialled. */
  readonly to: Destination;
  readonly course: Course;
  readonly fault?: Treatment;
}

const OTHER_NAME = 'some-other-name.example';
const HTTP = 'http/1.1';
const HTTP2 = 'h2';

/** Nobody but EP11 speaks HTTP/2 here. */
function protocolFor(servername: string, protocols: readonly string[]): string | undefined {
  const spoken = isEp11Host(servername) ? HTTP2 : HTTP;
  return protocols.includes(spoken) ? spoken : undefined;
}

/** The name on the certificate that is shown. */
function nameFor(servername: string, names: readonly string[], fault: Treatment | undefined): string {
  if (fault === 'wrongCertificate') {
    return OTHER_NAME;
  }
  const [first = servername === '' ? OTHER_NAME : servername] = names;
  return isAmong(names, servername) ? servername : first.replace(/^\*/, 'any');
}

export class TlsEnd implements AsyncDisposable {
  readonly #parts: TlsParts;
  readonly #http: Server;
  readonly #contexts = new Map<string, Promise<SecureContext>>();
  /** With what each was opened to. */
  readonly #open = new Map<TLSSocket, Destination>();
  /** One that no caller trusts. */
  #stranger: Promise<Authority> | undefined;

  constructor(parts: TlsParts) {
    this.#parts = parts;
    this.#http = createServer((request, response) => this.#answer(request, response));
  }

  /** The socket must not have been read from. */
  async begin(socket: Socket, { names, to, course, fault }: Begin): Promise<void> {
    course.outcome = 'handshake';
    const contextFor = async (servername: string): Promise<SecureContext> =>
      this.#contextFor(nameFor(servername, names, fault), fault);
    // For a caller that asks for no name.
    const secureContext = await contextFor('');
    if (socket.destroyed) {
      return;
    }
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      ALPNCallback: ({ servername, protocols }) => protocolFor(servername, protocols),
      SNICallback: (servername, callback) => {
        course.servername = servername;
        callbackify(contextFor)(servername, callback);
      },
    });
    course.bytesReceived = () => secure.bytesRead;
    this.#open.set(secure, to);
    secure.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (course.outcome === 'handshake' && code.startsWith('ERR_SSL')) {
        course.outcome = 'tls-failed';
      }
    });
    secure.once('secure', () => {
      course.outcome = 'secured';
      if (secure.alpnProtocol === HTTP2) {
        this.#parts.grep11(secure, { host: course.servername ?? '', to });
      } else {
        this.#http.emit('connection', secure);
      }
    });
    secure.once('close', () => this.#open.delete(secure));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open.forEach((_, socket) => socket.destroy());
    // It was never listening: closing only ends its own timer.
    this.#http.close();
    await Promise.allSettled(this.#contexts.values());
  }

  async #contextFor(name: string, fault: Treatment | undefined): Promise<SecureContext> {
    const isStranger = fault === 'untrusted';
    const key = `${isStranger ? 'stranger' : 'own'} ${name}`;
    const context = this.#contexts.get(key) ?? this.#issue(name, isStranger);
    this.#contexts.set(key, context);
    return context;
  }

  async #issue(name: string, isStranger: boolean): Promise<SecureContext> {
    const authority = isStranger ? await this.#strangers() : this.#parts.authority;
    return createSecureContext(await authority.issue({ names: [name] }));
  }

  async #strangers(): Promise<Authority> {
    this.#stranger ??= createAuthority('Nobody knows this CA');
    return this.#stranger;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const socket = request.socket as TLSSocket;
    const name = appAt({
      host: typeof socket.servername === 'string' ? socket.servername : '',
      address: this.#open.get(socket)?.host ?? '',
      path: request.url ?? '',
    });
    const app = name === undefined ? undefined : this.#parts.apps.get(name);
    if (app === undefined) {
      response.writeHead(404).end();
    } else {
      app.routing(request, response);
    }
  }
}
