/**
 * The simulated network as one caller has it, made from a description that fits into JSON, so that another process can
 * have it as well. It knows nothing of the simulator but how to ask its resolver and its router.
 *
 * Addresses and ports are those of the simulated world; 127.0.0.1, `localhost` and `::1` are this machine's and pass
 * straight. Differences from the real thing: a name is dialled at its first address only, and where a connection fails
 * on the machine itself, the error names the loopback address.
 */
import { Resolver } from 'node:dns/promises';
import { connect, isIPv4, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { ask, type Destination, type Network } from '../../../src/lib/network.ts';

export interface SideConfig {
  /** The loopback address that tells the network who is calling. */
  readonly source: string;
  /** Address and port of the resolver to ask. */
  readonly resolver: string;
  /** What a person knows it as. */
  readonly resolvers: readonly string[];
  /** Address and port of whoever knows the way to a destination. */
  readonly router: string;
  /** Where the other end of every connection listens. */
  readonly port: number;
}

/** Each question is asked twice, as the operator does it. */
const patience = { timeout: 2_000, tries: 2 };
/** The router may have to start something first, and must not be asked twice for one connection. */
const routerPatience = { timeout: 20_000, tries: 1 };

const thisMachine: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

export function networkFrom(config: SideConfig): Network {
  const logical = new Map<string, string>();
  const lookup: Network['lookup'] = async (name, signal) =>
    ask(resolverAt(config.resolver, patience), name, signal);
  const find = async ({ host, port }: Destination, signal: AbortSignal): Promise<string> => {
    const addresses = isIPv4(host) ? [host] : await lookup(host, signal);
    const destination = { host: addresses[0] ?? '', port };
    const loopback = await route(config, destination, signal);
    logical.set(loopback, destination.host);
    return loopback;
  };
  return {
    lookup,
    resolvers: () => config.resolvers,
    dial: (to) => {
      if (thisMachine.has(to.host)) {
        return connect(to);
      }
      const closed = new AbortController();
      return connect({
        // With the dot no address is taken for one, so that the way is asked for in any case.
        host: `${to.host}.`,
        port: config.port,
        localAddress: config.source,
        lookup: asLookup(async () => find(to, closed.signal)),
      }).once('close', () => closed.abort());
    },
    peerOf: ({ remoteAddress }) =>
      remoteAddress === undefined ? undefined : (logical.get(remoteAddress) ?? remoteAddress),
  };
}

function resolverAt(server: string, options: typeof patience): Resolver {
  const resolver = new Resolver(options);
  resolver.setServers([server]);
  return resolver;
}

function asLookup(find: () => Promise<string>): LookupFunction {
  return (_name, { all }, callback) => {
    callbackify(find)((error, address) => {
      if (error !== null || all !== true) {
        callback(error, address, 4);
      } else {
        callback(null, [{ address, family: 4 }]);
      }
    });
  };
}

/** The loopback address that stands for the destination; rejects as a connect does that is refused. */
async function route({ router, source }: SideConfig, to: Destination, signal: AbortSignal): Promise<string> {
  try {
    const name = routeQuestion({ source, to });
    const [address = ''] = await ask(resolverAt(router, routerPatience), name, signal);
    return address;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOTFOUND' ? refusal(to) : error;
  }
}

function refusal({ host, port }: Destination): Error {
  const error = new Error(`connect ECONNREFUSED ${host}:${port}`);
  return Object.assign(error, { code: 'ECONNREFUSED', syscall: 'connect', address: host, port });
}

export interface RouteQuestion {
  readonly source: string;
  /** By address. */
  readonly to: Destination;
}

/** A caller asks its way as DNS does it: the answer is an address, or there is no such name and it is refused. */
export function routeQuestion({ source, to: { host, port } }: RouteQuestion): string {
  return `${port}.to-${host.replaceAll('.', '-')}.from-${source.replaceAll('.', '-')}.route`;
}

export function parseRouteQuestion(name: string): RouteQuestion | undefined {
  const [, port, host, source] = /^(\d+)\.to-([\d-]+)\.from-([\d-]+)\.route$/.exec(name) ?? [];
  return host === undefined || source === undefined
    ? undefined
    : { source: source.replaceAll('-', '.'), to: { host: host.replaceAll('-', '.'), port: Number(port) } };
}
