/** Conditions as the Kubernetes API conventions define them (sig-architecture, "Typical status properties"). */
import type { ReportedCondition } from './kind.ts';

export interface Condition extends ReportedCondition {
  readonly observedGeneration?: number;
  /** RFC 3339, seconds. Changes only when `status` does. */
  readonly lastTransitionTime: string;
}

/** Conditions whose normal state is absence (kstatus: abnormal-true). */
const leading: readonly string[] = ['Ready', 'Reconciling', 'Stalled'];

/**
 * The complete next list: exactly the reported conditions, each with the generation, transition times carried over
 * where the status did not change. Ready, Reconciling and Stalled come first, the others by name.
 */
export function mergeConditions(
  previous: readonly Condition[],
  reported: readonly ReportedCondition[],
  at: { readonly generation: number; readonly nowMs: number },
): readonly Condition[] {
  const before = new Map(previous.map((condition) => [condition.type, condition]));
  const now = new Date(at.nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return reported
    .map((condition): Condition => {
      const old = before.get(condition.type);
      const same = old !== undefined && old.status === condition.status;
      return {
        type: condition.type,
        status: condition.status,
        reason: condition.reason,
        message: condition.message,
        observedGeneration: at.generation,
        lastTransitionTime: same ? old.lastTransitionTime : now,
      };
    })
    .toSorted((a, b) => rank(a.type) - rank(b.type) || a.type.localeCompare(b.type));
}

export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

function rank(type: string): number {
  const index = leading.indexOf(type);
  return index === -1 ? leading.length : index;
}
