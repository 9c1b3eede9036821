/** What the status says of a gateway. Pure. */
import { type EndpointGateway, isAddressChosen, type ReservedIPReference } from '../../cloud/vpc-types.ts';
import { isDeleting } from '../../controller/finalizer.ts';
import type { Report } from '../../controller/kind.ts';
import { targetOfGateway } from './desired.ts';
import { lifecycleOf } from './lifecycle.ts';
import type { GatewayResource, Observed } from './observed.ts';
import { differences } from './plan/recreate.ts';
import { proofConditions } from './proofs/conditions.ts';
import { referencesOf } from './wanted/remembered.ts';
import { advisory, targetResolved, zonesCovered, zonesOf, zonesUnknown } from './report/conditions.ts';
import { appliedList, bindingList, gatewayLists, ipList, keptIPList, tagLists } from './report/lists.ts';
import type { EndpointGatewayStatus } from './types.gen.ts';

type Fields = Partial<EndpointGatewayStatus>;

export function report(resource: GatewayResource, observed: Observed): Report<EndpointGatewayStatus> {
  const { gateway } = observed;
  if (gateway === undefined) {
    return reportWithoutGateway(resource, observed);
  }
  const isNew = isBeingMade(resource, gateway);
  const ips = isNew ? [] : publishable(gateway);
  return {
    state: isDeleting(resource) ? 'Deleting' : lifecycleOf(gateway).state,
    fields: {
      ...gatewayFields(gateway, observed, ips),
      ...ownFields(resource, observed),
    },
    conditions: [
      ...targetResolved(observed),
      isNew ? zonesUnknown() : zonesCovered(observed, ips),
      ...advisory(gateway),
      ...proofConditions(observed),
    ],
  };
}

/** Fields of the status that follow from the gateway alone; the drift check compares just these. */
export function gatewayFields(
  gateway: EndpointGateway,
  { subnets, autoDelete }: Pick<Observed, 'subnets' | 'autoDelete'>,
  chosen = publishable(gateway),
): Fields {
  const ips = ipList(chosen, subnets, autoDelete);
  const mode = gateway.dns_resolution_binding_mode;
  return {
    id: gateway.id,
    crn: gateway.crn,
    name: gateway.name,
    lifecycleState: gateway.lifecycle_state,
    healthState: gateway.health_state,
    ...gatewayLists(gateway),
    ips,
    target: targetOfGateway(gateway),
    vpc: gateway.vpc.id,
    resourceGroup: gateway.resource_group.id,
    ...(mode !== undefined && { dnsResolutionBindingMode: mode }),
    summary: {
      target: shortTarget(targetOfGateway(gateway)),
      ips: ips.map(({ address }) => address).join(','),
      vpc: gateway.vpc.name,
      zones: zonesOf(chosen, subnets).join(','),
    },
  };
}

/** What the gateway's own answer does not hold. */
function ownFields(resource: GatewayResource, observed: Observed): Fields {
  const { status } = resource;
  const { bindings, ownership, adopted } = observed;
  const ours = ['ours', 'unclaimed', 'unread'].includes(ownership);
  // What an id without an origin names is nobody's claim; an origin goes with the id that it was written with.
  const was = status?.id === observed.gateway?.id ? status?.origin : undefined;
  const origin = ours ? (adopted ? 'Adopted' : 'Created') : was;
  return {
    ...(origin !== undefined && { origin }),
    ...referencesIn(resource, observed),
    ...tagFields(observed),
    ...keptIPList(observed),
    ...boundResources(resource, bindings),
    // It ends with the gateway that it names.
    ...(status?.recreate !== undefined &&
      status.recreate.id === observed.gateway?.id && { recreate: status.recreate }),
  };
}

/** What was found to match is remembered until something else is. */
function referencesIn(resource: GatewayResource, { gateway, wanted, ownership }: Observed): Fields {
  const isOurs = ownership !== 'observed' && ownership !== 'adoptable' && ownership !== 'other';
  if (gateway !== undefined && wanted !== undefined && isOurs && differences(gateway, wanted).length === 0) {
    return { references: referencesOf(resource) };
  }
  const { id, references } = resource.status ?? {};
  return references !== undefined && id === gateway?.id ? { references } : {};
}

function tagFields({ tags: { user, access }, applied }: Observed): Fields {
  const { tags, accessTags } = tagLists({ tags: user ?? [], accessTags: access ?? [] });
  const appliedTags = appliedList(applied.user, tags);
  const appliedAccessTags = appliedList(applied.access, accessTags);
  return {
    ...(user !== undefined && { tags }),
    ...(accessTags.length > 0 && { accessTags }),
    ...(appliedTags.length > 0 && { appliedTags }),
    ...(appliedAccessTags.length > 0 && { appliedAccessTags }),
  };
}

/** Bindings that could not be read this time are what they were. */
function boundResources({ spec, status }: GatewayResource, bindings: Observed['bindings']): Fields {
  return spec.resourceBindings === undefined
    ? {}
    : { resourceBindings: bindings === undefined ? (status?.resourceBindings ?? []) : bindingList(bindings) };
}

/** Nothing answers at its addresses yet: they are told of with the news that it is stable, and cost no write before. */
function isBeingMade(
  { status }: GatewayResource,
  { lifecycle_state: state, lifecycle_reasons: reasons }: EndpointGateway,
): boolean {
  const isOnItsWay = (state === 'pending' || state === 'updating') && reasons.length === 0;
  return isOnItsWay && (status?.ips ?? []).length === 0;
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
      ...keptIPList(observed),
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
  const { id, crn, name, vpc, target, tags, origin, references } = status;
  const { appliedTags: user, appliedAccessTags: access } = status;
  return {
    ...(id !== undefined && { id }),
    ...(crn !== undefined && { crn }),
    ...(name !== undefined && { name }),
    ...(vpc !== undefined && { vpc }),
    ...(target !== undefined && { target }),
    ...(tags !== undefined && { tags }),
    ...(origin !== undefined && { origin }),
    ...(references !== undefined && { references }),
    ...(user !== undefined && { appliedTags: user }),
    ...(access !== undefined && { appliedAccessTags: access }),
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
