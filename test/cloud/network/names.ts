/**
 * Names that the world outside of VPCs knows, and their addresses there: names of the private network have a service
 * endpoint's (166.8.0.0/14), all others a public one. What lies behind a service of this cloud is its application.
 */
import { serviceTargets } from '../catalog/service-targets.ts';
import { keyAppAt, keyHostsOf, regionalKeyHosts } from '../keys/hosts.ts';
import { hostsOf } from '../resources/instances.ts';
import type { World } from '../world.ts';
import { addressOfName, rangeOf } from './addresses.ts';

/** By public name; the private ones are the same with a label `private` in them. */
const APPS: Readonly<Record<string, string>> = {
  'iam.cloud.ibm.com': 'iam',
  'tags.global-search-tagging.cloud.ibm.com': 'tagging',
  'api.global-search-tagging.cloud.ibm.com': 'search',
  'globalcatalog.cloud.ibm.com': 'catalog',
  'cm.globalcatalog.cloud.ibm.com': 'catalog',
};

/** One host for two services, told apart by path (§1.9). */
const RESOURCE_HOST = 'resource-controller.cloud.ibm.com';

/** Private names on Classic and their public ones: in two regions only (hpcs-network-policy §3.1, §8.1). */
const CLASSIC_HOSTS: ReadonlyMap<string, string> = new Map(
  ['us-south', 'us-east'].flatMap((region) =>
    ['iam.cloud.ibm.com', RESOURCE_HOST].map((name): [string, string] => [`private.${region}.${name}`, name]),
  ),
);

const VPC_HOST = /^([a-z]{2}-[a-z]+\d?)\.iaas\.cloud\.ibm\.com$/;

interface Arrived {
  readonly host: string;
  /** That was dialled. */
  readonly address: string;
  readonly path: string;
}

/**
 * The application, by the name that `apps.ts` has for it, that answers a request; undefined for other services. What
 * comes in at a public address is on the public side of key management, whatever the name that led there.
 */
export function appAt({ host, address, path }: Arrived): string | undefined {
  const name = CLASSIC_HOSTS.get(host) ?? host.split('.').filter(notPrivate).join('.');
  if (name === RESOURCE_HOST) {
    return path.startsWith('/v2/resource_groups') ? 'resource-manager' : 'resource-controller';
  }
  const region = VPC_HOST.exec(name)?.[1];
  return region === undefined
    ? (keyAppAt(rangeOf(address) === 'public' ? name : host) ?? APPS[name])
    : `vpc/${region}`;
}

function notPrivate(label: string): boolean {
  return label !== 'private';
}

/** On the infrastructure network, with an address that is known to all (private-cli §3). */
const FIXED: Readonly<Record<string, string>> = { 'time.adn.networklayer.com': '161.26.0.6' };

/** Names, wildcards among them, that resolve outside of VPCs. */
export function knownNames(world: World, regions: readonly string[], added: Iterable<string>): Set<string> {
  const platform = [...Object.keys(APPS), RESOURCE_HOST].flatMap((name) => [name, `private.${name}`]);
  const regional = regions.flatMap((region) => [
    `${region}.iaas.cloud.ibm.com`,
    ...regionalKeyHosts(region),
    ...serviceTargets(region).flatMap(({ hosts }) => hosts),
  ]);
  const instances = [...world.instances.values()].flatMap((instance) => {
    const { virtualPrivateEndpoints: published } = instance;
    return [...(published === undefined ? [] : hostsOf(published)), ...keyHostsOf(instance)];
  });
  return new Set([
    ...platform,
    ...CLASSIC_HOSTS.keys(),
    ...regional,
    ...instances,
    ...Object.keys(FIXED),
    ...added,
  ]);
}

/** Whether a name is, or lies under, one of these. */
export function isAmong(patterns: Iterable<string>, name: string): boolean {
  return patternFor(patterns, name) !== undefined;
}

/** The pattern that a name falls under: itself, else the longest wildcard. */
export function patternFor(patterns: Iterable<string>, name: string): string | undefined {
  let found: string | undefined;
  for (const pattern of patterns) {
    if (pattern === name) {
      return pattern;
    }
    const covers = pattern.startsWith('*.') && name.endsWith(pattern.slice(1));
    if (covers && pattern.length > (found?.length ?? 0)) {
      found = pattern;
    }
  }
  return found;
}

/** A name of the private network, as services name those endpoints. */
function isPrivate(name: string): boolean {
  const labels = name.split('.');
  return labels.includes('private') || labels.includes('direct');
}

/** What the public DNS says of a name that it knows. */
export function publicAddresses(
  world: World,
  name: string,
  published: Published = publishedBy(world),
): readonly string[] {
  const fixed = FIXED[name];
  if (fixed !== undefined) {
    return [fixed];
  }
  return isPrivate(name) ? classicAddresses(world, name, published) : [internetAddress(name)];
}

export function internetAddress(name: string): string {
  return addressOfName(name, 'public');
}

/** Addresses, by name. */
export type Published = ReadonlyMap<string, readonly string[]>;

/** Where instances say themselves that they are; to be read once by whoever asks about many names. */
export function publishedBy({ instances }: World): Published {
  const published = new Map<string, readonly string[]>();
  for (const { virtualPrivateEndpoints: own } of instances.values()) {
    const addresses = own?.endpoints.map(({ ip_address: address }) => address) ?? [];
    const names = own === undefined ? [] : hostsOf(own);
    names.filter((name) => !published.has(name)).forEach((name) => published.set(name, addresses));
  }
  return published;
}

/** Any name that no instance publishes has an address of its own. */
export function classicAddresses(
  world: World,
  name: string,
  published: Published = publishedBy(world),
): readonly string[] {
  return published.get(name) ?? [addressOfName(name, 'services')];
}
