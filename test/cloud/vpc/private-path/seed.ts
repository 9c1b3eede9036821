/** Load balancers and Private Path service gateways that a test puts into the cloud: `stable` at once. */
import { regionalId, resourceCrn } from '../ids.ts';
import type { Vpc } from '../model.ts';
import type { AccessPolicy, LoadBalancer, PrivatePath } from './model.ts';
import { addPrivatePath } from './service-gateways.ts';

export interface LoadBalancerSeed {
  readonly vpc: string;
  readonly name: string;
  /** Only one that is can be the load balancer of a Private Path service gateway; true when absent. */
  readonly isPrivatePath?: boolean;
}

export interface PrivatePathSeed {
  readonly vpc: string;
  readonly name: string;
  readonly serviceEndpoints: readonly string[];
  readonly defaultAccessPolicy?: AccessPolicy;
  /** Offers it to other accounts. */
  readonly published?: boolean;
}

export function seedLoadBalancer(vpc: Vpc, { name, isPrivatePath = true }: LoadBalancerSeed): LoadBalancer {
  const id = regionalId(vpc.area.region, `${vpc.id}/load-balancer/${name}`);
  const crn = resourceCrn(vpc.area, 'load-balancer', id);
  const loadBalancer = { id, crn, name, vpc, isPrivatePath };
  vpc.area.loadBalancers.set(id, loadBalancer);
  return loadBalancer;
}

/** With a load balancer of its own. */
export function seedPrivatePath(vpc: Vpc, seed: PrivatePathSeed, createdAtMs: number): PrivatePath {
  return addPrivatePath(seedLoadBalancer(vpc, { vpc: vpc.id, name: `${seed.name}-lb` }), {
    ...seed,
    createdAtMs,
    resourceGroup: vpc.resourceGroup,
    lifecycleState: 'stable',
    seed: `${vpc.id}/private-path/${seed.name}`,
  });
}
