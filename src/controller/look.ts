/** The reading half of a pass, which Observe, the command line and every change have in common. */
import type { Logger } from 'pino';
import { CloudError } from '../cloud/errors.ts';
import { isDeleting } from './finalizer.ts';
import type { AnyKind, Plan, PlannedAction, Resource } from './kind.ts';
import type { Failure } from './outcome.ts';

export function planOf(kind: AnyKind, resource: Resource, observed: unknown): Plan<PlannedAction> {
  return isDeleting(resource) ? kind.planDeletion(resource, observed) : kind.plan(resource, observed);
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
