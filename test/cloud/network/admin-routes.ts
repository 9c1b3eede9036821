/**
 * The network over HTTP:
 *
 *   POST /network/sides                                  a place in it, for another process
 *   GET, POST, DELETE /network/dns-faults, /network/address-faults; DELETE …/:id
 *   POST, DELETE /network/routes; POST /network/names
 *   GET, DELETE /network/queries, /network/connections
 */
import { route, type AdminRoute } from '../admin-route.ts';
import type { AddressFault, DnsFault } from './faults.ts';
import type { NetworkControl } from './network-control.ts';
import type { Side, SideConfigs } from './sides.ts';

interface Route {
  readonly vpc: string;
  readonly other: string;
}

const LIMITS = 'forMs?, count?, every?';

export function networkRoutes(network: NetworkControl, sideConfigs: SideConfigs): AdminRoute[] {
  const { dnsFaults, addressFaults, queries, connections } = network;
  return [
    route(
      'POST /network/sides',
      '{vpc, address?, securityGroups?}, "classic" or "public": what networkFrom (network/caller.ts) makes a place of',
      async ({ body }) => sideConfigs(body as Side),
    ),
    route('GET /network/dns-faults', 'faults of the resolvers, with how often each struck', () =>
      dnsFaults.list(),
    ),
    route('POST /network/dns-faults', `adds {kind, side?, name?, address?, ${LIMITS}}`, ({ body }) => ({
      id: dnsFaults.add(body as DnsFault),
    })),
    route('DELETE /network/dns-faults', 'clears them', () => dnsFaults.clear()),
    route('DELETE /network/dns-faults/:id', 'clears one', ({ params }) => dnsFaults.clear(params['id'])),
    route('GET /network/address-faults', 'faults of addresses, with how often each struck', () =>
      addressFaults.list(),
    ),
    route('POST /network/address-faults', `adds {kind, address, port?, side?, ${LIMITS}}`, ({ body }) => ({
      id: addressFaults.add(body as AddressFault),
    })),
    route('DELETE /network/address-faults', 'clears them', () => addressFaults.clear()),
    route('DELETE /network/address-faults/:id', 'clears one', ({ params }) =>
      addressFaults.clear(params['id']),
    ),
    route('POST /network/routes', '{vpc, other}: lets two VPCs reach each other', ({ body }) => {
      const { vpc, other } = body as Route;
      network.addRoute(vpc, other);
    }),
    route('DELETE /network/routes', '{vpc, other}: parts them again', ({ body }) => {
      const { vpc, other } = body as Route;
      network.removeRoute(vpc, other);
    }),
    route('POST /network/names', '{name}: makes a name known to the public DNS', ({ body }) => {
      network.names.add((body as { name: string }).name);
    }),
    route('GET /network/queries', 'what the resolvers were asked', () => queries.entries()),
    route('DELETE /network/queries', 'empties that log', () => queries.clear()),
    route('GET /network/connections', 'what was dialled, and what came of it', () => connections.entries()),
    route('DELETE /network/connections', 'empties that log', () => connections.clear()),
  ];
}
