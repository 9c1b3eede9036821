/**
 * What a gateway can lead to, and under which names it answers (vpc-endpoint-gateways §2.5, §8.1). Every
 * service-level CRN is accepted, its service endpoint being the name in it. Instance CRNs are accepted for the
 * services below; how IBM forms their names from the instance is inferred (UNCONFIRMED, §8).
 */
import { ApiError, field } from '../errors.ts';
import { hostsOf } from '../resources/instances.ts';
import type { World } from '../world.ts';
import { mayReach } from './authorizations.ts';
import type { AccountRegion, GatewayTarget } from './model.ts';
import { canBeTargetedFrom } from './private-path/rules.ts';

export interface TargetPrototype {
  readonly resource_type: GatewayTarget['resourceType'];
  readonly crn?: string;
  readonly name?: string;
}

export interface ResolvedTarget {
  readonly target: GatewayTarget;
  readonly serviceEndpoints: readonly string[];
}

const INFRASTRUCTURE: Readonly<Record<string, readonly string[]>> = {
  'ibm-ntp-server': ['time.adn.networklayer.com'],
};

/** Instances of these share their region's endpoint, so that a VPC can reach only one of them (rule R2). */
const SHARED_ENDPOINTS: Readonly<Record<string, (region: string) => string>> = {
  kms: (region) => `private.${region}.kms.cloud.ibm.com`,
  'hs-crypto': (region) => `api.private.${region}.hs-crypto.cloud.ibm.com`,
  codeengine: (region) => `private.${region}.codeengine.cloud.ibm.com`,
  'sysdig-monitor': (region) => `private.${region}.monitoring.cloud.ibm.com`,
  'dns-svcs': () => 'api.private.dns-svcs.cloud.ibm.com',
};

/** Instances of these have a name of their own; `databases-for-*` belong here too. */
const OWN_ENDPOINTS: Readonly<Record<string, (instance: string, region: string) => string>> = {
  'secrets-manager': (instance, region) => `${instance}.private.${region}.secrets-manager.appdomain.cloud`,
  messagehub: (instance, region) => `${instance}.private.${region}.eventstreams.cloud.ibm.com`,
  apprapp: (instance, region) => `${instance}.private.${region}.apprapp.cloud.ibm.com`,
  logs: (instance, region) => `${instance}.api.private.${region}.logs.cloud.ibm.com`,
};

const FQDN = /^(\*\.)?([a-z0-9_]([-a-z0-9_]*[a-z0-9])?\.)+[a-z]{2,}$/;
const CRN_SEGMENTS = 10;

/** What a gateway in `area` would lead to. */
export function resolveTarget(world: World, area: AccountRegion, prototype: TargetPrototype): ResolvedTarget {
  const { resource_type: resourceType, name = '', crn = '' } = prototype;
  if (resourceType === 'provider_infrastructure_service') {
    const serviceEndpoints = INFRASTRUCTURE[name];
    if (serviceEndpoints === undefined) {
      throw unsupported('target.name', name);
    }
    return { target: { resourceType, key: name, service: name }, serviceEndpoints };
  }
  const segments = crn.split(':');
  if (segments.length !== CRN_SEGMENTS || segments[0] !== 'crn') {
    const message = `A CRN has ${CRN_SEGMENTS} segments; this one has ${segments.length}.`;
    throw new ApiError({ status: 400, code: 'bad_field', message, target: field('target.crn', crn) });
  }
  return resourceType === 'private_path_service_gateway'
    ? resolvePrivatePath(world, area, crn)
    : resolveService(world, area, crn);
}

function resolveService(world: World, area: AccountRegion, crn: string): ResolvedTarget {
  const serviceEndpoints = namesOf(world, crn);
  if (serviceEndpoints.length === 0 || !isRegistered(world, crn)) {
    throw unsupported('target.crn', crn);
  }
  mayReach(world, area, crn);
  const service = crn.split(':')[4] ?? '';
  const instance = world.instances.get(crn)?.name;
  const target = { resourceType: 'provider_cloud_service', key: crn, service } as const;
  return { target: { ...target, ...(instance !== undefined && { instance }) }, serviceEndpoints };
}

/** An instance that exists answers under the names that it publishes, any other target under what its CRN tells. */
function namesOf(world: World, crn: string): readonly string[] {
  const instance = world.instances.get(crn);
  if (instance !== undefined) {
    const { virtualPrivateEndpoints: published } = instance;
    return published === undefined ? [] : hostsOf(published);
  }
  const host = hostOfTarget(crn);
  return host === undefined ? [] : [host];
}

function resolvePrivatePath(world: World, area: AccountRegion, crn: string): ResolvedTarget {
  const privatePath = [...world.areas.values()]
    .flatMap(({ privatePaths }) => [...privatePaths.values()])
    .find((candidate) => candidate.crn === crn);
  canBeTargetedFrom(area, crn, privatePath);
  const target = {
    resourceType: 'private_path_service_gateway',
    key: crn,
    service: 'is',
    privatePath,
  } as const;
  return { target, serviceEndpoints: privatePath.serviceEndpoints };
}

/** The name that belongs to the CRN of a service or an instance; undefined when no gateway can lead there. */
export function hostOfTarget(crn: string): string | undefined {
  const [, , , , service = '', location = '', , instance = '', type = '', resource = ''] = crn.split(':');
  if (type === 'endpoint') {
    return instance === '' && FQDN.test(resource) ? resource : undefined;
  }
  if (type !== '' || resource !== '') {
    return undefined;
  }
  if (instance === '') {
    return service === 'dns-svcs' ? SHARED_ENDPOINTS[service]?.(location) : undefined;
  }
  if (service.startsWith('databases-for-')) {
    return `${instance}.private.databases.appdomain.cloud`;
  }
  return OWN_ENDPOINTS[service]?.(instance, location) ?? SHARED_ENDPOINTS[service]?.(location);
}

/** A new target is not known to the gateway service at once (§4.2, issues #2241 and #6410). */
function isRegistered(world: World, crn: string): boolean {
  const now = world.clock.now();
  const seenAtMs = world.targetsSeenAtMs.get(crn) ?? now;
  world.targetsSeenAtMs.set(crn, seenAtMs);
  return now >= seenAtMs + world.settings.registrationLagMs;
}

function unsupported(name: string, value: string): ApiError {
  const message = 'The service does not support VPE extensions.';
  return new ApiError({ status: 400, code: 'not_found', message, target: field(name, value) });
}
