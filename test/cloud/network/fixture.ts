/** A cloud whose time stands still, seen from places in its network, for tests of the network. */
import { connect as connectTls } from 'node:tls';
import type { Network } from '../../../src/lib/network.ts';
import { startFixture, targetCrn, type Fixture } from '../fixture.ts';
import type { EndpointGateway } from '../vpc/model.ts';
import type { GatewayPrototype } from '../vpc/gateway-prototype.ts';
import { rangeOf } from './addresses.ts';
import { networkOf } from './network.ts';
import type { VpcSide } from './sides.ts';

export interface NetworkFixture extends Fixture {
  /** A place in a VPC, by its name, or `classic`, or `public`. */
  readonly at: (vpc: string, more?: Omit<VpcSide, 'vpc'>) => Promise<Network>;
  /** In which ranges the addresses lie that a name has at a place; the code of the error when it has none. */
  readonly rangesAt: (place: string, name: string) => Promise<readonly unknown[] | string>;
  /** A stable gateway to a service of the catalogue, with an address in the first two zones of one of the four VPCs. */
  readonly seedGateway: (vpc: string, target: string, changes?: Partial<GatewayPrototype>) => EndpointGateway;
}

export async function startNetworkFixture(): Promise<NetworkFixture> {
  const fixture = await startFixture();
  const { cloud, vpc, subnet } = fixture;
  await cloud.network();
  const at: NetworkFixture['at'] = async (name, more) =>
    networkOf(cloud, name === 'public' || name === 'classic' ? name : { vpc: vpc(name), ...more });
  return {
    ...fixture,
    at,
    rangesAt: async (place, name) => {
      const answer = await resolve(await at(place), name);
      return typeof answer === 'string' ? answer : answer.map((address) => rangeOf(address));
    },
    seedGateway: (name, target, changes) =>
      cloud.control.seed.endpointGateway({
        prototype: {
          vpc: { id: vpc(name) },
          target: { resource_type: 'provider_cloud_service', crn: targetCrn(target) },
          ips: [1, 2].map((zone) => ({ subnet: { id: subnet(`${name}-zone-${zone}-a`) } })),
          ...changes,
        },
      }),
  };
}

/** The addresses that a name has there, or the code of the error. */
export async function resolve(network: Network, name: string): Promise<readonly string[] | string> {
  try {
    return await network.lookup(name, new AbortController().signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

export interface Probe {
  readonly host: string;
  readonly port?: number;
  /** TLS with this name; TCP only when absent. */
  readonly servername?: string;
  readonly ca?: string;
  /** Long for what comes about, since the machine may be busy; a test of silence wants less. */
  readonly patienceMs?: number;
}

/**
 * How far a connection comes: `connected`, `secured`, the code of the error, or after that long `not connected` and
 * `not secured`. Sends nothing but what TLS itself says.
 */
export async function probe(
  network: Network,
  { host, port = 443, servername, ca = '', patienceMs = 20_000 }: Probe,
): Promise<string> {
  const socket = network.dial({ host, port });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string>((resolveOutcome) => {
      const onError = ({ code = 'no code' }: NodeJS.ErrnoException): void => resolveOutcome(code);
      timer = setTimeout(
        () => resolveOutcome(socket.connecting ? 'not connected' : 'not secured'),
        patienceMs,
      );
      socket.on('error', onError);
      if (servername === undefined) {
        socket.once('connect', () => resolveOutcome('connected'));
      } else {
        const secured = connectTls({ socket, servername, ca }, () => resolveOutcome('secured'));
        secured.on('error', onError);
        secured.on('close', () => resolveOutcome('closed'));
      }
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
