/** What the cloud answered that it did not carry out, and what that means where the kind knows. Pure. */
import { CloudError } from '../cloud/errors.ts';
import type { AnyKind, PlannedAction, Resource } from './kind.ts';
import type { Verdict } from './outcome.ts';

/** The cloud answered that it did nothing. */
export function isRefusal(error: unknown): error is CloudError {
  return error instanceof CloudError && !error.maybeCommitted;
}

/** The same, or that it did only a part, since the rest is invalid: such as some tags of several. */
function isAnswer(error: unknown): error is CloudError {
  return isRefusal(error) || (error instanceof CloudError && error.reason === 'invalid');
}

export interface RefusedAction {
  readonly action: PlannedAction;
  /** With the status from before the action's intent. */
  readonly resource: Resource;
  /** `undefined` when nobody knows any more what the cloud holds: then the error means nothing more, either. */
  readonly observed: unknown;
}

/** `undefined` where the kind knows no more than the error says. A pause that the cloud asked for is kept. */
export function verdictOfRefusal(
  kind: AnyKind,
  { action, resource, observed }: RefusedAction,
  error: unknown,
): Verdict | undefined {
  if (!isAnswer(error) || observed === undefined) {
    return undefined;
  }
  const meaning = kind.refused?.(action, resource, observed, error);
  if (meaning === undefined) {
    return undefined;
  }
  const pause = error.retryAfterMs === undefined ? {} : { atLeastMs: error.retryAfterMs };
  return meaning.kind === 'wait'
    ? { ...meaning, kind: 'waiting', ...pause }
    : { ...meaning, kind: 'stalled', ...pause };
}
