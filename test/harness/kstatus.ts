/**
 * Whether statuses are honest: what generic tools (kstatus, in Argo CD, Flux and `kubectl wait`) conclude from an
 * object, compared with what the simulated cloud has really held.
 */
import { findCondition } from '../../src/controller/conditions.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { targetOf } from '../../src/kinds/endpoint-gateway/desired.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { HeldState } from '../cloud/state-log.ts';

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

/** What is wrong with an object that has just arrived, as a sentence; `undefined` when it says the truth. */
export function falsehoodOf(object: GatewayResource, cloud: Cloud): string | undefined {
  const { spec, status, metadata } = object;
  if (kstatusOf(object) !== 'Current') {
    return undefined;
  }
  const held = cloud.control.stateLog.of(status?.id ?? '');
  const isTrue = status?.target === targetOf(object) && held.some((state) => satisfies(state, spec));
  return isTrue
    ? undefined
    : `${metadata.namespace}/${metadata.name} was Current in generation ${metadata.generation} before the cloud held what it asks for`;
}

function satisfies(state: HeldState, { name, securityGroups, ips }: GatewayResource['spec']): boolean {
  const groups = securityGroups?.map(({ id }) => id).toSorted();
  const served = ips?.every((ip) =>
    state.ips.some(
      (one) =>
        one.address !== '0.0.0.0' &&
        (ip.reservedIP === undefined ? one.subnet === ip.subnet?.id : one.id === ip.reservedIP.id) &&
        (ip.address === undefined || one.address === ip.address),
    ),
  );
  return (
    state.lifecycleState === 'stable' &&
    (name === undefined || state.name === name) &&
    (groups === undefined || groups.join() === state.securityGroups.join()) &&
    (ips === undefined || (served === true && state.ips.length === ips.length))
  );
}
