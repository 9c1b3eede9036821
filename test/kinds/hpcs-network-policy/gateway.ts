/** A gateway of the scene's VPC that leads to the instance: in the simulated cloud, and as its object tells of it. */
import { endpointGatewayType } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { formatAddress } from '../../cloud/vpc/addresses.ts';
import type { EndpointGateway } from '../../cloud/vpc/model.ts';
import type { PolicyScene } from './scene.ts';

/** In the spec of a policy. */
export const throughGateway = { endpointGatewayRef: { name: 'hpcs' } } as const;

/** From now on the instance's private name leads to it in the VPC. */
export function seedGateway({ cloud, account, vpc, instance }: PolicyScene): EndpointGateway {
  const { seed } = cloud.control;
  const subnets = [1, 2].map((zone) =>
    seed.subnet({
      account,
      vpc: vpc.id,
      name: `a${zone}`,
      zone: `us-south-${zone}`,
      cidr: `10.${zone - 1}.0.0/24`,
    }),
  );
  return seed.endpointGateway({
    account,
    prototype: {
      name: 'hpcs',
      vpc: { id: vpc.id },
      target: { resource_type: 'provider_cloud_service', crn: instance.crn },
      ips: subnets.map(({ id }) => ({ subnet: { id } })),
    },
  });
}

export interface Told {
  readonly isReady?: boolean;
  readonly addresses?: readonly string[];
  readonly names?: readonly string[];
}

/** The object, as caches have it. */
export function tellOfGateway(
  { gateways, account }: PolicyScene,
  { isReady = true, addresses = ['10.0.0.4'], names = [] }: Told,
): void {
  const { group, version, kind } = endpointGatewayType;
  const time = '2026-01-01T00:00:00Z';
  const ready = { type: 'Ready', status: isReady ? 'True' : 'False', observedGeneration: 1 } as const;
  const status = {
    observedGeneration: 1,
    conditions: [{ ...ready, reason: 'Succeeded', message: '', lastTransitionTime: time }],
    ips: addresses.map((address) => ({ address })),
    serviceEndpoints: names,
  };
  const metadata = { namespace: 'default', name: 'hpcs', uid: 'hpcs', resourceVersion: '1', generation: 1 };
  gateways.set('default/hpcs', {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { ...metadata, creationTimestamp: time },
    spec: { account, suspend: false, managementPolicy: 'Manage' },
    status,
  });
}

/** Both: one that works, and is Ready. */
export function workingGateway(scene: PolicyScene): EndpointGateway {
  const gateway = seedGateway(scene);
  const addresses = [...gateway.ips.values()].map(({ address }) => formatAddress(address));
  tellOfGateway(scene, { addresses, names: gateway.serviceEndpoints });
  return gateway;
}

/** The reference to it, for the spec of a policy. */
export function gatewayReference(scene: PolicyScene): { readonly name: string } {
  workingGateway(scene);
  return throughGateway.endpointGatewayRef;
}
