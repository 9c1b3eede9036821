/**
 * What the cloud holds, as a draft would say it: read from the simulator itself and by names, so that nothing is taken
 * from how the operator resolves a spec.
 */
import { targetCrn } from '../../cloud/fixture.ts';
import { formatAddress } from '../../cloud/vpc/addresses.ts';
import type { EndpointGateway, ReservedIP } from '../../cloud/vpc/model.ts';
import { type Scene, zones } from './scene.ts';
import type { IPDraft, SpecDraft } from './script-draft.ts';

type Words = Readonly<Record<string, unknown>>;

/** What a draft says, without what it leaves to others. */
export function asked(draft: SpecDraft, scene: Scene): Words {
  const { name, target, resourceGroup, groups, addresses, mode, bindings, tags, accessTags } = draft;
  return defined({
    lifecycle: 'stable',
    target: targetCrn(target),
    name: name ?? 'derived',
    resourceGroup: resourceGroup?.name,
    groups: groups && sorted(groups.map((group) => group.name)),
    addresses: addresses && addressesAsked(addresses, scene),
    mode: mode && modes[mode],
    bindings: bindings && sorted(bindings.map(({ bucket }) => bucket)),
    bindingNames: bindings && sorted(bindings.flatMap((binding) => binding.name ?? [])),
    tags: tags && sorted(tags),
    accessTags: accessTags && sorted(accessTags),
  });
}

const modes = {
  Disabled: 'disabled',
  Primary: 'primary',
  PerResourceBinding: 'per_resource_binding',
} as const;

interface Held {
  readonly gateway: EndpointGateway | undefined;
  readonly tags: readonly string[];
  readonly accessTags: readonly string[];
}

/** The same of a gateway, as far as the draft speaks of it. */
export function held({ gateway, tags, accessTags }: Held, draft: SpecDraft, scene: Scene): Words {
  const named = new Set(draft.bindings?.flatMap(({ name }) => name ?? []));
  const bindings = [...(gateway?.resourceBindings.values() ?? [])];
  return defined({
    lifecycle: gateway?.lifecycleState,
    target: gateway?.target.key,
    name: draft.name === undefined && gateway?.name.startsWith('vpe-') === true ? 'derived' : gateway?.name,
    resourceGroup: draft.resourceGroup && gateway?.resourceGroup.name,
    groups: draft.groups && sorted([...(gateway?.securityGroups ?? [])].map(({ name }) => name)),
    addresses: draft.addresses && addressesHeld([...(gateway?.ips.values() ?? [])], draft.addresses, scene),
    mode: draft.mode && gateway?.dnsResolutionBindingMode,
    bindings: draft.bindings && sorted(bindings.map(({ targetCrn: crn }) => crn.split(':').at(-1) ?? '')),
    bindingNames:
      draft.bindings && sorted(bindings.map(({ name }) => name).filter((name) => named.has(name))),
    tags: draft.tags && sorted(tags.filter((tag) => draft.tags?.includes(tag))),
    accessTags: draft.accessTags && sorted(accessTags.filter((tag) => draft.accessTags?.includes(tag))),
  });
}

type Addresses = NonNullable<SpecDraft['addresses']>;

/** By zone, what is asked of its address. */
function addressesAsked(addresses: Addresses, scene: Scene): Words {
  if ('zones' in addresses) {
    return Object.fromEntries(zonesOf(addresses, scene).map((zone) => [zone, 'any']));
  }
  return Object.fromEntries(
    addresses.map((draft) => {
      if ('reserved' in draft) {
        return [zoneOf(draft), { name: draft.reserved }];
      }
      const { first } = scene.subnet(draft.subnet.name).block;
      const exact = 'host' in draft && { address: formatAddress(first + draft.host), name: draft.name };
      const flag = 'autoDelete' in draft && { autoDelete: draft.autoDelete };
      return [zoneOf(draft), { subnet: draft.subnet.name, ...exact, ...flag }];
    }),
  );
}

/** What is bound in a zone that needs no address stays. */
function addressesHeld(ips: readonly ReservedIP[], addresses: Addresses, scene: Scene): Words {
  if ('zones' in addresses) {
    const { subnets } = addresses;
    const isAllowed = ({ subnet }: ReservedIP): boolean =>
      subnets === undefined || subnets.some(({ name }) => name === subnet.name);
    return Object.fromEntries(
      ips
        .filter(({ subnet }) => zonesOf(addresses, scene).includes(subnet.zone))
        .map((ip) => [ip.subnet.zone, isAllowed(ip) ? 'any' : ip.subnet.name]),
    );
  }
  return Object.fromEntries(ips.map((ip) => [ip.subnet.zone, inWordsOf(addresses, ip)]));
}

function inWordsOf(drafts: readonly IPDraft[], ip: ReservedIP): Words {
  const draft = drafts.find((one) => zoneOf(one) === ip.subnet.zone);
  if (draft !== undefined && 'reserved' in draft) {
    return { name: ip.name };
  }
  return {
    subnet: ip.subnet.name,
    ...(draft !== undefined && 'host' in draft && { address: formatAddress(ip.address), name: ip.name }),
    ...(draft !== undefined && 'autoDelete' in draft && { autoDelete: ip.autoDelete }),
  };
}

/** Zones that shall have an address; `undefined` when that is left to others. */
export function zonesAsked(draft: SpecDraft, scene: Scene): readonly string[] | undefined {
  const { addresses } = draft;
  if (addresses === undefined) {
    return undefined;
  }
  return 'zones' in addresses ? zonesOf(addresses, scene) : addresses.map(zoneOf);
}

/** Those in which one of the allowed subnets is. */
function zonesOf(
  { zones: which, subnets }: Extract<Addresses, { readonly zones: unknown }>,
  { nodeZones = [] }: Scene,
): readonly string[] {
  const all: readonly string[] = which === 'All' ? zones : nodeZones;
  return all.filter((zone) => subnets === undefined || subnets.some(({ name }) => zoneNamed(name) === zone));
}

function zoneOf(draft: IPDraft): string {
  return zoneNamed('reserved' in draft ? draft.reserved : draft.subnet.name);
}

/** Names in a scene end with the number of their zone. */
function zoneNamed(name: string): string {
  return `us-south-${name.slice(-1)}`;
}

function sorted(names: readonly string[]): readonly string[] {
  return names.toSorted();
}

function defined(words: Words): Words {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
}
