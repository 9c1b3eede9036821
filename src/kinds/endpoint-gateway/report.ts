/** What the status says of a gateway. Pure. */
import {
  type EndpointGateway,
  isAddressChosen,
  type ReservedIPReference,
  type Subnet,
  subnetIdOf,
} from '../../cloud/vpc-types.ts';
import { isDeleting } from '../../controller/finalizer.ts';
import type { ReportedCondition } from '../../controller/conditions.ts';
import type { Report } from '../../controller/kind.ts';
import { targetOf, targetOfGateway } from './desired.ts';
import { lifecycleOf } from './lifecycle.ts';
import type { GatewayResource, Observed } from './observed.ts';
import { pairUp } from './plan-ips.ts';
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
      ...(observed.tags !== undefined && { tags: [...observed.tags] }),
    },
    conditions: [zonesCovered(resource, gateway, observed.subnets), ...advisory(gateway)],
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

/** All addresses or none, so that nobody takes the first of three for the whole; 0.0.0.0 is never published. */
function publishable(gateway: EndpointGateway): readonly ReservedIPReference[] {
  return gateway.ips.every(isAddressChosen) ? gateway.ips : [];
}

function reportWithoutGateway(resource: GatewayResource, observed: Observed): Report<EndpointGatewayStatus> {
  const { vpc, absenceUnproven } = observed;
  const state = absenceUnproven ? 'Unknown' : 'Pending';
  return {
    state: isDeleting(resource) ? 'Deleting' : state,
    fields: {
      ...(absenceUnproven && lastKnown(resource)),
      ...(observed.intent !== undefined && { createIntent: observed.intent }),
      summary: {
        target: shortTarget(targetOf(resource)),
        ips: '',
        vpc: vpc?.name ?? resource.spec.vpc.name ?? resource.spec.vpc.id ?? '',
        zones: '',
      },
    },
    conditions: [],
  };
}

/** Of a gateway that cannot be read, its identity must not be forgotten: it may still exist. */
function lastKnown(resource: GatewayResource): Fields {
  const { id, crn, name, vpc, target, tags } = resource.status ?? {};
  return {
    ...(id !== undefined && { id }),
    ...(crn !== undefined && { crn }),
    ...(name !== undefined && { name }),
    ...(vpc !== undefined && { vpc }),
    ...(target !== undefined && { target }),
    ...(tags !== undefined && { tags }),
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

function zonesOf(
  ips: readonly ReservedIPReference[],
  subnets: ReadonlyMap<string, Subnet>,
): readonly string[] {
  const zones = ips.flatMap((ip) => subnets.get(subnetIdOf(ip))?.zone.name ?? []);
  return [...new Set(zones)].toSorted();
}

function zonesCovered(
  resource: GatewayResource,
  gateway: EndpointGateway,
  subnets: ReadonlyMap<string, Subnet>,
): ReportedCondition {
  const type = 'ZonesCovered';
  const chosen = publishable(gateway);
  const wanted = resource.spec.ips ?? [];
  const unmet = pairUp(wanted, chosen).filter(({ ip }) => ip === undefined);
  if (unmet.length > 0) {
    const message = `${unmet.length} of ${wanted.length} addresses are not bound yet`;
    return { type, status: 'False', reason: 'ZonesMissing', message };
  }
  if (chosen.length === 0) {
    const message = 'The gateway has no address: nothing in the VPC can reach it yet';
    return { type, status: 'False', reason: 'NoAddress', message };
  }
  const message = `Addresses in ${zonesOf(chosen, subnets).join(', ')}`;
  return { type, status: 'True', reason: 'ZonesCovered', message };
}

function advisory(gateway: EndpointGateway): readonly ReportedCondition[] {
  if (gateway.health_state !== 'degraded') {
    return [];
  }
  const message = 'The VPC API reports reduced performance, capacity or connectivity';
  return [{ type: 'Advisory', status: 'True', reason: 'Degraded', message }];
}

/** `kms/us-south` for a CRN (fields 4 and 5), the name itself for an infrastructure service. */
function shortTarget(target: string): string {
  const fields = target.split(':');
  return fields[0] === 'crn' ? `${fields[4] ?? ''}/${fields[5] ?? ''}` : target;
}
