/**
 * What generic tools (kstatus, in Argo CD, Flux and `kubectl wait`) conclude from an object, and whether a gateway of
 * the simulated cloud is what the object asks for. Pure.
 */
import { findCondition } from '../../src/controller/conditions.ts';
import { cloudName, targetOf, type WantedIP } from '../../src/kinds/endpoint-gateway/desired.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
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

/** Everything that a spec can ask for today. What it leaves open (groups, addresses) may be anything. */
export function isAskedFor(state: HeldState, object: GatewayResource, clusterID: string): boolean {
  const { vpc, securityGroups, ips } = object.spec;
  const groups = securityGroups?.map(({ id }) => id).toSorted();
  return (
    state.lifecycleState === 'stable' &&
    state.healthState !== 'faulted' &&
    state.target === targetOf(object) &&
    (vpc.id === undefined ? state.vpc.name === vpc.name : state.vpc.id === vpc.id) &&
    state.name === cloudName(object, clusterID) &&
    (groups === undefined || groups.join() === state.securityGroups.join()) &&
    state.ips.every(({ address }) => address !== '0.0.0.0') &&
    (ips === undefined ||
      (ips.length === state.ips.length && ips.every((want) => state.ips.some((ip) => serves(ip, want)))))
  );
}

/** At most one address a zone, hence a subnet: no held one can serve two wants. */
function serves(ip: HeldIP, { subnet, reservedIP, address, name, autoDelete }: WantedIP): boolean {
  return reservedIP === undefined
    ? ip.subnet === subnet?.id &&
        (address === undefined || ip.address === address) &&
        (name === undefined || ip.name === name) &&
        (autoDelete === undefined || ip.autoDelete === autoDelete)
    : ip.id === reservedIP.id;
}
