/**
 * What a pass over an object would come to if nothing were carried out: the reading half of it, with the same functions,
 * for an object that need not exist.
 */
import { KubeError } from '../kube/errors.ts';
import { type AdmissionDeps, admit, verbRefusal } from './admission.ts';
import type { AnyKind, Io, PlannedAction, Resource } from './kind.ts';
import { actionsOf, failureOf, planOf } from './look.ts';
import { isObserved } from './management.ts';
import { type Verdict, verdictOfShownPlan } from './outcome.ts';

export interface PreviewDeps extends Omit<Io, 'session' | 'fence'> {
  readonly kind: AnyKind;
  readonly accounts: AdmissionDeps['accounts'];
}

export interface Preview {
  /** `differs` when there is something to do. */
  readonly verdict: Verdict;
  /** All of them, also when something is in their way. */
  readonly actions: readonly PlannedAction[];
}

/** Throws a KubeError when the Kubernetes API fails, and the signal's reason when it aborts. */
export async function preview(resource: Resource, deps: PreviewDeps): Promise<Preview> {
  const { kind, accounts, ...io } = deps;
  try {
    const admission = await admit(resource, { kind, accounts, dryRun: false }, io.signal);
    if ('verdict' in admission) {
      return { verdict: admission.verdict, actions: [] };
    }
    const { session } = admission;
    // Nothing is led here, so nothing can be lost; and nothing is written.
    const observed = await kind.observe(resource, { ...io, session, fence: () => {} });
    const plan = planOf(kind, resource, observed);
    const actions = actionsOf(plan);
    const refusal = isObserved(resource) ? undefined : verbRefusal(actions, resource, session);
    return { verdict: refusal ?? verdictOfShownPlan(plan), actions };
  } catch (error) {
    io.signal.throwIfAborted();
    if (error instanceof KubeError) {
      throw error;
    }
    return { verdict: { kind: 'failed', failure: failureOf(error, io.log) }, actions: [] };
  }
}
