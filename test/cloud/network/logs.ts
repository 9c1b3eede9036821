/** What the simulated network was asked and what came of it, in order; only the last `limit` entries are kept. */
import type { AddressFaultKind, DnsFaultKind } from './faults.ts';

export interface Query {
  readonly sequence: number;
  readonly atMs: number;
  /** Id of the VPC whose resolver was asked, `classic` or `public`. */
  readonly side: string;
  readonly name: string;
  /** Such as `A`. */
  readonly type: string;
  readonly outcome: 'answered' | 'nodata' | 'nxdomain' | 'servfail' | 'silent';
  readonly addresses: readonly string[];
  /** The gateway that the answer leads to as it should. */
  readonly gateway?: string;
  readonly fault?: DnsFaultKind;
}

export type ConnectionOutcome =
  /** Never came to this side. */
  | 'refused'
  | 'blackholed'
  /** Cut at once: nobody has the address, or a fault. */
  | 'reset'
  /** Open, and nothing is ever said. */
  | 'accepted'
  | 'silent'
  /** Open, and something was said that is no TLS. */
  | 'plain'
  /**
   * TLS has begun. It stays at that when the caller leaves as soon as it has seen the certificate, whether it is content
   * with it or not: nobody can tell from this side.
   */
  | 'handshake'
  /** What the caller said was no TLS, or it said why it goes. */
  | 'tls-failed'
  | 'secured';

export interface Connection {
  readonly sequence: number;
  readonly atMs: number;
  /** Id of the caller's VPC, `classic` or `public`. */
  readonly side: string;
  readonly destination: string;
  readonly port: number;
  readonly outcome: ConnectionOutcome;
  /** Application data: without what TLS itself says. */
  readonly bytesReceived: number;
  /** Real address and port of the caller; absent when it did not get that far. */
  readonly peer?: string;
  readonly gateway?: string;
  /** The name that TLS was asked for. */
  readonly servername?: string;
  readonly fault?: AddressFaultKind;
}

/** What is logged of a connection, which changes as it goes on. */
export interface Course {
  outcome: ConnectionOutcome;
  servername?: string;
  bytesReceived: () => number;
}

export class Log<Entry extends { readonly sequence: number }> {
  readonly #limit: number;
  readonly #read: Array<() => Entry> = [];
  #lastSequence = 0;

  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  /** Adds what `read` says of it, now and whenever somebody looks. */
  open(read: () => Omit<Entry, 'sequence'>): void {
    this.#lastSequence += 1;
    const sequence = this.#lastSequence;
    this.#read.push(() => ({ ...read(), sequence }) as Entry);
    if (this.#read.length > this.#limit) {
      this.#read.shift();
    }
  }

  add(entry: Omit<Entry, 'sequence'>): void {
    this.open(() => entry);
  }

  entries(): readonly Entry[] {
    return this.#read.map((read) => read());
  }

  clear(): void {
    this.#read.length = 0;
  }
}
