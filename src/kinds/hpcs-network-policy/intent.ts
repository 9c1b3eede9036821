/** What the status has to say before a write whose answer may get lost. Pure. */
import type { Action } from './actions.ts';
import type { Change } from './guard/change.ts';
import { toTime } from './guard/wishes.ts';
import type { Observed } from './observed.ts';
import type { HpcsNetworkPolicyStatus } from './types.gen.ts';

/** Opening needs none: it may be repeated for as long as it takes, and nothing has to be remembered of it. */
export function intent(action: Action, observed: Observed): Partial<HpcsNetworkPolicyStatus> | undefined {
  switch (action.kind) {
    case 'Open':
      return undefined;
    case 'PutBack':
      return observed.guard.change && { change: observed.guard.change };
    case 'Close': {
      const { identity: by, asked, endpoints } = observed;
      // Whatever becomes of the write, another one has to be proven anew.
      const proofs = { by, over: endpoints?.private ?? '', generation: asked.generation, times: [] };
      return { change: closingOf(observed), proofs };
    }
  }
}

export function closingOf({ private: inner, cloudNowMs, asked }: Observed): Change {
  const { enabled = false, allowedNetwork } = (inner?.kind === 'answered' ? inner.policy : undefined) ?? {};
  const was = { enabled, ...(allowedNetwork !== undefined && { allowedNetwork }) };
  return { phase: 'Sent', time: toTime(cloudNowMs), ...asked, was };
}
