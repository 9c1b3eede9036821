/** What the status says of a gateway. Pure. */
import type { ResourceBinding } from '../../cloud/resource-bindings.ts';
import {
  type EndpointGateway,
  isAddressChosen,
  type ReservedIPReference,
  type Subnet,
  subnetIdOf,
} from '../../cloud/vpc-types.ts';
import { isDeleting } from '../../controller/finalizer.ts';
import type { Report } from '../../controller/kind.ts';
import { targetOfGateway } from './desired.ts';
import { lifecycleOf } from './lifecycle.ts';
import type { GatewayResource, Observed } from './observed.ts';
import { appliedTags } from './plan/tags.ts';
import { advisory, targetResolved, zonesCovered, zonesOf } from './report/conditions.ts';
import type { EndpointGatewayStatus } from './types.gen.ts';

type Fields = Partial<EndpointGatewayStatus>;

export function report(resource: GatewayResource, observed: Observed): Report<EndpointGatewayStatus> {
  const { gateway } = observed;
  if (gateway === undefined) {
    return reportWithoutGateway(resource, observed);
  }
  return {
    state: isDeleting(resource) ? 'Deleting' : lifecycleOf(gateway).state,
    fields: {
      ...gatewayFields(gateway, observed.subnets, observed.autoDelete),
      ...ownFields(resource, observed),
    },
    conditions: [
      ...targetResolved(observed),
      zonesCovered(observed, publishable(gateway)),
      ...advisory(gateway),
    ],
  };
}

/** Fields of the status that follow from the gateway alone; the drift check compares just these. */
export function gatewayFields(
  gateway: EndpointGateway,
  subnets: ReadonlyMap<string, Subnet>,
  autoDelete: ReadonlyMap<string, boolean>,
): Fields {
  const chosen = publishable(gateway).toSorted((a, b) => a.id.localeCompare(b.id));
  const mode = gateway.dns_resolution_binding_mode;
  return {
    id: gateway.id,
    crn: gateway.crn,
    name: gateway.name,
    lifecycleState: gateway.lifecycle_state,
    healthState: gateway.health_state,
    lifecycleReasons: gateway.lifecycle_reasons.slice(0, 10).map(({ code, message }) => ({ code, message })),
    serviceEndpoints: gateway.service_endpoints.slice(0, 100),
    ips: chosen.map((ip) => ipFields(ip, subnets, autoDelete)),
    securityGroups: gateway.security_groups.map(({ id }) => id).toSorted(),
    target: targetOfGateway(gateway),
    vpc: gateway.vpc.id,
    resourceGroup: gateway.resource_group.id,
    ...(mode !== undefined && { dnsResolutionBindingMode: mode }),
    summary: {
      target: shortTarget(targetOfGateway(gateway)),
      ips: chosen.map(({ address }) => address).join(','),
      vpc: gateway.vpc.name,
      zones: zonesOf(chosen, subnets).join(','),
    },
  };
}

/** What the gateway's own answer does not hold. */
function ownFields(resource: GatewayResource, observed: Observed): Fields {
  const { spec, status } = resource;
  const { tags, keptIPs, bindings, ownership, adopted } = observed;
  const { user, access } = tags;
  const applied = appliedTags(spec.tags ?? [], status?.appliedTags ?? [], user ?? []);
  const appliedAccess = appliedTags(spec.accessTags ?? [], status?.appliedAccessTags ?? [], access ?? []);
  const kept = keptIPs.slice(-16).map((ip) => ipFields(ip, new Map(), new Map()));
  const ours = ['ours', 'unclaimed', 'unread'].includes(ownership) || status?.origin !== undefined;
  return {
    ...(ours && { origin: adopted ? 'Adopted' : 'Created' }),
    ...(user !== undefined && { tags: [...user] }),
    ...(access !== undefined && access.length + appliedAccess.length > 0 && { accessTags: [...access] }),
    ...(applied.length > 0 && { appliedTags: [...applied] }),
    ...(appliedAccess.length > 0 && { appliedAccessTags: [...appliedAccess] }),
    ...(kept.length > 0 && { keptIPs: kept }),
    ...boundResources(resource, bindings),
    // It ends with the gateway that it names.
    ...(status?.recreate !== undefined &&
      status.recreate.id === observed.gateway?.id && { recreate: status.recreate }),
  };
}

/** Bindings that could not be read this time are what they were. */
function boundResources({ spec, status }: GatewayResource, bindings: Observed['bindings']): Fields {
  return spec.resourceBindings === undefined
    ? {}
    : { resourceBindings: bindings?.slice(0, 50).map(bindingFields) ?? status?.resourceBindings ?? [] };
}

export function bindingFields(
  binding: ResourceBinding,
): NonNullable<EndpointGatewayStatus['resourceBindings']>[number] {
  return {
    id: binding.id,
    name: binding.name,
    crn: binding.target.crn,
    serviceEndpoint: binding.service_endpoint,
    lifecycleState: binding.lifecycle_state,
  };
}

/** All addresses or none, so that nobody takes the first of three for the whole; 0.0.0.0 is never published. */
function publishable(gateway: EndpointGateway): readonly ReservedIPReference[] {
  return gateway.ips.every(isAddressChosen) ? gateway.ips : [];
}

function reportWithoutGateway(resource: GatewayResource, observed: Observed): Report<EndpointGatewayStatus> {
  const { vpc, target, absenceUnproven, intent } = observed;
  const { spec, status } = resource;
  const state = absenceUnproven ? 'Unknown' : 'Pending';
  const named = spec.target.service?.name ?? spec.target.crn ?? spec.target.privatePathServiceGateway?.crn;
  return {
    state: isDeleting(resource) ? 'Deleting' : state,
    fields: {
      ...(absenceUnproven && lastKnown(resource)),
      ...(intent !== undefined && { createIntent: intent }),
      ...(status?.recreate !== undefined && { recreate: status.recreate }),
      summary: {
        target: shortTarget(target?.key ?? named ?? ''),
        ips: '',
        vpc: vpc?.name ?? spec.vpc.name ?? spec.vpc.id ?? spec.vpc.crn ?? '',
        zones: '',
      },
    },
    conditions: [...targetResolved(observed)],
  };
}

/** Of a gateway that cannot be read, its identity must not be forgotten: it may still exist. */
function lastKnown({ status = {} }: GatewayResource): Fields {
  const { id, crn, name, vpc, target, tags, origin, appliedTags: user, appliedAccessTags: access } = status;
  return {
    ...(id !== undefined && { id }),
    ...(crn !== undefined && { crn }),
    ...(name !== undefined && { name }),
    ...(vpc !== undefined && { vpc }),
    ...(target !== undefined && { target }),
    ...(tags !== undefined && { tags }),
    ...(origin !== undefined && { origin }),
    ...(user !== undefined && { appliedTags: user }),
    ...(access !== undefined && { appliedAccessTags: access }),
  };
}

function ipFields(
  ip: ReservedIPReference,
  subnets: ReadonlyMap<string, Subnet>,
  autoDelete: ReadonlyMap<string, boolean>,
): NonNullable<EndpointGatewayStatus['ips']>[number] {
  const subnet = subnetIdOf(ip);
  const zone = subnets.get(subnet)?.zone.name;
  const flag = autoDelete.get(ip.id);
  return {
    id: ip.id,
    address: ip.address,
    name: ip.name,
    subnet,
    ...(zone !== undefined && { zone }),
    ...(flag !== undefined && { autoDelete: flag }),
  };
}

/** `kms/us-south` for a CRN (fields 4 and 5), the name itself for an infrastructure service. */
function shortTarget(target: string): string {
  const fields = target.split(':');
  if (fields[0] !== 'crn') {
    return target;
  }
  const service = fields[8] === 'private-path-service-gateway' ? 'private-path' : (fields[4] ?? '');
  return `${service}/${fields[5] ?? ''}`;
}
