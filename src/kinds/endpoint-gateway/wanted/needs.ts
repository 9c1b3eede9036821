/** Which parts of the catalogue a spec needs: nothing else is read. Pure. */
import type { ReservedIPReference } from '../../../cloud/vpc-types.ts';
import { isDeleting } from '../../../controller/finalizer.ts';
import type { GatewayResource } from '../observed.ts';
import { pairUp } from '../plan/ips.ts';
import { resolveAddresses } from './addresses.ts';
import type { Catalogue } from './catalogue.ts';
import { vpcOf } from './resolve.ts';
import { mayBeKept } from './kept-address.ts';
import { subnetsToSearch } from './reserved-ips.ts';
import { isRemembered } from './remembered.ts';
import { endpointIn } from './target.ts';
import type { WantedIP } from './wanted.ts';

/** Beside the VPCs, which are always needed. */
export interface Needs {
  readonly subnets: boolean;
  readonly securityGroups: boolean;
  readonly resourceGroups: boolean;
  readonly nodeZones: boolean;
  /** The region in which a service is looked for by its name. */
  readonly serviceRegion: string | undefined;
  /** Which listing may tell the names that a CRN's target serves: good to know, but not worth a failure. */
  readonly hosts: 'services' | 'instances' | undefined;
}

/** Subnets also tell the zones of the addresses that are bound. */
export function needsOf(resource: GatewayResource, bound: readonly ReservedIPReference[] | undefined): Needs {
  const { region, target, ips = [], autoIPs, securityGroups, resourceGroup } = resource.spec;
  const hasBound = bound !== undefined && bound.length > 0;
  if (isDeleting(resource)) {
    return { ...nothing, subnets: hasBound };
  }
  const isKnown = isRemembered(resource, 'target', bound !== undefined);
  return {
    subnets: ips.length > 0 || autoIPs !== undefined || hasBound,
    securityGroups: securityGroups !== undefined,
    resourceGroups: resourceGroup !== undefined,
    nodeZones: autoIPs?.zones === 'Nodes',
    serviceRegion: target.service === undefined || isKnown ? undefined : (target.service.region ?? region),
    hosts: target.crn === undefined || isKnown ? undefined : listingOf(target.crn),
  };
}

const nothing: Needs = {
  subnets: false,
  securityGroups: false,
  resourceGroups: false,
  nodeZones: false,
  serviceRegion: undefined,
  hosts: undefined,
};

/** A service-level CRN names no instance, and its endpoint as a rule (fact sheet §8.1). */
function listingOf(crn: string): Needs['hosts'] {
  if (endpointIn(crn).length > 0) {
    return undefined;
  }
  const instance = crn.split(':')[7] ?? '';
  return instance === '' ? 'services' : 'instances';
}

/**
 * The subnets whose reserved IPs have to be listed: to find one by its name, one that was kept, or to know the zone of
 * one that is still to be bound while there are bound ones to let go, since the order of these changes depends on it.
 */
export function subnetsToList(
  resource: GatewayResource,
  catalogue: Catalogue,
  bound: readonly ReservedIPReference[] | undefined,
): readonly string[] {
  const references = (resource.spec.ips ?? []).flatMap(({ reservedIP }) => reservedIP ?? []);
  const vpc = vpcOf(resource, catalogue, bound !== undefined);
  const { ips = [], autoIPs } = resource.spec;
  const mayBeNamed = references.length > 0 || [...ips, autoIPs].some((asked) => asked?.autoDelete === false);
  if (!mayBeNamed || isDeleting(resource) || 'problem' in vpc) {
    return [];
  }
  const place = { vpc: vpc.value, catalogue, bound: bound ?? [] };
  const addresses = resolveAddresses(resource.spec, place);
  const wanted = 'value' in addresses ? (addresses.value.ips ?? []) : [];
  const isZoneNeeded = hasSurplus(wanted, place.bound);
  const kept = wanted.flatMap((want) =>
    want.kind === 'new' && mayBeKept(want, place.bound) ? [want.subnetId] : [],
  );
  const named = references.flatMap((reference) => subnetsToSearch(reference, place, isZoneNeeded));
  return [...new Set([...kept, ...named])];
}

function hasSurplus(wanted: readonly WantedIP[], bound: readonly ReservedIPReference[]): boolean {
  const pairs = pairUp(wanted, bound);
  return bound.some((ip) => !pairs.some((pair) => pair.ip === ip));
}
