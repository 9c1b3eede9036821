/** The DNS servers that virtual servers of a VPC are told to ask (vpc-endpoint-gateways §10.1). */
import type { Vpc } from '../model.ts';

/** The system's resolvers of a VPC that has private names to tell of, and of one that has none. */
export const PRIVATE_RESOLVERS: readonly string[] = ['161.26.0.7', '161.26.0.8'];
export const DEFAULT_RESOLVERS: readonly string[] = ['161.26.0.10', '161.26.0.11'];
/** The custom resolver of a hub. */
const HUB_RESOLVERS: readonly string[] = ['10.0.0.53'];

/** In the API's words, and first of all whatever the VPC was given. */
export function resolverTypeOf({ manualServers, resolver }: Vpc): 'manual' | 'delegated' | 'system' {
  if (manualServers.length > 0) {
    return 'manual';
  }
  return resolver === undefined ? 'system' : 'delegated';
}

/** The system's configuration follows the VPC's first gateway. */
export function hasPrivateResolver({ gateways }: Vpc): boolean {
  return gateways.size > 0;
}

export function dnsServersOf(vpc: Vpc): readonly string[] {
  switch (resolverTypeOf(vpc)) {
    case 'manual': {
      return vpc.manualServers;
    }
    case 'delegated': {
      return HUB_RESOLVERS;
    }
    case 'system': {
      return hasPrivateResolver(vpc) ? PRIVATE_RESOLVERS : DEFAULT_RESOLVERS;
    }
  }
}
