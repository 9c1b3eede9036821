/** Policies of key-management instances, as tests of the whole operator apply them. */
import { stringify } from 'yaml';

import {
  type HpcsNetworkPolicySpec,
  hpcsNetworkPolicyType,
} from '../../src/kinds/hpcs-network-policy/types.gen.ts';
import type { ServiceInstance } from '../cloud/resources/instances.ts';
import type { World } from './world.ts';

export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly instance: ServiceInstance;
}

/** Of a new instance, which is closed; `gateway`: the EndpointGateway of the namespace that leads there. */
export async function closedInstance(
  world: World,
  { namespace, name, gateway }: Pick<Policy, 'namespace' | 'name'> & { readonly gateway?: string },
): Promise<Policy> {
  const { group, version, kind } = hpcsNetworkPolicyType;
  const instance = world.cloud.control.seed.keyProtectInstance({ name });
  const endpointGatewayRef = gateway === undefined ? {} : { endpointGatewayRef: { name: gateway } };
  const guard = { acknowledgedInstance: instance.guid, successes: 2, window: '2s', verifyTimeout: '20s' };
  const manifest = {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name },
    spec: {
      instance: { crn: instance.crn },
      allowedNetwork: 'PrivateOnly',
      lockoutGuard: { ...guard, ...endpointGatewayRef },
    },
  };
  await world.kubectl(['apply', '-n', namespace, '-f', '-'], { input: stringify(manifest) });
  const policy = { namespace, name, instance };
  await untilAccess(world, policy, 'PrivateOnly');
  return policy;
}

export async function untilAccess(
  world: World,
  { namespace, name }: Policy,
  access: HpcsNetworkPolicySpec['allowedNetwork'],
): Promise<void> {
  const done = ['--for=condition=Ready', `--for=jsonpath={.status.access}=${access}`];
  for (const condition of done) {
    await world.kubectl(['wait', `hnp/${name}`, '-n', namespace, condition, '--timeout=60s']);
  }
}
