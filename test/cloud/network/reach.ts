/**
 * What a caller meets at an address. A gateway's addresses exist in its own VPC, and in those with a route to it;
 * elsewhere, and where a security group is in the way, packets are lost. Service endpoints can be reached from every
 * VPC and from Classic but not from outside, public addresses from everywhere.
 */
import type { Destination } from '../../../src/lib/network.ts';
import { isKeyPort } from '../keys/hosts.ts';
import { formatAddress } from '../vpc/addresses.ts';
import type { EndpointGateway, LifecycleState, Vpc } from '../vpc/model.ts';
import type { World } from '../world.ts';
import { rangeOf } from './addresses.ts';
import { classicAddresses, internetAddress, knownNames, publicAddresses, publishedBy } from './names.ts';
import type { NetworkControl } from './network-control.ts';
import { letsIn } from './security.ts';
import type { Caller } from './sides.ts';
import type { Known } from './zone.ts';

export type Met =
  | { readonly kind: 'blackhole' | 'refused'; readonly gateway?: EndpointGateway }
  /** Nobody has the address. */
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'server';
      /** Names that it has certificates for; patterns among them. None: it speaks no TLS on this port. */
      readonly names: readonly string[];
      readonly gateway?: EndpointGateway;
    };

const TLS_PORT = 443;

export function meet(known: Known, control: NetworkControl, caller: Caller, to: Destination): Met {
  switch (rangeOf(to.host)) {
    case 'private': {
      return meetGateway(known, control, caller, to);
    }
    case 'services': {
      return caller.side === 'public' ? { kind: 'blackhole' } : meetService(known, to);
    }
    case 'public': {
      return meetService(known, to);
    }
    case 'infrastructure': {
      return caller.side === 'public' ? { kind: 'blackhole' } : { kind: 'nobody' };
    }
    // Nothing leaves this machine.
    case undefined: {
      return { kind: 'blackhole' };
    }
  }
}

function meetGateway(known: Known, control: NetworkControl, caller: Caller, to: Destination): Met {
  const { world } = known;
  const { vpc } = caller;
  if (vpc === undefined) {
    return { kind: 'blackhole' };
  }
  const all = [...world.areas.values()].flatMap(({ vpcs }) => [...vpcs.values()]);
  const others = all.filter((other) => other !== vpc && control.hasRoute(vpc.id, other.id));
  const gateway = gatewayAt([vpc, ...others], to.host);
  if (gateway === undefined) {
    // Another VPC's gateway, or nobody's address at all.
    return { kind: gatewayAt(all, to.host) === undefined ? 'nobody' : 'blackhole' };
  }
  if (!carries(known, gateway) || !letsIn(gateway, { caller, address: to.host, port: to.port })) {
    return { kind: 'blackhole', gateway };
  }
  if (!listensOn(world, gateway, to.port)) {
    return { kind: 'refused', gateway };
  }
  return { kind: 'server', gateway, names: securedAt(world, certifiedNames(gateway), to.port) };
}

/** Of the first VPC that has one there: addresses of VPCs may be the same. */
function gatewayAt(vpcs: readonly Vpc[], address: string): EndpointGateway | undefined {
  for (const { gateways } of vpcs) {
    for (const gateway of gateways) {
      if ([...gateway.ips.values()].some((ip) => ip.addressChosen && formatAddress(ip.address) === address)) {
        return gateway;
      }
    }
  }
  return undefined;
}

const CLOSED: ReadonlySet<LifecycleState> = new Set(['failed', 'suspended', 'deleting']);

/** Traffic passes once a gateway has been stable, changes notwithstanding, until it is stopped. */
function carries({ publications }: Known, gateway: EndpointGateway): boolean {
  return publications.has(gateway) && !CLOSED.has(gateway.lifecycleState);
}

/** An instance publishes its ports; of other services none are known, and NTP has no TCP. */
function listensOn({ instances }: World, { target }: EndpointGateway, port: number): boolean {
  const published = instances.get(target.key)?.virtualPrivateEndpoints;
  return published === undefined
    ? target.resourceType !== 'provider_infrastructure_service'
    : published.ports.some(({ port_min: lowest, port_max: highest }) => port >= lowest && port <= highest);
}

/** What lies behind Private Path is its owner's. */
function certifiedNames({ target, serviceEndpoints, resourceBindings }: EndpointGateway): string[] {
  return target.resourceType === 'provider_cloud_service'
    ? [...serviceEndpoints, ...[...resourceBindings.values()].map(({ serviceEndpoint }) => serviceEndpoint)]
    : [];
}

/** A service where it is without any gateway; several may share an address. */
function meetService({ world, regions, names: added }: Known, { host, port }: Destination): Met {
  const published = publishedBy(world);
  const addresses = (name: string): readonly string[] => [
    ...publicAddresses(world, name, published),
    ...classicAddresses(world, name, published),
    internetAddress(name),
  ];
  const names = [...knownNames(world, regions, added)].filter((name) => addresses(name).includes(host));
  return names.length === 0 ? { kind: 'nobody' } : { kind: 'server', names: securedAt(world, names, port) };
}

/** Those of the names that speak TLS on a port: all on 443, and older HPCS instances on one of their own. */
function securedAt({ instances }: World, names: readonly string[], port: number): readonly string[] {
  return port === TLS_PORT ? names : names.filter((name) => isKeyPort(instances.values(), name, port));
}
