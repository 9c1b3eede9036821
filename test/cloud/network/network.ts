/**
 * The network of a simulated cloud, as it runs: a resolver for each side that somebody looks from, a router, and the
 * other end of every connection.
 */
import type { FastifyInstance } from 'fastify';
import type { Network } from '../../../src/lib/network.ts';
import type { Authority } from '../certificate.ts';
import { DEFAULT_RESOLVERS, dnsServersOf, PRIVATE_RESOLVERS, resolverTypeOf } from '../vpc/dns/servers.ts';
import type { World } from '../world.ts';
import { block } from './addresses.ts';
import { serveGrep11 } from '../keys/grep11.ts';
import { openBlackhole } from './blackhole.ts';
import { networkFrom, type SideConfig } from './caller.ts';
import { OnDemand } from './on-demand.ts';
import { Publications } from './publications.ts';
import { answerQuestion } from './questions.ts';
import { startResolver, type Answer, type Resolver } from './resolver.ts';
import { Router } from './router.ts';
import { NetworkServer } from './server.ts';
import { Sides, type Caller, type Side } from './sides.ts';
import { TlsEnd, type TlsParts } from './tls-end.ts';
import type { Known } from './zone.ts';

export interface CloudNetwork extends AsyncDisposable {
  /**
   * What another process needs to be at that place of the network (`caller.ts`); with a name, it has a source address of
   * its own there.
   */
  sideConfig(side: Side, name?: string): Promise<SideConfig>;
  /** Resets the open connections to an address, or to a CIDR block of them; new ones are a matter of faults. */
  cut(addresses: string): void;
}

export interface NetworkParts {
  readonly world: World;
  readonly regions: readonly string[];
  /** By the names of `apps.ts`. */
  readonly apps: ReadonlyMap<string, FastifyInstance>;
  readonly authority: Authority;
}

/** Disposing of it ends every connection, and leaves nothing open. */
export async function startNetwork({ world, regions, ...tlsParts }: NetworkParts): Promise<CloudNetwork> {
  await using started = new AsyncDisposableStack();
  const control = world.network;
  const publications = started.use(new Publications(world));
  const known: Known = { world, publications, regions, names: control.names };
  const sides = new Sides(world);
  const grep11: TlsParts['grep11'] = (socket, called) => serveGrep11(world, socket, called);
  const tls = started.use(new TlsEnd({ ...tlsParts, grep11 }));
  const server = started.use(await NetworkServer.listen());
  const { port } = server;
  const blackholes = started.use(new OnDemand<AsyncDisposable>());
  const needBlackhole = async (): Promise<void> => {
    await blackholes.get('', async () => openBlackhole(port));
  };
  const router = new Router({ known, control, sides, needBlackhole });
  server.serve({ now: () => world.clock.now(), control, sides, router, tls });
  const routes = started.use(await startResolver(async (question) => router.answer(question)));
  const resolvers = started.use(new OnDemand<Resolver>());
  const running = started.move();
  return {
    sideConfig: async (place, name) => {
      const caller = sides.callerOf(place, name);
      control.addCaller(caller);
      const { side, source } = caller;
      const answer: Answer = (question) => answerQuestion({ known, control, caller }, question);
      const { at: resolver } = await resolvers.get(side, async () => startResolver(answer));
      return { source, resolver, resolvers: shownServers(caller), router: routes.at, port };
    },
    cut: (addresses) => server.cut(block(addresses)),
    [Symbol.asyncDispose]: async () => running.disposeAsync(),
  };
}

/**
 * Of Classic, the infrastructure's own; of the public internet, some provider's. A VPC's system resolvers are shown as
 * they are once it has a gateway.
 */
function shownServers({ vpc, side }: Caller): readonly string[] {
  if (vpc === undefined) {
    return side === 'classic' ? DEFAULT_RESOLVERS : ['198.51.100.53'];
  }
  return resolverTypeOf(vpc) === 'system' ? PRIVATE_RESOLVERS : dnsServersOf(vpc);
}

/** A place in the network of a cloud, which is started if it does not run yet. */
export async function networkOf(cloud: { network(): Promise<CloudNetwork> }, side: Side): Promise<Network> {
  const network = await cloud.network();
  return networkFrom(await network.sideConfig(side));
}
