/** A draft as the spec of an object: the ids, names and CRNs of a scene's things in its place. */
import type { EndpointGatewaySpec } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { targetCrn } from '../../cloud/fixture.ts';
import { resourceGroupCrn } from '../../cloud/resources/groups.ts';
import { formatAddress } from '../../cloud/vpc/addresses.ts';
import type { ReservedIP } from '../../cloud/vpc/model.ts';
import type { Changes, Scene } from './scene.ts';
import type { Form, IPDraft, Policies, Ref, SpecDraft } from './script-draft.ts';

type AskedIP = NonNullable<EndpointGatewaySpec['ips']>[number];

export function specOf(
  scene: Scene,
  draft: SpecDraft,
  { adoptionPolicy, recreatePolicy }: Policies,
): Changes {
  const { name, groups, addresses, vpcBy, resourceGroup, mode, tags, accessTags, deletionPolicy } = draft;
  return {
    adoptionPolicy,
    recreatePolicy,
    vpc: referTo(scene.vpc, vpcBy),
    target: targetOf(draft),
    ...(name !== undefined && { name }),
    ...(resourceGroup && { resourceGroup: referTo(group(scene, resourceGroup.name), resourceGroup.by) }),
    ...(groups && { securityGroups: groups.map((ref) => referTo(scene.group(ref.name), ref.by)) }),
    ...addressesOf(scene, addresses),
    ...(mode !== undefined && { dnsResolutionBindingMode: mode }),
    ...(draft.bindings && { resourceBindings: bindingsOf(scene, draft.bindings) }),
    ...(tags && { tags }),
    ...(accessTags && { accessTags }),
    ...(deletionPolicy !== undefined && { deletionPolicy }),
  };
}

interface Thing {
  readonly id: string;
  readonly name: string;
  readonly crn: string;
}

function referTo(
  thing: Thing,
  by: Form,
): { readonly id: string } | { readonly name: string } | { readonly crn: string } {
  switch (by) {
    case 'id':
      return { id: thing.id };
    case 'name':
      return { name: thing.name };
    case 'crn':
      return { crn: thing.crn };
  }
}

function group(scene: Scene, name: string): Thing {
  const account = scene.cloud.control.account(scene.account);
  const found = [...account.resourceGroups.values()].find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no resource group ${name}`);
  }
  return { ...found, crn: resourceGroupCrn(account, found) };
}

/** As the catalogue and CRNs name them. */
const serviceNames = { 'key-protect': 'kms', 'object-storage': 'Cloud Object Storage' } as const;

function targetOf({ target, targetBy }: SpecDraft): EndpointGatewaySpec['target'] {
  return targetBy === 'crn' ? { crn: targetCrn(target) } : { service: { name: serviceNames[target] } };
}

function addressesOf(
  scene: Scene,
  addresses: SpecDraft['addresses'],
): Pick<EndpointGatewaySpec, 'ips' | 'autoIPs'> {
  if (addresses === undefined) {
    return {};
  }
  if (!('zones' in addresses)) {
    return { ips: addresses.map((ip) => ipOf(scene, ip)) };
  }
  const { subnets, ...rest } = addresses;
  const refer = (ref: Ref): ReturnType<typeof referTo> => referTo(scene.subnet(ref.name), ref.by);
  return { autoIPs: { ...rest, ...(subnets && { subnets: subnets.map(refer) }) } };
}

function ipOf(scene: Scene, draft: IPDraft): AskedIP {
  if ('reserved' in draft) {
    const { id, name, subnet } = reservedIP(scene, draft.reserved);
    const byName = draft.by === 'name' ? { name } : { name, subnet: subnet.name };
    return { reservedIP: draft.by === 'id' ? { id } : byName };
  }
  const there = scene.subnet(draft.subnet.name);
  const subnet = referTo(there, draft.subnet.by);
  if ('host' in draft) {
    return { subnet, address: formatAddress(there.block.first + draft.host), name: draft.name };
  }
  return { subnet, ...(draft.autoDelete !== undefined && { autoDelete: draft.autoDelete }) };
}

/** One that is there from the beginning, by its name. */
export function reservedIP(scene: Scene, name: string): ReservedIP {
  const subnets = [...scene.area.subnets.values()];
  const found = subnets.flatMap((subnet) => [...subnet.reservedIPs.values()]).find((ip) => ip.name === name);
  if (found === undefined) {
    throw new Error(`no reserved IP ${name}`);
  }
  return found;
}

function bindingsOf(
  scene: Scene,
  bindings: NonNullable<SpecDraft['bindings']>,
): NonNullable<EndpointGatewaySpec['resourceBindings']> {
  return bindings.map(({ bucket, name }) => ({
    crn: bucketCrn(scene, bucket),
    ...(name !== undefined && { name }),
  }));
}

export function bucketCrn(scene: Scene, bucket: string): string {
  const { id } = scene.cloud.control.account(scene.account);
  return `crn:v1:bluemix:public:cloud-object-storage:global:a/${id}:11111111-1111-4111-8111-111111111111:bucket:${bucket}`;
}
