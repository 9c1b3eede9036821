/**
 * The service behind a gateway. A CRN stands for itself; a service's name is looked up among what can be targeted
 * (fact sheet §8). Pure.
 */
import type { GatewayResource } from '../observed.ts';
import type { Targets } from './catalogue.ts';
import { isRemembered } from './remembered.ts';
import { isInfrastructure, resolveService } from './service.ts';
import type { Resolved, WantedTarget } from './wanted.ts';

const noTargets: Targets = { services: new Map(), instances: new Map() };

export function resolveTarget(
  { spec }: GatewayResource,
  targets: Targets = noTargets,
): Resolved<WantedTarget> {
  const { crn = '', infrastructure, privatePathServiceGateway, service } = spec.target;
  if (privatePathServiceGateway !== undefined) {
    const resourceType = 'private_path_service_gateway';
    return { value: { key: privatePathServiceGateway.crn, resourceType, hosts: [] } };
  }
  if (service === undefined) {
    return { value: providerTarget(infrastructure ?? crn, targets) };
  }
  const { name, region = spec.region, endpoint } = service;
  const key = resolveService({ name, region, endpoint, account: spec.account }, targets);
  return 'problem' in key ? key : { value: providerTarget(key.value, targets) };
}

/** What a service's name means for the gateway that exists: nothing is looked up then, so no catalogue is needed. */
export function rememberedTarget(resource: GatewayResource, hasGateway: boolean): WantedTarget | undefined {
  const { target, serviceEndpoints = [] } = resource.status ?? {};
  return resource.spec.target.service !== undefined &&
    target !== undefined &&
    isRemembered(resource, 'target', hasGateway)
    ? { ...providerTarget(target, noTargets), hosts: serviceEndpoints }
    : undefined;
}

/** The names that a gateway to this target will serve, as far as a listing of targets or its CRN tells. */
export function hostsOf(key: string, { services, instances }: Targets): readonly string[] {
  const listed = (services.get(key) ?? instances.get(key))?.hosts ?? [];
  return listed.length > 0 ? listed : endpointIn(key);
}

/** Of `crn:v1:bluemix:public:kms:us-south:::endpoint:private.us-south.kms.cloud.ibm.com` (fact sheet §8.1). */
export function endpointIn(crn: string): readonly string[] {
  const [type, name] = crn.split(':').slice(8);
  return type === 'endpoint' && name !== undefined ? [name] : [];
}

function providerTarget(key: string, targets: Targets): WantedTarget {
  return isInfrastructure(key)
    ? { key, resourceType: 'provider_infrastructure_service', hosts: [] }
    : { key, resourceType: 'provider_cloud_service', hosts: hostsOf(key, targets) };
}
