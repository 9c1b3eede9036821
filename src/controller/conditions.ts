/** Conditions as the Kubernetes API conventions define them (sig-architecture, "Typical status properties"). Pure. */

/** What a pass says; the stamp is added when it is stored. */
export interface ReportedCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export interface Condition extends ReportedCondition {
  readonly observedGeneration?: number;
  /** RFC 3339, seconds. Changes only when `status` does. */
  readonly lastTransitionTime: string;
}

/** The conditions that the engine makes for every kind, those that kstatus reads. */
const commonTypes: readonly string[] = ['Ready', 'Reconciling', 'Stalled'];

export function isCommon({ type }: ReportedCondition): boolean {
  return commonTypes.includes(type);
}

/** The conditions as of this generation; one whose status is what it was keeps its transition time. */
export function stampConditions(
  previous: readonly Condition[],
  reported: readonly ReportedCondition[],
  at: { readonly generation: number; readonly nowMs: number },
): readonly Condition[] {
  const now = new Date(at.nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return reported.map(({ type, status, reason, message }) => {
    const before = findCondition(previous, type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
    return { type, status, reason, message, observedGeneration: at.generation, lastTransitionTime };
  });
}

/** Ready, Reconciling and Stalled first, the others by name: the same set always looks the same. */
export function sortConditions(conditions: readonly Condition[]): readonly Condition[] {
  return conditions.toSorted((a, b) => rank(a.type) - rank(b.type) || a.type.localeCompare(b.type));
}

export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function holds(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

function rank(type: string): number {
  const index = commonTypes.indexOf(type);
  return index === -1 ? commonTypes.length : index;
}
