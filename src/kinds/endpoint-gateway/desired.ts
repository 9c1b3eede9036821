/** The gateway that a spec asks for, in the words of the VPC API. Pure. */
import { createHash } from 'node:crypto';
import type { EndpointGateway, EndpointGatewayPrototype } from '../../cloud/vpc-types.ts';
import type { GatewayResource } from './observed.ts';
import { ipPrototype } from './plan/ips.ts';
import type { EndpointGatewaySpec } from './types.gen.ts';
import type { Wanted, WantedTarget } from './wanted/wanted.ts';

const maxNameLength = 63;

/**
 * The gateway's name in the cloud: the spec's, else one derived from cluster, namespace and name, the same in every
 * pass, so that a gateway whose create was answered into the void is found again. The prefix keeps it within the
 * name rule (a letter first) and out of IBM's `kube-` names.
 */
export function cloudName(resource: GatewayResource, clusterID: string): string {
  const { namespace, name } = resource.metadata;
  if (resource.spec.name !== undefined) {
    return resource.spec.name;
  }
  const hash = createHash('sha256').update(`${clusterID}/${namespace}/${name}`).digest('hex').slice(0, 8);
  const readable = `vpe-${namespace}-${name}`.replaceAll('.', '-').slice(0, maxNameLength - hash.length - 1);
  return `${readable}-${hash}`;
}

/** The target of a gateway that exists, as status and intents show it. */
export function targetOfGateway({ target }: EndpointGateway): string {
  return target.crn ?? target.name ?? '';
}

const modes = {
  Disabled: 'disabled',
  Primary: 'primary',
  PerResourceBinding: 'per_resource_binding',
} as const;

/** `dns_resolution_binding_mode` of the VPC API (fact sheet §2.2); `undefined` when it is not managed. */
export function wantedMode({
  dnsResolutionBindingMode: mode,
}: Pick<EndpointGatewaySpec, 'dnsResolutionBindingMode'>): string | undefined {
  return mode && modes[mode];
}

export function prototypeOf({ spec }: GatewayResource, wanted: Wanted): EndpointGatewayPrototype {
  const { name, vpc, target, resourceGroupId, securityGroupIds, ips } = wanted;
  const mode = wantedMode(spec);
  return {
    name,
    vpc: { id: vpc.id },
    target: targetPrototype(target),
    ...(resourceGroupId !== undefined && { resource_group: { id: resourceGroupId } }),
    ...(ips !== undefined && ips.length > 0 && { ips: ips.map(ipPrototype) }),
    ...(securityGroupIds !== undefined && { security_groups: securityGroupIds.map((id) => ({ id })) }),
    ...(mode !== undefined && { dns_resolution_binding_mode: mode }),
  };
}

function targetPrototype({ key, resourceType }: WantedTarget): EndpointGatewayPrototype['target'] {
  return resourceType === 'provider_infrastructure_service'
    ? { name: key, resource_type: resourceType }
    : { crn: key, resource_type: resourceType };
}
