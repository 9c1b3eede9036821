/** What the spec asks for, in the cloud's terms. Pure. */
import { createHash } from 'node:crypto';
import type { EndpointGateway, EndpointGatewayPrototype, GatewayIPPrototype } from '../../cloud/vpc-types.ts';
import type { GatewayResource, Observed } from './observed.ts';

export type WantedIP = NonNullable<GatewayResource['spec']['ips']>[number];

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

/** The user tag by which a gateway is ours (design §5.4, "Ownership"). */
export function ownershipTag(resource: GatewayResource, clusterID: string): string {
  return `${ownershipPrefix}${clusterID}:${resource.metadata.uid}`;
}

const ownershipPrefix = 'vpe-operator:';

/** The tagging service compares tags without regard to case (fact sheet §9). */
export function isOwnershipTag(tag: string): boolean {
  return tag.toLowerCase().startsWith(ownershipPrefix);
}

/** Uids are UUIDs (Kubernetes, "Object Names and IDs"). Whatever else follows the prefix, no operator wrote it. */
const uidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The uid, in lower case, of the object of this cluster that the tag names as the owner. */
export function ownerUid(tag: string, clusterID: string): string | undefined {
  const prefix = `${ownershipPrefix}${clusterID}:`.toLowerCase();
  const uid = tag.slice(prefix.length).toLowerCase();
  return tag.toLowerCase().startsWith(prefix) && uidPattern.test(uid) ? uid : undefined;
}

/** Another owner's tag, even beside ours: then the gateway is not ours alone, and is left alone. */
export function foreignTag(
  resource: GatewayResource,
  clusterID: string,
  tags: readonly string[],
): string | undefined {
  const ours = ownershipTag(resource, clusterID).toLowerCase();
  return tags.find((tag) => isOwnershipTag(tag) && tag.toLowerCase() !== ours);
}

/** The target as status and intents show it: a CRN, or the name of an infrastructure service. */
export function targetOf(resource: GatewayResource): string {
  const { crn, infrastructure } = resource.spec.target;
  return crn ?? infrastructure ?? '';
}

/** The same of a gateway that exists. */
export function targetOfGateway({ target }: EndpointGateway): string {
  return target.crn ?? target.name ?? '';
}

export function prototypeOf(
  resource: GatewayResource,
  observed: Observed,
  vpcId: string,
): EndpointGatewayPrototype {
  const { spec } = resource;
  const { crn, infrastructure } = spec.target;
  return {
    name: cloudName(resource, observed.clusterID),
    vpc: { id: vpcId },
    target:
      crn === undefined
        ? { name: infrastructure ?? '', resource_type: 'provider_infrastructure_service' }
        : { crn, resource_type: 'provider_cloud_service' },
    ...(spec.ips !== undefined && spec.ips.length > 0 && { ips: spec.ips.map(ipPrototype) }),
    ...(spec.securityGroups !== undefined && {
      security_groups: spec.securityGroups.map(({ id }) => ({ id })),
    }),
  };
}

export function ipPrototype(ip: WantedIP): GatewayIPPrototype {
  if (ip.reservedIP !== undefined) {
    return { id: ip.reservedIP.id };
  }
  return {
    subnet: { id: ip.subnet?.id ?? '' },
    // An address that we allocate goes with the gateway, unless the spec says otherwise.
    auto_delete: ip.autoDelete ?? true,
    ...(ip.address !== undefined && { address: ip.address }),
    ...(ip.name !== undefined && { name: ip.name }),
  };
}
