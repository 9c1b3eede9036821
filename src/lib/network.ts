/**
 * The way out of the operator: names and connections, for calls to IBM Cloud and for proofs alike. `src/main.ts` binds
 * `systemNetwork`; a test puts the operator somewhere else in the network by giving it another one.
 */
import { Resolver } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';

export interface Destination {
  /** A name, or an IPv4 address. */
  readonly host: string;
  readonly port: number;
}

export interface Network {
  /**
   * The IPv4 addresses of a name, asked anew of the resolvers of this place; endpoint gateways have no others. Rejects
   * with an Error whose `code` says why there are none (`ENOTFOUND`: there is no such name, `ENODATA`: it has no
   * address, `ESERVFAIL`, `ETIMEOUT`, `ECONNREFUSED`, … as in Node.js, `dns` error codes), or with the signal's reason.
   */
  lookup(name: string, signal: AbortSignal): Promise<readonly string[]>;
  /** The resolvers that `lookup` asks, as a person knows them. */
  resolvers(): readonly string[];
  /** A TCP connection that is being opened; who takes it ends it. */
  dial(to: Destination): Socket;
  /** The address at the other end of a connection that `dial` opened; `undefined` before it is open. */
  peerOf(connection: Socket): string | undefined;
}

/** Of one question to one resolver; each is asked twice. A network's deadline is real time, whatever clock decides. */
const questionTimeoutMs = 2_000;

/** Asks as `Network.lookup` does. The resolver serves this question alone: one that is cancelled ends all of its own. */
export async function ask(resolver: Resolver, name: string, signal: AbortSignal): Promise<readonly string[]> {
  signal.throwIfAborted();
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await resolver.resolve4(name);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

export const systemNetwork: Network = {
  // A new one each time reads the resolvers' addresses anew.
  lookup: async (name, signal) => ask(new Resolver({ timeout: questionTimeoutMs, tries: 2 }), name, signal),
  resolvers: () => new Resolver().getServers(),
  dial: ({ host, port }) => connect({ host, port }),
  peerOf: (connection) => connection.remoteAddress,
};
