/** What keeps the operator from an instance, whatever the guard says. Pure. */
import type { ServiceInstance } from '../../../cloud/resource-controller.ts';
import { wayOut } from '../../../controller/management.ts';
import { isLeaving } from '../instance.ts';
import { isRead, type Observed, type PolicyResource, type Unread } from '../observed.ts';
import type { PolicyPlan } from '../plan.ts';

/** How an object goes whose policy cannot be opened. */
export function letGo(resource: PolicyResource): string {
  return wayOut(resource, 'deletionPolicy Retain');
}

/** The configuration or an older object decides about the instance. */
export function notOurs(
  resource: PolicyResource,
  { isAllowed, rival, guid }: Observed,
): PolicyPlan | undefined {
  const { spec, metadata } = resource;
  if (!isAllowed) {
    const message = `account ${spec.account} does not allow instance ${guid}; its owner can add it to allowedInstances in the operator's configuration${letGo(resource)}`;
    return { kind: 'stalled', reason: 'NotAllowed', message };
  }
  if (rival === undefined) {
    return undefined;
  }
  const who =
    rival.namespace === metadata.namespace ? `HpcsNetworkPolicy ${rival.name}` : 'One of another namespace';
  const message = `${who} is older and manages instance ${guid}; of several objects for one instance only the oldest counts`;
  return { kind: 'stalled', reason: 'Conflict', message };
}

/** The instance is not there, or not in a state in which its policy is read or written. */
export function instanceProblem(
  resource: PolicyResource,
  { instance, guid, isDedicated, private: inner }: Observed,
): PolicyPlan | undefined {
  if (isDedicated) {
    const message = `Instance ${guid} is of Key Protect Dedicated, which has no network policy; context-based restrictions do there what this object would`;
    return { kind: 'stalled', reason: 'PolicyNotSupported', message };
  }
  if (!isRead(instance)) {
    // Whoever answers for the instance is there all the same; closing needs more (plan/closing.ts).
    return inner?.kind === 'answered' ? undefined : missing(resource, { instance, guid });
  }
  return isGoing(instance) ? going(instance) : inactive(resource, instance);
}

function isGoing(instance: Observed['instance']): instance is ServiceInstance {
  return isRead(instance) && isLeaving(instance.state);
}

function going({ name, guid, state }: ServiceInstance): PolicyPlan {
  const message = `Instance ${name} (${guid}) is in state ${state}, so its policy is not enforced; nothing is written. Restored, it is looked at again`;
  return { kind: 'stalled', reason: 'InstanceDeleted', message };
}

/** One whose deletion was asked for is asked nothing: what was sent to it matters once it is restored. */
export function whileGoing({ instance }: Observed): PolicyPlan | undefined {
  return isGoing(instance) ? going(instance) : undefined;
}

/** It is there, and may not be written to (fact sheet §3.3). */
export function inactive(resource: PolicyResource, instance: Observed['instance']): PolicyPlan | undefined {
  if (!isRead(instance) || instance.state === 'active') {
    return undefined;
  }
  const { name, guid, state } = instance;
  const message = `Instance ${name} (${guid}) is in state ${state}; nothing is written until it is active${letGo(resource)}`;
  return { kind: 'wait', reason: 'InstanceNotActive', message, pace: 'slow' };
}

export function missing(
  resource: PolicyResource,
  { instance, guid }: Pick<Observed, 'guid'> & { readonly instance: Unread | undefined },
): PolicyPlan {
  if (instance !== undefined) {
    const message = `The instance cannot be read: ${instance.unread}`;
    return { kind: 'wait', reason: 'InstanceUnread', message, pace: 'retry' };
  }
  const { account } = resource.spec;
  const message = `Resource Controller shows account ${account} no instance ${guid} of this region: it does not exist, or the credentials lack the Viewer role on it${letGo(resource)}`;
  return { kind: 'wait', reason: 'InstanceNotFound', message, pace: 'slow', stallsAfter: 3 };
}

/**
 * Nothing is left to be opened: there is no such policy, the instance is being removed, which ends the enforcement of
 * its policy (fact sheet §3.7), or it is not there any more after it was seen on its way out. That Resource Controller
 * does not show it proves nothing else, and less where the instance itself answers.
 */
export function nothingToOpen(
  resource: PolicyResource,
  { instance, isDedicated, private: inner }: Observed,
): PolicyPlan | undefined {
  const isGone = instance === undefined && inner?.kind !== 'answered';
  const wasLeaving = isGone && isLeaving(resource.status?.instance?.state ?? '');
  return isDedicated || isGoing(instance) || wasLeaving ? { kind: 'settled' } : undefined;
}
