/**
 * Opens connections and says how far each came: TCP, and TLS with a certificate that holds for the name. Nothing is
 * sent but what opens it, and one that did not come about leaves nothing open.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Network } from './network.ts';

/** What a connection shall be opened to. */
export interface ConnectionSubject {
  readonly address: string;
  readonly port: number;
  /** TLS, with a certificate that holds for this name; absent: TCP only. */
  readonly servername?: string;
}

/**
 * How far a connection came: nothing answers (`timeout`, `unreachable`), it is turned down (`refused`), it is open and
 * then nothing is said (`silent`) or it is cut (`closed`), what is said is no TLS (`tls`), or the certificate does not
 * hold for the name (`certificate`).
 */
export interface ConnectionFailure {
  readonly kind: 'timeout' | 'unreachable' | 'refused' | 'silent' | 'closed' | 'tls' | 'certificate';
  /** In the words of the system or of the TLS library. */
  readonly detail: string;
}

export interface Opening {
  readonly network: Pick<Network, 'dial'>;
  /** Deadline of one connection until it is open, TLS included, in real time. */
  readonly timeoutMs: number;
  /** Absent: the certificate authorities that Node.js trusts. */
  readonly trust?: SecureContext | undefined;
}

/** Trusts these authorities (PEM) and no others. Made once: reading them all takes a while. */
export function trusting(ca: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...ca] });
}

/** Errors of this machine: no more sockets, ports or memory. */
const ownErrors = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN', 'EADDRINUSE', 'EADDRNOTAVAIL']);

/** Errors that say by themselves how far a connection came. */
const kinds: Readonly<Record<string, ConnectionFailure['kind']>> = {
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'closed',
  ECONNABORTED: 'closed',
  EPIPE: 'closed',
};

/** Remote parties have a say in it, and it goes into a status. */
const longestDetail = 200;

interface Attempt {
  readonly socket: Socket;
  isOpen: boolean;
  secured?: TLSSocket;
}

/** Who takes the socket ends it. */
export type Opened = { readonly socket: Socket } | { readonly failure: ConnectionFailure };

/**
 * Opens a connection. Rejects with the signal's reason when it aborts, and with the system's error when that is about
 * this machine (no more sockets or ports), which says nothing about the way.
 */
export async function openSocket(
  subject: ConnectionSubject,
  opening: Opening,
  signal: AbortSignal,
): Promise<Opened> {
  signal.throwIfAborted();
  const { network, timeoutMs } = opening;
  const attempt: Attempt = {
    socket: network.dial({ host: subject.address, port: subject.port }),
    isOpen: false,
  };
  attempt.socket.on('error', ignore);
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    await open(attempt, subject, { ...opening, signal: AbortSignal.any([signal, deadline]) });
    return { socket: attempt.secured ?? attempt.socket };
  } catch (error) {
    attempt.secured?.destroy();
    attempt.socket.destroy();
    signal.throwIfAborted();
    return { failure: deadline.aborted ? late(attempt, timeoutMs) : failureOf(error, attempt) };
  }
}

async function open(
  attempt: Attempt,
  { servername }: ConnectionSubject,
  { trust, signal }: Opening & { readonly signal: AbortSignal },
): Promise<void> {
  const { socket } = attempt;
  await once(socket, 'connect', { signal });
  attempt.isOpen = true;
  if (servername !== undefined) {
    const context = trust === undefined ? {} : { secureContext: trust };
    // Said aloud, because an environment variable can change the default.
    attempt.secured = connect({ socket, servername, rejectUnauthorized: true, ...context });
    attempt.secured.on('error', ignore);
    await once(attempt.secured, 'secureConnect', { signal });
  }
}

function late({ isOpen }: Attempt, timeoutMs: number): ConnectionFailure {
  return isOpen
    ? { kind: 'silent', detail: `no TLS handshake within ${timeoutMs} ms` }
    : { kind: 'timeout', detail: `no connection within ${timeoutMs} ms` };
}

function failureOf(error: unknown, { isOpen, secured }: Attempt): ConnectionFailure {
  const { code = '', reason, message } = error as NodeJS.ErrnoException & { readonly reason?: string };
  if (ownErrors.has(code)) {
    throw error;
  }
  const kind = kindOf(code, isOpen, isCertificateError(secured));
  // The message of a TLS error names a thread and a line of OpenSSL; another one has advice on how to run Node.js.
  const words =
    kind === 'tls' ? (reason ?? message) : message.replace(/; if the root CA is installed.*$/s, '');
  return { kind, detail: words.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, longestDetail) };
}

function kindOf(code: string, isOpen: boolean, isCertificate: boolean): ConnectionFailure['kind'] {
  if (isCertificate) {
    return 'certificate';
  }
  if (code === 'ETIMEDOUT') {
    return isOpen ? 'silent' : 'timeout';
  }
  return kinds[code] ?? (isOpen ? 'tls' : 'unreachable');
}

/** Set when a handshake came to its end with a certificate that does not hold, by chain, time or name. */
function isCertificateError(secured: TLSSocket | undefined): boolean {
  return Boolean(secured?.authorizationError);
}

/** Who waits for the connection hears of an error by itself; one after that must not end the process. */
function ignore(): void {
  // Nothing is left to do.
}
