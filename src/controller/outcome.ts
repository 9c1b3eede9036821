/**
 * The one place where meaning becomes behaviour: what a pass came to, in terms of conditions, event and the next
 * look. Pure.
 */
import type { CloudErrorReason } from '../cloud/errors.ts';
import type { ReportedCondition } from './conditions.ts';
import type { Pace, Plan, PlannedAction } from './kind.ts';
import { sayActions } from './plan-status.ts';
import type { Reason } from './reasons.ts';

/** What a pass came to. */
export type Verdict =
  | { readonly kind: 'settled'; readonly againInMs?: number }
  /** Actions were carried out and others are still to be; the message says which. */
  | { readonly kind: 'acted'; readonly message: string }
  | {
      readonly kind: 'waiting';
      readonly reason: string;
      readonly message: string;
      readonly pace: Pace;
      readonly stallsAfter?: number;
      /** Exactly then, whatever the pace. */
      readonly againInMs?: number;
      /** The cloud asked for this pause. */
      readonly atLeastMs?: number;
    }
  | {
      readonly kind: 'stalled';
      readonly reason: string;
      readonly message: string;
      /** When it is worth another try, where that is known; else it is tried again slowly. */
      readonly againInMs?: number;
      /** The cloud asked for this pause. */
      readonly atLeastMs?: number;
    }
  /** Observed only: the cloud differs from the spec, and the message says what would be done. */
  | { readonly kind: 'differs'; readonly message: string }
  | { readonly kind: 'paused'; readonly message: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** An error, reduced to what decides: classified at the edge that raised it. */
export interface Failure {
  readonly reason: CloudErrorReason;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** When a key is looked at again by itself. */
export interface Requeue {
  readonly pace: Pace;
  readonly atLeastMs?: number;
  /** Exactly then, whatever the pace. */
  readonly inMs?: number;
}

/** `denied` and missing references are given this many tries before they count as stalled (design §4.6). */
const triesBeforeStalled = 3;

interface FailureRule {
  readonly reason: Reason;
  /** After how many tries in a row it counts as stalled; absent = never. */
  readonly stallsAfter?: number;
  /** The failure says nothing about the cloud, so what Ready said goes on being true. */
  readonly keepsReady?: true;
}

const failureRules: Readonly<Record<Failure['reason'], FailureRule>> = {
  throttled: { reason: 'Throttled', keepsReady: true },
  unavailable: { reason: 'Unavailable' },
  conflict: { reason: 'Conflict' },
  denied: { reason: 'AccessDenied', stallsAfter: triesBeforeStalled },
  absent: { reason: 'NotFound', stallsAfter: triesBeforeStalled },
  invalid: { reason: 'Rejected', stallsAfter: 1 },
  unknown: { reason: 'InternalError' },
};

export function verdictOfPlan(plan: Plan<PlannedAction>): Verdict {
  switch (plan.kind) {
    case 'settled':
      return plan;
    case 'act':
      return { kind: 'acted', message: sayActions(plan.actions) };
    case 'wait':
      return { ...plan, kind: 'waiting' };
    case 'stalled':
      return { ...plan, kind: 'stalled' };
  }
}

/** The same of a plan that is only shown. */
export function verdictOfShownPlan(plan: Plan<PlannedAction>): Verdict {
  return plan.kind === 'act' ? { kind: 'differs', message: sayActions(plan.actions) } : verdictOfPlan(plan);
}

/** What passes of a key in a row have in common; a change of it starts the count of attempts afresh. */
export function causeOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'failed':
      return `failed/${verdict.failure.reason}`;
    case 'waiting':
    case 'stalled':
      return `${verdict.kind}/${verdict.reason}`;
    default:
      return verdict.kind;
  }
}

/** Whether the verdict means that no waiting helps, after `attempts` passes in a row that came to it. */
export function isStalled(verdict: Verdict, attempts: number): boolean {
  switch (verdict.kind) {
    case 'stalled':
      return true;
    case 'waiting':
      return verdict.stallsAfter !== undefined && attempts >= verdict.stallsAfter;
    case 'failed': {
      const { stallsAfter } = failureRules[verdict.failure.reason];
      return stallsAfter !== undefined && attempts >= stallsAfter;
    }
    default:
      return false;
  }
}

/** Whether the pass says something final about the object's generation (kstatus: `observedGeneration`). */
export function isConclusive(verdict: Verdict, attempts: number): boolean {
  return verdict.kind !== 'failed' || isStalled(verdict, attempts);
}

/** Whether Ready stays what it was, provided that the pass has observed nothing either. */
export function keepsReady(verdict: Verdict): boolean {
  return verdict.kind === 'failed' && failureRules[verdict.failure.reason].keepsReady === true;
}

/** `undefined`: only when something changes; drift checks see to that in the cloud. */
export function requeueOf(verdict: Verdict, attempts: number): Requeue | undefined {
  switch (verdict.kind) {
    case 'settled':
      return verdict.againInMs === undefined ? undefined : { pace: 'slow', ...againOf(verdict) };
    case 'paused':
      return undefined;
    case 'acted':
      return { pace: 'changing' };
    case 'waiting':
      return { pace: verdict.pace, ...pauseOf(verdict.atLeastMs), ...againOf(verdict) };
    case 'differs':
      return { pace: 'terminal' };
    case 'stalled':
      return { pace: 'terminal', ...pauseOf(verdict.atLeastMs), ...againOf(verdict) };
    case 'failed': {
      const pace = isStalled(verdict, attempts) ? 'terminal' : 'retry';
      return { pace, ...pauseOf(verdict.failure.retryAfterMs) };
    }
  }
}

function againOf({ againInMs }: { readonly againInMs?: number }): Pick<Requeue, 'inMs'> {
  return againInMs === undefined ? {} : { inMs: againInMs };
}

function pauseOf(atLeastMs: number | undefined): Pick<Requeue, 'atLeastMs'> {
  return atLeastMs === undefined ? {} : { atLeastMs };
}

/** Reason and message of the Ready condition. */
export function explain(verdict: Verdict, deleting: boolean): { reason: string; message: string } {
  switch (verdict.kind) {
    case 'settled':
      return { reason: 'Succeeded', message: 'The cloud matches the spec' };
    case 'acted':
      return { reason: deleting ? 'Deleting' : 'Progressing', message: verdict.message };
    case 'waiting':
    case 'stalled':
      return { reason: verdict.reason, message: verdict.message };
    case 'differs':
      return { reason: 'Differs', message: verdict.message };
    case 'paused':
      return { reason: 'Paused', message: verdict.message };
    case 'failed':
      return { reason: failureRules[verdict.failure.reason].reason, message: verdict.failure.message };
  }
}

export interface ConditionContext {
  readonly attempts: number;
  readonly deleting: boolean;
  readonly unknownState: boolean;
  /** The object is observed only: nobody reconciles it, and nobody is stalled. */
  readonly observed: boolean;
}

/**
 * Ready, and Reconciling or Stalled where they hold (kstatus). Paused and Observe set neither. Ready is True exactly
 * when the cloud matches the spec.
 */
export function commonConditions(verdict: Verdict, context: ConditionContext): readonly ReportedCondition[] {
  const { reason, message } = explain(verdict, context.deleting);
  const notReady = context.unknownState ? 'Unknown' : 'False';
  const ready = verdict.kind === 'settled' && !context.deleting ? 'True' : notReady;
  const conditions: ReportedCondition[] = [{ type: 'Ready', status: ready, reason, message }];
  if (context.observed || verdict.kind === 'paused') {
    return conditions;
  }
  if (isStalled(verdict, context.attempts)) {
    conditions.push({ type: 'Stalled', status: 'True', reason, message });
  } else if (verdict.kind !== 'settled') {
    conditions.push({ type: 'Reconciling', status: 'True', reason, message });
  }
  return conditions;
}
