/** One cause: how to make it so, and what the status then says. */
import type { Condition } from '../../../../src/controller/conditions.ts';
import type { Changes, PolicyScene } from '../scene.ts';

export interface Diagnosis {
  readonly cause: string;
  readonly type: 'PrivatePath' | 'Ready' | 'Enforced';
  readonly expected: Pick<Condition, 'status' | 'reason'> & { readonly message: RegExp };
  /** Returns how the object differs from one that has the instance closed without further ado. */
  readonly make: (scene: PolicyScene) => Changes | Promise<Changes>;
}

/** As a row says it. */
type Said = Pick<Diagnosis, 'type' | 'expected'>;

export function notReady(reason: string, message: RegExp): Said {
  return { type: 'Ready', expected: { status: 'False', reason, message } };
}

/** The private endpoint was reached, so the way is not to blame. */
export function pathUnclear(reason: string, message: RegExp): Said {
  return { type: 'PrivatePath', expected: { status: 'Unknown', reason, message } };
}

export function pathFails(reason: string, message: RegExp): Said {
  return { type: 'PrivatePath', expected: { status: 'False', reason, message } };
}

export function enforced(status: Condition['status'], reason: string, message: RegExp): Said {
  return { type: 'Enforced', expected: { status, reason, message } };
}

/** Each call of the operation is answered so. */
export function answers(
  operation: string,
  fault: { readonly status?: number; readonly drop?: true },
): (scene: PolicyScene) => Changes {
  return ({ cloud }) => {
    cloud.control.faults.add({ operation, when: 'before', ...fault });
    return {};
  };
}
