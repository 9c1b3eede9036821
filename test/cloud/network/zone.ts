/**
 * What one resolver says of a name (vpc-endpoint-gateways §3.3, §10.1). A VPC's own knows the VPC's gateways. A hub's
 * also knows what the gateways of its spokes share: all names of a `primary` one, the bound resources of a
 * `per_resource_binding` one. A VPC that delegates asks its hub's and nothing else; one with servers of its own is
 * taken to learn nothing from the cloud. The rest is public.
 */
import type { Vpc } from '../vpc/model.ts';
import { ANSWER_WITHOUT_ADDRESSES } from '../vpc/unconfirmed.ts';
import type { World } from '../world.ts';
import { isAmong, knownNames, patternFor, publicAddresses } from './names.ts';
import type { Publication, Publications } from './publications.ts';

export interface Known {
  readonly world: World;
  readonly publications: Publications;
  readonly regions: readonly string[];
  /** Names that a test made known to the public. */
  readonly names: ReadonlySet<string>;
}

export interface NameAnswer {
  readonly outcome: 'answered' | 'nodata' | 'nxdomain';
  /** Sorted by zone. */
  readonly addresses: readonly string[];
  /** Id of the gateway that the name belongs to here; absent for a public answer. */
  readonly gateway?: string;
}

/** `vpc` is undefined for the public resolver. */
export function answerFor(known: Known, vpc: Vpc | undefined, name: string): NameAnswer {
  const published = vpc === undefined ? undefined : publishedFor(known, vpc, name);
  if (published === undefined) {
    return publicAnswer(known, name);
  }
  const { addresses, gateway } = published;
  const outcome = addresses.length > 0 ? 'answered' : ANSWER_WITHOUT_ADDRESSES;
  return { outcome, addresses, gateway: gateway.id };
}

function publicAnswer({ world, regions, names }: Known, name: string): NameAnswer {
  return isAmong(knownNames(world, regions, names), name)
    ? { outcome: 'answered', addresses: publicAddresses(world, name) }
    : { outcome: 'nxdomain', addresses: [] };
}

interface Zone {
  readonly names: readonly string[];
  readonly publication: Publication;
}

function publishedFor(known: Known, vpc: Vpc, name: string): Publication | undefined {
  const zones = zonesOf(known, vpc);
  const pattern = patternFor(
    zones.flatMap(({ names }) => names),
    name,
  );
  // A VPC's own gateways come first.
  return pattern === undefined ? undefined : zones.find(({ names }) => names.includes(pattern))?.publication;
}

function zonesOf({ publications, world }: Known, vpc: Vpc): Zone[] {
  if (vpc.manualServers.length > 0) {
    return [];
  }
  const asked = vpc.resolver ?? vpc;
  const own = publications.of(asked).map((publication) => ({ names: allNames(publication), publication }));
  const spokes = asked.enableHub
    ? [...asked.dnsBindings].filter(({ lifecycleState }) => lifecycleState !== 'pending')
    : [];
  const now = world.clock.now();
  const shared = spokes
    .flatMap(({ spoke }) => publications.of(spoke))
    .filter(({ gateway }) => now >= gateway.sharedAtMs)
    .map((publication) => ({ names: sharedNames(publication), publication }));
  return [...own, ...shared];
}

function allNames({ names, boundNames }: Publication): readonly string[] {
  return [...names, ...boundNames];
}

function sharedNames(publication: Publication): readonly string[] {
  switch (publication.mode) {
    case 'primary': {
      return allNames(publication);
    }
    case 'per_resource_binding': {
      return publication.boundNames;
    }
    case 'disabled': {
      return [];
    }
  }
}
