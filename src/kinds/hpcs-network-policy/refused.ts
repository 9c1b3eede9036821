/** What it means to the user that a change of the policy was refused. Pure. */
import type { CloudError } from '../../cloud/errors.ts';
import type { Plan } from '../../controller/kind.ts';
import type { Action } from './actions.ts';
import { lackOfMasterKey } from './diagnosis.ts';
import type { Observed, PolicyResource } from './observed.ts';
import type { Reason } from './reasons.ts';

/** Whoever asserts that there is a master key is told that there is none; only that person can load it. */
export function refused(
  _action: Action,
  _resource: PolicyResource,
  observed: Observed,
  error: CloudError,
): Extract<Plan<never, Reason>, { readonly kind: 'stalled' }> | undefined {
  const found = lackOfMasterKey(error, observed);
  return found && { kind: 'stalled', ...found };
}
