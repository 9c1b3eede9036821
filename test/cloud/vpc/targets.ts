/**
 * What a gateway can lead to, and under which names it answers (vpc-endpoint-gateways §2.5, §8.1). Every
 * service-level CRN is accepted, its service endpoint being the name in it. Instance CRNs are accepted for the
 * services below; how IBM forms their names from the instance is inferred (UNCONFIRMED, §8).
 */
import { ApiError, field } from '../errors.ts';
import type { World } from '../world.ts';
import type { GatewayTarget } from './model.ts';

export interface TargetPrototype {
  readonly resource_type: GatewayTarget['resourceType'] | 'private_path_service_gateway';
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

export function resolveTarget(world: World, prototype: TargetPrototype): ResolvedTarget {
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
  const serviceEndpoint = endpointOf(segments);
  if (
    resourceType === 'private_path_service_gateway' ||
    serviceEndpoint === undefined ||
    !isRegistered(world, crn)
  ) {
    throw unsupported('target.crn', crn);
  }
  const service = segments[4] ?? '';
  return { target: { resourceType, key: crn, service }, serviceEndpoints: [serviceEndpoint] };
}

function endpointOf(segments: readonly string[]): string | undefined {
  const [, , , , service = '', location = '', , instance = '', type = '', resource = ''] = segments;
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

/** Service-level targets of a region as IBM's catalogue lists them, for examples and seeds. */
export function serviceTargets(region: string): Array<{ name: string; crn: string; fqdn: string }> {
  const targets: ReadonlyArray<readonly [name: string, service: string, location: string, fqdn: string]> = [
    ['account-management', 'account-management', 'global', 'private.accounts.cloud.ibm.com'],
    ['billing', 'billing', 'global', 'private.billing.cloud.ibm.com'],
    ['object-storage', 'cloud-object-storage', 'global', cosEndpoint(region)],
    ['object-storage-config', 'cloud-object-storage', 'global', cosConfigEndpoint],
    ['code-engine', 'codeengine', region, `private.${region}.codeengine.cloud.ibm.com`],
    ['kubernetes-service', 'containers-kubernetes', region, `api.${region}.containers.cloud.ibm.com`],
    ['enterprise', 'enterprise', 'global', 'private.enterprise.cloud.ibm.com'],
    ['global-catalog', 'globalcatalog', 'global', 'private.globalcatalog.cloud.ibm.com'],
    ['global-tagging', 'ghost-tags', 'global', 'tags.private.global-search-tagging.cloud.ibm.com'],
    ['global-search', 'global-search-tagging', 'global', 'api.private.global-search-tagging.cloud.ibm.com'],
    ['iam', 'iam-svcs', 'global', 'private.iam.cloud.ibm.com'],
    ['key-protect', 'kms', region, `private.${region}.kms.cloud.ibm.com`],
    ['resource-controller', 'resource-controller', 'global', 'private.resource-controller.cloud.ibm.com'],
    ['user-management', 'user-management', 'global', 'private.user-management.cloud.ibm.com'],
    ['vpc', 'is', region, `${region}.private.iaas.cloud.ibm.com`],
  ];
  return targets.map(([name, service, location, fqdn]) => ({
    name,
    fqdn,
    crn: `crn:v1:bluemix:public:${service}:${location}:::endpoint:${fqdn}`,
  }));
}

const cosConfigEndpoint = 'config.direct.cloud-object-storage.cloud.ibm.com';

function cosEndpoint(region: string): string {
  return `s3.direct.${region}.cloud-object-storage.appdomain.cloud`;
}
