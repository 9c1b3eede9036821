/**
 * What a spec asks for, in the cloud's terms: every reference looked up in one snapshot of the account. Another way to
 * name the same thing comes to the same. Pure.
 */
import type { ReservedIPReference, Vpc } from '../../../cloud/vpc-types.ts';
import { cloudName } from '../desired.ts';
import type { GatewayResource } from '../observed.ts';
import { resolveAddresses } from './addresses.ts';
import type { Catalogue, Place } from './catalogue.ts';
import { resolveResourceGroup, resolveSecurityGroups, resolveVpc } from './references.ts';
import { isRemembered } from './remembered.ts';
import { rememberedTarget, resolveTarget } from './target.ts';
import type { Problem, Resolved, Wanted, WantedTarget } from './wanted.ts';

/** What is ours already. */
interface Own {
  readonly clusterID: string;
  /** The reserved IPs of the gateway; `undefined` while there is no gateway. */
  readonly bound: readonly ReservedIPReference[] | undefined;
}

/** All that could be resolved, and the first thing that could not. */
export interface Resolution {
  readonly vpc: Vpc | undefined;
  readonly target: WantedTarget | undefined;
  readonly wanted: Wanted | undefined;
  readonly problem: Problem | undefined;
}

export function resolve(resource: GatewayResource, catalogue: Catalogue, own: Own): Resolution {
  const hasGateway = own.bound !== undefined;
  const vpc = vpcOf(resource, catalogue, hasGateway);
  const remembered = rememberedTarget(resource, hasGateway);
  const target = remembered ? { value: remembered } : resolveTarget(resource, catalogue.targets);
  const wanted = resolveAll(resource, { vpc, target, catalogue, own });
  return {
    vpc: 'value' in vpc ? vpc.value : undefined,
    target: 'value' in target ? target.value : undefined,
    ...('value' in wanted
      ? { wanted: wanted.value, problem: undefined }
      : { wanted: undefined, problem: wanted.problem }),
  };
}

interface Parts {
  readonly vpc: Resolved<Vpc>;
  readonly target: Resolved<WantedTarget>;
  readonly catalogue: Catalogue;
  readonly own: Own;
}

function resolveAll(resource: GatewayResource, { vpc, target, catalogue, own }: Parts): Resolved<Wanted> {
  if ('problem' in vpc) {
    return vpc;
  }
  if ('problem' in target) {
    return target;
  }
  const groupId = resourceGroupIdOf(resource, catalogue, own.bound !== undefined);
  if ('problem' in groupId) {
    return groupId;
  }
  const place: Place = { vpc: vpc.value, catalogue, bound: own.bound ?? [] };
  const securityGroupIds = resolveSecurityGroups(resource, place);
  if ('problem' in securityGroupIds) {
    return securityGroupIds;
  }
  const addresses = resolveAddresses(resource.spec, place);
  if ('problem' in addresses) {
    return addresses;
  }
  const value = {
    vpc: vpc.value,
    name: cloudName(resource, own.clusterID),
    target: target.value,
    resourceGroupId: groupId.value,
    securityGroupIds: securityGroupIds.value,
    ...addresses.value,
  };
  return { value };
}

/** That of the gateway which exists, as long as the spec refers to it as it did then. */
export function vpcOf(resource: GatewayResource, catalogue: Catalogue, hasGateway: boolean): Resolved<Vpc> {
  const vpc = catalogue.vpcs.get(resource.status?.vpc ?? '');
  return vpc !== undefined && isRemembered(resource, 'vpc', hasGateway)
    ? { value: vpc }
    : resolveVpc(resource, catalogue);
}

function resourceGroupIdOf(
  resource: GatewayResource,
  catalogue: Catalogue,
  hasGateway: boolean,
): Resolved<string | undefined> {
  const known = resource.status?.resourceGroup;
  if (known !== undefined && isRemembered(resource, 'resourceGroup', hasGateway)) {
    return { value: known };
  }
  const group = resolveResourceGroup(resource, catalogue);
  return 'problem' in group ? group : { value: group.value?.id };
}
