/**
 * What generic tools (kstatus, in Argo CD, Flux and `kubectl wait`) conclude from an object, and whether a gateway of
 * the simulated cloud is what the object asks for. Pure.
 */
import { findCondition } from '../../src/controller/conditions.ts';
import { cloudName } from '../../src/kinds/endpoint-gateway/desired.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { serviceTargets } from '../cloud/catalog/service-targets.ts';
import type { HeldIP, HeldState } from '../cloud/state-log.ts';

export type Kstatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating';

/**
 * The rules of sigs.k8s.io/cli-utils, pkg/kstatus/status, for kinds that it does not know (`Compute`), as lenient as
 * they are: what a status does not say is not held against it, so one that says nothing is Current. Of Reconciling
 * and Stalled the one that is listed first decides.
 */
export function kstatusOf({ metadata, status }: GatewayResource): Kstatus {
  const { deletionTimestamp, generation } = metadata;
  if (deletionTimestamp !== undefined) {
    return 'Terminating';
  }
  const observed = status?.observedGeneration;
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    return 'InProgress';
  }
  const abnormal = status?.conditions?.find(
    (condition) => condition.status === 'True' && ['Reconciling', 'Stalled'].includes(condition.type),
  );
  if (abnormal !== undefined) {
    return abnormal.type === 'Stalled' ? 'Failed' : 'InProgress';
  }
  const ready = findCondition(status?.conditions, 'Ready')?.status;
  return ready === 'False' || ready === 'Unknown' ? 'InProgress' : 'Current';
}

/**
 * Everything that a spec can ask for of the gateway itself; tags are not the gateway's. What it leaves open (groups,
 * addresses, mode) may be anything.
 */
export function isAskedFor(state: HeldState, object: GatewayResource, clusterID: string): boolean {
  const { vpc, resourceGroup, securityGroups, ips, autoIPs, dnsResolutionBindingMode: mode } = object.spec;
  return (
    state.lifecycleState === 'stable' &&
    state.healthState !== 'faulted' &&
    isTarget(state, object) &&
    isNamed(state.vpc, vpc) &&
    (resourceGroup === undefined || isNamed(state.resourceGroup, resourceGroup)) &&
    state.name === cloudName(object, clusterID) &&
    (mode === undefined || state.dnsResolutionBindingMode === modes[mode]) &&
    (securityGroups === undefined || holdsGroups(state, securityGroups)) &&
    holdsBindings(state, object) &&
    state.ips.every(({ address }) => address !== '0.0.0.0') &&
    (autoIPs === undefined || state.ips.length > 0) &&
    (ips === undefined ||
      (ips.length === state.ips.length && ips.every((want) => state.ips.some((ip) => serves(ip, want)))))
  );
}

const modes = {
  Disabled: 'disabled',
  Primary: 'primary',
  PerResourceBinding: 'per_resource_binding',
} as const;

interface Reference {
  readonly id?: string;
  readonly name?: string;
  readonly crn?: string;
}

/** The last field of a CRN is the id. */
function isNamed(
  held: { readonly id: string; readonly name: string },
  { id, name, crn }: Reference,
): boolean {
  return name === undefined ? held.id === (id ?? crn?.split(':').at(-1)) : held.name === name;
}

function isTarget(
  { target: held, instance }: HeldState,
  { spec: { target, region } }: GatewayResource,
): boolean {
  const { service, crn, infrastructure, privatePathServiceGateway } = target;
  if (service === undefined) {
    return held === (crn ?? infrastructure ?? privatePathServiceGateway?.crn);
  }
  const label = serviceTargets(service.region ?? region).find(({ name }) => name === service.name)?.crn;
  return held === label || [held.split(':')[4], instance].includes(service.name);
}

function holdsGroups(
  { securityGroups, securityGroupNames }: HeldState,
  asked: readonly Reference[],
): boolean {
  return (
    asked.length === securityGroups.length &&
    asked.every(({ id, name, crn }) =>
      name === undefined
        ? securityGroups.includes(id ?? crn?.split(':').at(-1) ?? '')
        : securityGroupNames.includes(name),
    )
  );
}

function holdsBindings({ resourceBindings }: HeldState, { spec }: GatewayResource): boolean {
  const asked = spec.resourceBindings?.map(({ crn }) => crn).toSorted();
  return asked === undefined || asked.join() === resourceBindings.join();
}

type AskedIP = NonNullable<GatewayResource['spec']['ips']>[number];

/** At most one address a zone, hence a subnet: no held one can serve two wants. */
function serves(ip: HeldIP, { subnet, reservedIP, address, name, autoDelete }: AskedIP): boolean {
  return subnet === undefined
    ? (reservedIP?.id ?? ip.id) === ip.id && (reservedIP?.name ?? ip.name) === ip.name
    : isNamed({ id: ip.subnet, name: ip.subnetName }, subnet) &&
        (address === undefined || ip.address === address) &&
        (name === undefined || ip.name === name) &&
        (autoDelete === undefined || ip.autoDelete === autoDelete);
}
