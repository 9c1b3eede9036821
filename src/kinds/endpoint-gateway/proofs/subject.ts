/** What there is to prove of a gateway, by its spec and what its target advertises; and why not, where there is nothing. Pure. */
import type { PortRange } from '../../../cloud/search.ts';
import { type EndpointGateway, isAddressChosen } from '../../../cloud/vpc-types.ts';
import { isWildcard } from '../../../lib/host-names.ts';
import type { ConnectionSubject } from '../../../lib/connecting.ts';
import type { GatewayResource } from '../observed.ts';
import { isInstance } from '../observe/instance.ts';
import type { EndpointGatewaySpec } from '../types.gen.ts';
import type { Unproven } from './proofs.ts';

type Verify = NonNullable<EndpointGatewaySpec['verify']>;

/** In an order of its own, since the cloud promises none: neither another order nor its words are a change. */
export interface Asked {
  readonly names: readonly string[];
  readonly connections: readonly ConnectionSubject[];
  readonly wildcards: readonly string[];
  /** Why there are no names or connections, where there are none. */
  readonly obstacles: { readonly names?: Unproven; readonly connections?: Unproven };
}

/** Something to prove, or why not. */
type Either<T> = { readonly all: readonly T[] } | Unproven;

export const verifyDefaults: Verify = { dns: true, required: false };

/** `advertised`: ports of the instance that is the target; none where it is no instance. */
export function askedOf(
  { spec: { verify = verifyDefaults } }: GatewayResource,
  gateway: EndpointGateway,
  advertised: readonly PortRange[] | 'unknown',
): Asked {
  const endpoints = gateway.service_endpoints.toSorted();
  const wildcards = endpoints.filter(isWildcard);
  const plain = endpoints.filter((name) => !isWildcard(name));
  const obstacle = obstacleOf(gateway);
  const names = obstacle ?? namesToAsk(verify, plain);
  const connections = obstacle ?? connectionsToOpen(verify, gateway, { advertised, servername: plain[0] });
  return {
    names: 'all' in names ? names.all : [],
    connections: 'all' in connections ? connections.all : [],
    wildcards,
    obstacles: {
      ...(!('all' in names) && { names }),
      ...(!('all' in connections) && { connections }),
    },
  };
}

/** Whether the ports that the target advertises decide what is proven. */
export function needsAdvertised({ spec }: GatewayResource, { target }: EndpointGateway): boolean {
  const { ports, protocol } = spec.verify ?? verifyDefaults;
  const isAsked = ports === undefined && protocol !== 'None';
  return isAsked && target.resource_type === cloudService && isInstance(target.crn ?? '');
}

const cloudService = 'provider_cloud_service';

function obstacleOf(gateway: EndpointGateway): Unproven | undefined {
  const { lifecycle_state: state, ips } = gateway;
  if (state !== 'stable') {
    return notReady(state);
  }
  if (ips.length === 0) {
    return unproven('NoAddress', 'The gateway has no address that a name could lead to');
  }
  return ips.every(isAddressChosen)
    ? undefined
    : unproven('GatewayNotReady', 'The cloud is still choosing an address');
}

function namesToAsk({ dns }: Verify, names: readonly string[]): Either<string> {
  if (!dns) {
    return unproven('NotProbed', 'verify.dns is false');
  }
  return names.length > 0
    ? { all: names }
    : unproven('NotProbed', 'The gateway has no names but wildcards, which nobody can ask for');
}

function connectionsToOpen(
  verify: Verify,
  gateway: EndpointGateway,
  known: {
    readonly advertised: readonly PortRange[] | 'unknown';
    readonly servername: string | undefined;
  },
): Either<ConnectionSubject> {
  if (verify.protocol === 'None') {
    return unproven('NotProbed', 'verify.protocol is None');
  }
  const ports = verify.ports === undefined ? portsOf(gateway, known.advertised) : { all: verify.ports };
  if (!('all' in ports)) {
    return ports;
  }
  const { servername } = known;
  if (verify.protocol === 'TLS' && servername === undefined) {
    return unproven(
      'NotProbed',
      'The gateway has no names but wildcards, so that no certificate can be asked for',
    );
  }
  const all = addressesOf(gateway).flatMap((address) =>
    ports.all.map((port) => {
      const isTLS = (verify.protocol ?? (port === httpsPort ? 'TLS' : 'TCP')) === 'TLS';
      return { address, port, ...(isTLS && servername !== undefined && { servername }) };
    }),
  );
  return { all };
}

/** As `Asked`. */
export function addressesOf({ ips }: EndpointGateway): readonly string[] {
  return ips.map(({ address }) => address).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

const httpsPort = 443;
/** A target may advertise thousands, as ranges; the first ones tell whether the way is open. */
const mostPorts = 4;

function portsOf({ target }: EndpointGateway, advertised: readonly PortRange[] | 'unknown'): Either<number> {
  switch (target.resource_type) {
    case cloudService: {
      if (advertised === 'unknown') {
        const message =
          'The ports of the instance are not known, since the account cannot see it; name some in verify.ports';
        return unproven('NotProbed', message);
      }
      if (advertised.length === 0) {
        return { all: [httpsPort] };
      }
      const single = advertised.filter(({ min, max }) => min === max).map(({ min }) => min);
      return single.length > 0
        ? { all: [...new Set(single)].slice(0, mostPorts) }
        : unproven('NotProbed', 'The target advertises ranges of ports; name some of them in verify.ports');
    }
    case 'private_path_service_gateway':
      return unproven(
        'NotProbed',
        'The ports of a Private Path service are known to its provider; name some in verify.ports',
      );
    default:
      // NTP, the only such service, answers on UDP (fact sheet §8).
      return unproven('NotProbed', 'An infrastructure service opens no connections');
  }
}

export function notReady(state: string): Unproven {
  return unproven('GatewayNotReady', `The VPC API reports the gateway as ${state}`);
}

function unproven(reason: Unproven['reason'], message: string): Unproven {
  return { status: 'NotProven', reason, message };
}
