/** Looks a service up by its name, among the services of a region and the account's instances there. Pure. */
import type { ServiceTarget } from '../../../cloud/catalog.ts';
import type { TargetInstance } from '../../../cloud/search.ts';
import type { Targets } from './catalogue.ts';
import { nearest } from './nearest.ts';
import { missing, type Resolved, wrong } from './wanted.ts';

interface ServiceQuery {
  readonly name: string;
  readonly region: string;
  /** One of the target's host names. */
  readonly endpoint: string | undefined;
  /** Of whom the instances are. */
  readonly account: string;
}

type Listed = ServiceTarget | TargetInstance;

/** Of the infrastructure itself; no listing has it (fact sheet §2.5, §8). */
export function isInfrastructure(name: string): boolean {
  return name === 'ibm-ntp-server';
}

/**
 * The target's CRN, or the name of an infrastructure service. A name of the catalogue goes before an instance's, and
 * that before the name of an instance's service: otherwise a new instance could make a name ambiguous that others
 * use. The endpoint counts before that, since it tells apart what has one name.
 */
export function resolveService(query: ServiceQuery, targets: Targets): Resolved<string> {
  const { name, endpoint } = query;
  if (isInfrastructure(name)) {
    return { value: name };
  }
  const named = namedAs(query, targets);
  const serving = named.map((rank) =>
    rank.filter(({ hosts }) => endpoint === undefined || hosts.includes(endpoint)),
  );
  const [found, ...others] = serving.find((rank) => rank.length > 0) ?? [];
  if (found === undefined) {
    return named.some((rank) => rank.length > 0) ? noEndpoint(query, named.flat()) : notFound(query, targets);
  }
  return others.length === 0 ? { value: found.crn } : ambiguous(query, [found, ...others]);
}

/** What has the name, in ranks. */
function namedAs(query: ServiceQuery, { services, instances }: Targets): readonly (readonly Listed[])[] {
  const near = [...instances.values()].filter((instance) => isNear(instance, query));
  return [
    [...services.values()].filter(
      (target) => isSame(target.name, query.name) || isSame(target.service, query.name),
    ),
    near.filter((instance) => isSame(instance.name, query.name)),
    near.filter((instance) => isSame(instance.service, query.name)),
  ];
}

/** Services come as listed for the region. */
function isNear(instance: TargetInstance, { region }: ServiceQuery): boolean {
  return instance.region === region || instance.region === 'global';
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function noEndpoint(
  { name, region, endpoint = '' }: ServiceQuery,
  named: readonly Listed[],
): Resolved<never> {
  const hosts = nearest(
    endpoint,
    named.flatMap((target) => target.hosts),
  );
  return missing('TargetNotFound', `${name} has no endpoint ${endpoint} in ${region}; ${hosts}`);
}

function notFound(query: ServiceQuery, { services, instances }: Targets): Resolved<never> {
  const { name, region, account } = query;
  const what = `No service and no instance of account ${account} is named ${name} in ${region}`;
  const all = [...instances.values()];
  const elsewhere = all.find((instance) => isSame(instance.name, name))?.region;
  const near = all.filter((instance) => isNear(instance, query)).map((instance) => instance.name);
  const names = [...[...services.values()].flatMap((target) => [target.service, target.name]), ...near];
  return elsewhere === undefined
    ? missing('TargetNotFound', `${what}; ${nearest(name, names)}`)
    : missing('TargetNotFound', `${what}, but an instance is in ${elsewhere}: set target.service.region`);
}

const mostShown = 5;

/** Says what tells them apart: a host name, or where that does not, the CRN. */
function ambiguous({ name, region, endpoint }: ServiceQuery, found: readonly Listed[]): Resolved<never> {
  const firstHosts = new Set(found.flatMap(({ hosts }) => hosts.slice(0, 1)));
  const byHost = endpoint === undefined && firstHosts.size === found.length;
  const shown = found
    .slice(0, mostShown)
    .map((target) => `${target.name} (${byHost ? (target.hosts[0] ?? '') : target.crn})`)
    .join(', ');
  const cut = found.length > mostShown ? ' and others' : '';
  const how = byHost ? 'choose one by target.service.endpoint' : 'give the CRN of one as target.crn';
  const message = `${found.length} targets are named ${name} in ${region}: ${shown}${cut}; ${how}`;
  return wrong('TargetAmbiguous', message);
}
