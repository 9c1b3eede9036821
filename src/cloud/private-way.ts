/**
 * The way to a private endpoint, for one call: the name is looked up afresh, a connection is opened to an address that
 * only a private network leads to, and TLS shows who answers. No proxy, no connection of an earlier call and no cached
 * session can stand in for it, so a call that is answered has proven the way (hpcs-network-policy §4.4).
 */
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { type AddressClass, addressClass } from '../lib/address-class.ts';
import { type ConnectionFailure, openSocket } from '../lib/connecting.ts';
import { resolveName } from '../lib/names.ts';
import type { Network } from '../lib/network.ts';
import { CloudError } from './errors.ts';

/** How far the way was open, and what stood in it. */
export type Obstacle =
  /** The name has no address; `code` is one of Node.js' `dns`, such as `ENOTFOUND`. */
  | { readonly step: 'name'; readonly name: string; readonly code: string }
  /** The name leads to an address that is not private. Nothing was sent there. */
  | {
      readonly step: 'address';
      readonly name: string;
      readonly address: string;
      readonly class: AddressClass;
    }
  | {
      readonly step: 'connection';
      readonly name: string;
      readonly address: string;
      readonly class: AddressClass;
      readonly port: number;
      readonly failure: ConnectionFailure;
    };

/** The way failed, so nothing was sent and nothing was answered. */
export class NoWayError extends CloudError {
  readonly obstacle: Obstacle;

  constructor(operation: string, obstacle: Obstacle) {
    super(wordsFor(obstacle), { reason: 'unavailable', operation });
    this.obstacle = obstacle;
  }
}

export interface WayDeps {
  readonly network: Network;
  /** Absent: the certificate authorities that Node.js trusts. */
  readonly trust?: SecureContext | undefined;
  /** Deadline of the look-up, and again of the connection, in real time. */
  readonly timeoutMs: number;
}

export interface Destination {
  readonly operation: string;
  /** `https://host` or `https://host:port`. */
  readonly url: string;
  /** Whether only a private network leads to an address. Every address of the name has to be such a one. */
  readonly isPrivate: (address: string) => boolean;
  /** Which of several addresses is taken; counts on for another one. */
  readonly turn: number;
}

/** Whoever opens it ends it. */
export interface OpenWay {
  readonly agent: Agent;
  readonly end: () => void;
}

/** Throws NoWayError, the signal's reason, or an error of this machine that says nothing about the way. */
export async function openWay(
  { operation, url, isPrivate, turn }: Destination,
  { network, trust, timeoutMs }: WayDeps,
  signal: AbortSignal,
): Promise<OpenWay> {
  const { hostname: name, port: given } = new URL(url);
  const port = given === '' ? 443 : Number(given);
  const { addresses, failure: code } = await resolveName(name, { network, timeoutMs }, signal);
  if (code !== undefined) {
    throw new NoWayError(operation, { step: 'name', name, code });
  }
  const stray = addresses.find((address) => !isPrivate(address));
  const address = stray ?? addresses[turn % addresses.length] ?? '';
  if (stray !== undefined) {
    throw new NoWayError(operation, { step: 'address', name, address, class: addressClass(address) });
  }
  const subject = { address, port, servername: name };
  const opened = await openSocket(subject, { network, timeoutMs, trust }, signal);
  if ('failure' in opened) {
    const { failure } = opened;
    const where = { name, address, class: addressClass(address), port };
    throw new NoWayError(operation, { step: 'connection', ...where, failure });
  }
  const { socket } = opened;
  const peer = network.peerOf(socket);
  if (peer !== address) {
    socket.destroy();
    const stranger = peer ?? address;
    throw new NoWayError(operation, {
      step: 'address',
      name,
      address: stranger,
      class: addressClass(stranger),
    });
  }
  return { agent: new OneConnection(socket), end: () => void socket.destroy() };
}

/** Serves one request, over a connection that is open already. */
class OneConnection extends Agent {
  readonly #socket: Duplex;

  constructor(socket: Duplex) {
    super({ keepAlive: false, maxCachedSessions: 0 });
    this.#socket = socket;
  }

  override createConnection(): Duplex {
    return this.#socket;
  }
}

function wordsFor(obstacle: Obstacle): string {
  const { name } = obstacle;
  switch (obstacle.step) {
    case 'name':
      return `${name} has no address (${obstacle.code})`;
    case 'address':
      return `${name} leads to ${obstacle.address}, which is no private address`;
    case 'connection':
      return `no connection to ${name} at ${obstacle.address}: ${obstacle.failure.detail}`;
  }
}
