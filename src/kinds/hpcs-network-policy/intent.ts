/** What the status has to say before a write whose answer may get lost. Pure. */
import type { Action } from './actions.ts';
import { type Change, toTime } from './guard.ts';
import type { Observed } from './observed.ts';
import type { HpcsNetworkPolicyStatus } from './types.gen.ts';

/** Opening needs none: it may be repeated for as long as it takes, and nothing has to be remembered of it. */
export function intent(action: Action, observed: Observed): Partial<HpcsNetworkPolicyStatus> | undefined {
  const change = action.kind === 'Open' ? undefined : changeBy(action, observed);
  // Whatever becomes of the write, another one has to be proven anew.
  return change && { change, proofs: { by: observed.identity, times: [] } };
}

/** The change as it stands once the action was sent. */
export function changeBy(
  { kind }: Action,
  { guard, private: inner, cloudNowMs }: Observed,
): Change | undefined {
  const { change } = guard;
  const time = toTime(cloudNowMs);
  if (kind === 'PutBack') {
    return change && { ...change, putBackAt: change.putBackAt ?? time };
  }
  const { enabled = false, allowedNetwork } = (inner?.kind === 'answered' ? inner.policy : undefined) ?? {};
  const was = { enabled, ...(allowedNetwork !== undefined && { allowedNetwork }) };
  return { time, writes: (change?.writes ?? 0) + 1, was: change?.was ?? was };
}
