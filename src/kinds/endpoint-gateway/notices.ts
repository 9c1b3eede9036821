/**
 * The request to a Private Path provider and its permit, as events; a denial is one by its condition. Proofs that fail,
 * and that hold again. And what an object leaves behind that goes while it is only observed. Pure.
 */
import { findCondition } from '../../controller/conditions.ts';
import { hasFinalizer, isDeleting } from '../../controller/finalizer.ts';
import type { Notice } from '../../controller/kind.ts';
import { isObserved } from '../../controller/management.ts';
import { finalizer, type GatewayResource } from './observed.ts';
import { isOwnershipTag, takeOverAnnotation } from './ownership.ts';
import { dnsVerified, reachable } from './proofs/proofs.ts';
import type { Reason } from './reasons.ts';

export function notices(before: GatewayResource, after: GatewayResource): readonly Notice[] {
  return [...accessNotices(before, after), ...proofNotices(before, after), ...releaseNotices(after)];
}

function accessNotices(before: GatewayResource, after: GatewayResource): readonly Notice[] {
  const [waited, waits] = [isPending(before), isPending(after)];
  if (waited === waits || after.status?.lifecycleState === 'failed') {
    return [];
  }
  const target = after.status?.target ?? before.status?.target;
  if (waits) {
    return [notice('AccessRequested', `Access to ${target} was requested; its provider has to permit it`)];
  }
  const isThere = after.status?.id !== undefined && after.status.id === before.status?.id;
  return isThere ? [notice('AccessPermitted', `The provider permitted the access to ${target}`)] : [];
}

function proofNotices(before: GatewayResource, after: GatewayResource): readonly Notice[] {
  return [dnsVerified, reachable].flatMap((type) => {
    const was = findCondition(before.status?.conditions, type);
    const now = findCondition(after.status?.conditions, type);
    if (now?.status === 'False' && (was?.status !== 'False' || was.reason !== now.reason)) {
      return [{ type: 'Warning', reason: now.reason, note: now.message } as const];
    }
    return now?.status === 'True' && was?.status === 'False'
      ? [{ reason: now.reason, note: now.message }]
      : [];
  });
}

function releaseNotices(after: GatewayResource): readonly Notice[] {
  const { id, name, tags = [] } = after.status ?? {};
  const isLetGo = isDeleting(after) && isObserved(after) && !hasFinalizer(after, finalizer);
  if (!isLetGo || id === undefined) {
    return [];
  }
  const { uid } = after.metadata;
  const own = tags.find((tag) => isOwnershipTag(tag) && tag.toLowerCase().endsWith(`:${uid.toLowerCase()}`));
  const advice = `; with the annotation ${takeOverAnnotation}, which names the cluster in the tag, another object can have it`;
  const kept = own === undefined ? '' : ` and keeps the tag ${own}${advice}`;
  return [notice('Retained', `Gateway ${name} (${id}) stays in the cloud${kept}`)];
}

function notice(reason: Reason, note: string): Notice {
  return { reason, note };
}

/** Fact sheet §2.2. */
function isPending({ status }: GatewayResource): boolean {
  return status?.lifecycleReasons?.some(({ code }) => code === 'access_pending') ?? false;
}
