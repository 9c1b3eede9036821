/** What to do about a gateway whose object is being deleted. Pure. */
import { deleteGateway, detachTags } from '../actions.ts';
import { lifecycleOf } from '../lifecycle.ts';
import type { GatewayResource, Observed } from '../observed.ts';
import { adoptedTag, ownershipTag } from '../ownership.ts';
import type { GatewayPlan } from '../plan.ts';
import { notAllowed } from './spec-problem.ts';
import { absenceUnproven, createUnconfirmed } from './creation.ts';

export function planDeletion(resource: GatewayResource, observed: Observed): GatewayPlan {
  const { gateway } = observed;
  const closed = notAllowed(resource, observed);
  if (closed !== undefined) {
    return closed;
  }
  if (gateway === undefined) {
    return planAfterDeletion(resource, observed);
  }
  if (observed.ownership === 'other') {
    return { kind: 'settled' };
  }
  if (observed.ownership === 'inherited') {
    return release(resource, observed);
  }
  if (retains(resource, observed)) {
    return release(resource, observed);
  }
  const lifecycle = lifecycleOf(gateway);
  if (lifecycle.state === 'Suspended') {
    return lifecycle.plan;
  }
  if (lifecycle.state === 'Deleting') {
    const message = `The cloud is deleting gateway ${gateway.name}`;
    return { kind: 'wait', reason: 'Deleting', message, pace: 'changing' };
  }
  return { kind: 'act', actions: [deleteGateway(gateway.name)] };
}

/** What we did not make is not ours to delete, unless the spec says so. */
function retains({ spec }: GatewayResource, { adopted }: Observed): boolean {
  return (spec.deletionPolicy ?? (adopted ? 'Retain' : 'Delete')) === 'Retain';
}

/** The gateway stays, without our tags, so that a new object can adopt it. */
function release(resource: GatewayResource, { clusterID, tags }: Observed): GatewayPlan {
  const ours = [ownershipTag(resource, clusterID), adoptedTag].filter((tag) => tags.user?.includes(tag));
  return ours.length > 0 ? { kind: 'act', actions: [detachTags('user', ours)] } : { kind: 'settled' };
}

/** The finalizer may go only when nothing of ours can exist any more (design §4.3, §4.5). */
function planAfterDeletion(resource: GatewayResource, observed: Observed): GatewayPlan {
  if (observed.absenceUnproven) {
    return resource.spec.deletionPolicy === 'Retain' ? { kind: 'settled' } : absenceUnproven(resource);
  }
  return observed.intent !== undefined && !observed.createDidNotHappen
    ? createUnconfirmed(observed.intent.name)
    : { kind: 'settled' };
}
