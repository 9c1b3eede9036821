/** Carries one action out: one PUT. */
import { CloudError } from '../../cloud/errors.ts';
import type { CallContext } from '../../cloud/http.ts';
import type { Io } from '../../controller/kind.ts';
import type { Action } from './actions.ts';
import { changeBy } from './intent.ts';
import { privateSide, publicSide } from './observe/ask.ts';
import type { Observed } from './observed.ts';

/** What the policy is then, the next pass reads: an answer does not tell it. */
export async function apply(action: Action, observed: Observed, io: Io): Promise<Observed> {
  const { endpoints, guid, guard } = observed;
  if (endpoints === undefined) {
    throw new Error(`${action.kind} needs an endpoint`);
  }
  const asked = { ...observed, endpoints, turn: guard.proofs.length };
  const side = action.over === 'private' ? privateSide(asked) : publicSide(asked);
  await io.session.keyManagement.putPolicy(side, guid, action.setting, withinTime(action, io));
  const change = changeBy(action, observed);
  return {
    ...observed,
    private: undefined,
    public: undefined,
    sent: action.kind,
    guard: { ...guard, proofs: [], change: action.kind === 'Open' ? guard.change : change },
  };
}

/** Asked right before the request goes out, after the connection is open. */
function withinTime({ beforeMs }: Action, io: Io): CallContext {
  return {
    ...io,
    fence: () => {
      io.fence();
      if (beforeMs !== undefined && io.clock.now() >= beforeMs) {
        const fields = { reason: 'conflict', operation: 'put_instance_policy' } as const;
        throw new CloudError(
          'it took too long to get there, so the private path has to be proven anew',
          fields,
        );
      }
    },
  };
}
