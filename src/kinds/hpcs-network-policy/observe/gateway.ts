/** The EndpointGateway that the spec says leads to the instance. */
import { isReady } from '../../../controller/look.ts';
import type { CommonStatus } from '../../../controller/kind.ts';
import type { Objects } from '../../../controller/objects.ts';
import { wantsOpen } from '../guard/wishes.ts';
import type { Gateway, PolicyResource, Trusted } from '../observed.ts';

/** What the status of an EndpointGateway tells of its way (crds/endpointgateways.yaml). */
interface GatewayStatus extends CommonStatus {
  readonly ips?: readonly { readonly address: string }[];
  readonly serviceEndpoints?: readonly string[];
}

/** One that is being deleted leads nowhere soon. */
export async function readGateway(
  { spec, metadata }: PolicyResource,
  { find }: Pick<Objects, 'find'>,
): Promise<Gateway> {
  const { endpointGatewayRef: reference } = spec.lockoutGuard;
  if (reference === undefined) {
    return { kind: 'none' };
  }
  const { name } = reference;
  const gateway = await find('EndpointGateway', `${metadata.namespace}/${name}`);
  if (gateway === undefined) {
    return { kind: 'absent', name };
  }
  const { ips = [], serviceEndpoints = [] } = (gateway.status ?? {}) as GatewayStatus;
  return {
    kind: 'found',
    name,
    isReady: isReady(gateway),
    addresses: ips.map(({ address }) => address),
    names: serviceEndpoints,
  };
}

/**
 * A closing trusts one private way only: the gateway that the spec names, or else IBM's service endpoints. Opening, and
 * what follows it, may take any that is not public.
 */
export function trustedBy(resource: PolicyResource, gateway: Gateway): Trusted {
  if (wantsOpen(resource)) {
    return { kind: 'private' };
  }
  switch (gateway.kind) {
    case 'found':
      return { kind: 'gateway', addresses: gateway.addresses };
    case 'absent':
      return { kind: 'gateway', addresses: [] };
    case 'none':
      return { kind: 'classic' };
  }
}
