/** The reading half of a pass, which Observe, the command line and every change have in common. */
import type { Logger } from 'pino';
import { CloudError } from '../cloud/errors.ts';
import { holds } from './conditions.ts';
import { isDeleting } from './finalizer.ts';
import type { AnyKind, Io, Plan, PlannedAction, Resource } from './kind.ts';
import { type Failure, type Verdict, verdictOfShownPlan } from './outcome.ts';

export interface LookDeps {
  readonly kind: AnyKind;
  /** How old a shared listing may be, in milliseconds, as long as nothing is to be done by it; absent: `freshMs`. */
  readonly restMs?: number;
}

/** Throws CloudError. */
export async function look(
  resource: Resource,
  { kind, restMs }: LookDeps,
  io: Io,
): Promise<{ readonly observed: unknown; readonly plan: Plan<PlannedAction> }> {
  if (restMs !== undefined) {
    const observed = await kind.observe(resource, { ...io, freshMs: restMs });
    const plan = planOf(kind, resource, observed);
    if (plan.kind === 'settled') {
      return { observed, plan };
    }
  }
  const observed = await kind.observe(resource, io);
  return { observed, plan: planOf(kind, resource, observed) };
}

/** For what it asks for now: then listings of a while ago will do (`restMs`). */
export function isReady(resource: Resource): boolean {
  const { metadata, status } = resource;
  const isCurrent = status?.observedGeneration === metadata.generation && !isDeleting(resource);
  return isCurrent && holds(status?.conditions, 'Ready');
}

export function planOf(kind: AnyKind, resource: Resource, observed: unknown): Plan<PlannedAction> {
  return isDeleting(resource) ? kind.planDeletion(resource, observed) : kind.plan(resource, observed);
}

/** Of an object that is only observed. One that goes has stored before what its unanswered call has left behind. */
export function verdictOfLook(kind: AnyKind, resource: Resource, observed: unknown): Verdict {
  const { fields: status } = kind.report(resource, observed);
  if (!isDeleting(resource) || kind.awaitsAnswer?.({ ...resource, status }) === true) {
    return verdictOfShownPlan(planOf(kind, resource, observed));
  }
  const message = 'It is known what is in the cloud; all of it stays';
  return { kind: 'waiting', reason: 'Deleting', message, pace: 'changing' };
}

/** What a failure is to the object; what nobody foresaw is told in the log only. */
export function failureOf(error: unknown, log: Logger): Failure {
  if (error instanceof CloudError) {
    const { reason, message, retryAfterMs } = error;
    return { reason, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  log.error({ err: error }, 'a pass failed unexpectedly');
  return { reason: 'unknown', message: 'the operator failed unexpectedly; its log has the details' };
}

/** What there is to do by it, whether or not something is in the way. */
export function actionsOf(plan: Plan<PlannedAction>): readonly PlannedAction[] {
  switch (plan.kind) {
    case 'act':
      return plan.actions;
    case 'wait':
    case 'stalled':
      return plan.left ?? [];
    default:
      return [];
  }
}
