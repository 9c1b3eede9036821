/**
 * What generic tools (kstatus, in Argo CD, Flux and `kubectl wait`) conclude from an object, and whether a gateway of
 * the simulated cloud is what the object asks for. Pure.
 */
import { findCondition } from '../../src/controller/conditions.ts';
import { cloudName, targetOf, type WantedIP } from '../../src/kinds/endpoint-gateway/desired.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import type { HeldIP, HeldState } from '../cloud/state-log.ts';

export type Kstatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating';

/** The generic rules of sigs.k8s.io/cli-utils, pkg/kstatus/status. */
export function kstatusOf({ metadata, status }: GatewayResource): Kstatus {
  const is = (type: string, value: string): boolean =>
    findCondition(status?.conditions, type)?.status === value;
  if (metadata.deletionTimestamp !== undefined) {
    return 'Terminating';
  }
  if (status?.observedGeneration !== metadata.generation || is('Reconciling', 'True')) {
    return 'InProgress';
  }
  if (is('Stalled', 'True')) {
    return 'Failed';
  }
  return is('Ready', 'True') ? 'Current' : 'InProgress';
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
