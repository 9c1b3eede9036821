/** The status as a whole, composed in one place. A field that is left out of it goes away when it is written. */
import { type Condition, findCondition, isCommon, sortConditions, stampConditions } from './conditions.ts';
import { isDeleting } from './finalizer.ts';
import {
  type CommonStatus,
  type PlannedAction,
  type PlanStatus,
  reconcileAtAnnotation,
  type Report,
  type Resource,
  type State,
} from './kind.ts';
import { isObserved } from './management.ts';
import { commonConditions, isConclusive, keepsReady, type Verdict } from './outcome.ts';
import { planStatus } from './plan-status.ts';

export interface Concluded {
  readonly verdict: Verdict;
  /** Passes in a row that came to the same, this one included. */
  readonly attempts: number;
  /** Absent when the pass failed before it had observed: then the kind's part of the status stays. */
  readonly report?: Report<CommonStatus>;
  /** What is still to be done, if the pass planned something; absent when it only had to wait. */
  readonly left?: readonly PlannedAction[];
  /** Fields to store before an action. A status that carries them concludes nothing yet (design §4.5, §4.6). */
  readonly intent?: Partial<CommonStatus>;
  /** Where the pass looked. */
  readonly accountID?: string;
  readonly region?: string;
  readonly nowMs: number;
}

/** The next status; pure. `previous` is the status to carry over from where nothing new is known. */
export function composeStatus(
  resource: Resource,
  previous: CommonStatus,
  concluded: Concluded,
): CommonStatus {
  const { verdict, report, intent } = concluded;
  const { plan: _, ...kept } = previous;
  const plan = planLeft(resource, previous, concluded);
  const state = stateOf(resource, previous, concluded);
  const handled = resource.metadata.annotations?.[reconcileAtAnnotation];
  const conclusive = intent === undefined && isConclusive(verdict, concluded.attempts);
  return {
    ...(report === undefined ? kept : pinned(previous, concluded)),
    ...report?.fields,
    ...intent,
    ...(plan !== undefined && { plan }),
    state,
    observedGeneration: conclusive ? generationOf(resource) : (previous.observedGeneration ?? -1),
    conditions: composeConditions(resource, previous, { ...concluded, state }),
    ...(conclusive && handled !== undefined && { lastHandledReconcileAt: handled }),
  };
}

function generationOf({ metadata }: Resource): number {
  return metadata.generation ?? 0;
}

/** Where nothing was observed, the state is what it was; but for a pause, which says nothing about the cloud. */
function stateOf(resource: Resource, previous: CommonStatus, { verdict, report }: Concluded): State {
  if (verdict.kind === 'paused') {
    return 'Paused';
  }
  if (report !== undefined) {
    return report.state;
  }
  if (isDeleting(resource)) {
    return 'Deleting';
  }
  return previous.state === 'Paused' ? 'Unknown' : (previous.state ?? 'Pending');
}

/** Waiting for the cloud to end one action, the rest of a plan goes on being what is about to be done. */
function planLeft(
  { metadata: { generation } }: Resource,
  previous: CommonStatus,
  { verdict, report, left }: Concluded,
): PlanStatus | undefined {
  if (left !== undefined) {
    return planStatus(left);
  }
  const sameGeneration = previous.observedGeneration === generation;
  const ready = findCondition(previous.conditions, 'Ready');
  const waitsOn = verdict.kind === 'waiting' && sameGeneration && ready?.reason === verdict.reason;
  const knowsNothing = verdict.kind === 'failed' && report === undefined;
  return waitsOn || knowsNothing ? previous.plan : undefined;
}

function composeConditions(
  resource: Resource,
  previous: CommonStatus,
  { verdict, attempts, report, state, nowMs }: Concluded & { readonly state: State },
): readonly Condition[] {
  const before = previous.conditions ?? [];
  const at = { generation: generationOf(resource), nowMs };
  const context = {
    attempts,
    deleting: isDeleting(resource),
    unknownState: state === 'Unknown',
    observed: isObserved(resource),
  };
  const common = stampConditions(before, commonConditions(verdict, context), at);
  if (report !== undefined) {
    return sortConditions([...common, ...stampConditions(before, report.conditions, at)]);
  }
  const ready = findCondition(before, 'Ready');
  const readyStays = keepsReady(verdict) && ready?.observedGeneration === at.generation;
  return sortConditions([
    ...common.map((condition) => (condition.type === 'Ready' && readyStays ? ready : condition)),
    ...before.filter((condition) => !isCommon(condition)),
  ]);
}

/** What the status keeps whatever a report says: the account and region of the first write (design §4.4). */
function pinned(previous: CommonStatus, concluded: Concluded): CommonStatus {
  const accountID = previous.accountID ?? concluded.accountID;
  const region = previous.region ?? concluded.region;
  const { lastHandledReconcileAt } = previous;
  return {
    ...(accountID !== undefined && { accountID }),
    ...(region !== undefined && { region }),
    ...(lastHandledReconcileAt !== undefined && { lastHandledReconcileAt }),
  };
}
