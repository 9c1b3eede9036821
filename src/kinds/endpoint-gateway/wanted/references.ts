/**
 * VPCs, subnets, security groups and resource groups by id, name or CRN, in the account's listings. Names are unique
 * in their scope only: those of subnets and security groups in their VPC, so that these are looked up there. Pure.
 */
import type { ResourceGroup } from '../../../cloud/resource-manager.ts';
import type { SecurityGroup, Subnet, Vpc } from '../../../cloud/vpc-types.ts';
import type { GatewayResource } from '../observed.ts';
import type { Reason } from '../reasons.ts';
import type { Catalogue, Place } from './catalogue.ts';
import { nearest } from './nearest.ts';
import { asGiven, isMeant, type Item, type Reference, vpcNotAllowed } from './reference.ts';
import { missing, type Resolved, wrong } from './wanted.ts';

/** A kind of thing, and what to tell the user when one is not found. */
interface Sort {
  readonly noun: string;
  readonly reason: Reason;
}

const subnetSort: Sort = { noun: 'subnet', reason: 'SubnetNotFound' };
const securityGroupSort: Sort = { noun: 'security group', reason: 'SecurityGroupNotFound' };

export function resolveVpc(
  resource: GatewayResource,
  { vpcs, closedVpcs = [] }: Pick<Catalogue, 'vpcs' | 'closedVpcs'>,
): Resolved<Vpc> {
  const { spec } = resource;
  if (closedVpcs.some((vpc) => isMeant(vpc, spec.vpc))) {
    return vpcNotAllowed(resource, `VPC ${asGiven(spec.vpc)}`);
  }
  return find(spec.vpc, [...vpcs.values()], {
    noun: 'VPC',
    reason: 'VPCNotFound',
    where: `in region ${spec.region} that account ${spec.account} can see`,
  });
}

/** `undefined` when the spec names none. */
export function resolveResourceGroup(
  { spec }: GatewayResource,
  { resourceGroups }: Catalogue,
): Resolved<ResourceGroup | undefined> {
  if (spec.resourceGroup === undefined) {
    return { value: undefined };
  }
  return find(spec.resourceGroup, [...(resourceGroups?.values() ?? [])], {
    noun: 'resource group',
    reason: 'ResourceGroupNotFound',
    where: `that account ${spec.account} can see`,
  });
}

export function resolveSubnet(reference: Reference, { vpc, catalogue }: Place): Resolved<Subnet> {
  return findInVpc(reference, vpc, catalogue.subnets, subnetSort);
}

/** `undefined` when the spec names none; one that is named twice, in two forms, counts once. */
export function resolveSecurityGroups(
  { spec }: GatewayResource,
  { vpc, catalogue }: Place,
): Resolved<readonly string[] | undefined> {
  const ids = new Set<string>();
  for (const reference of spec.securityGroups ?? []) {
    const group = findInVpc<SecurityGroup>(reference, vpc, catalogue.securityGroups, securityGroupSort);
    if ('problem' in group) {
      return group;
    }
    ids.add(group.value.id);
  }
  return { value: spec.securityGroups === undefined ? undefined : [...ids] };
}

/** One that lies in another VPC is told so: by its id it will never be found here, by its name it may be made yet. */
function findInVpc<T extends Item & { readonly vpc: Pick<Vpc, 'id' | 'name'> }>(
  reference: Reference,
  vpc: Pick<Vpc, 'id' | 'name'>,
  listing: ReadonlyMap<string, T> | undefined,
  { noun, reason }: Sort,
): Resolved<T> {
  const all = [...(listing?.values() ?? [])];
  const own = all.filter((item) => item.vpc.id === vpc.id);
  const found = find(reference, own, { noun, reason, where: `in VPC ${vpc.name}` });
  const stranger = all.find((item) => item.vpc.id !== vpc.id && isMeant(item, reference));
  if ('value' in found || stranger === undefined) {
    return found;
  }
  return reference.name === undefined
    ? wrong(
        reason,
        `The ${noun} ${stranger.name} (${stranger.id}) is in VPC ${stranger.vpc.name}, not in ${vpc.name}`,
      )
    : missing(reason, `No ${noun} ${reference.name} in VPC ${vpc.name}, but one in VPC ${stranger.vpc.name}`);
}

function find<T extends Item>(
  reference: Reference,
  items: readonly T[],
  { noun, reason, where }: Sort & { readonly where: string },
): Resolved<T> {
  const asked = asGiven(reference);
  const [found, ...others] = items.filter((item) => isMeant(item, reference));
  if (found === undefined) {
    const names = items.map(({ name }) => name);
    const near = reference.name === undefined ? nearestId(asked, items) : nearest(asked, names);
    return missing(reason, `No ${noun} ${asked} ${where}; ${near}`);
  }
  if (others.length > 0) {
    const ids = [found, ...others].map(({ id }) => id).slice(0, 5);
    return wrong(
      'ReferenceAmbiguous',
      `Several ${noun}s are named ${asked} ${where}; give an id: ${ids.join(', ')}`,
    );
  }
  return { value: found };
}

/** Ids say nothing to people, so the names stand beside them. */
function nearestId(asked: string, items: readonly Item[]): string {
  const names = new Map(items.map(({ id, name }) => [id, name]));
  const id = asked.split(':').at(-1) ?? asked;
  return nearest(id, names.keys(), (other) => `${names.get(other) ?? ''} (${other})`);
}
