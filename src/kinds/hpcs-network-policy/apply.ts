/** Carries one action out: one PUT. */
import { isDeepStrictEqual } from 'node:util';
import { CloudError } from '../../cloud/errors.ts';
import type { CallContext } from '../../cloud/http.ts';
import { NoWayError } from '../../cloud/private-way.ts';
import type { Io } from '../../controller/kind.ts';
import type { Action } from './actions.ts';
import { privateSide, publicSide } from './ask.ts';
import type { Guard } from './guard.ts';
import { toTime } from './guard/wishes.ts';
import { closingOf } from './intent.ts';
import type { Observed } from './observed.ts';

/** What the policy is then, the next pass reads: an answer does not tell it. */
export async function apply(action: Action, observed: Observed, io: Io): Promise<Observed> {
  const { endpoints, guid, guard } = observed;
  if (endpoints === undefined) {
    throw new Error(`${action.kind} needs an endpoint`);
  }
  const asked = { ...observed, endpoints, turn: guard.proofs.length };
  const side = action.over === 'private' ? privateSide(asked) : publicSide(asked);
  try {
    await io.session.keyManagement.putPolicy(side, guid, action.setting, withinTime(action, io));
  } catch (error) {
    if (action.kind === 'Close' && error instanceof NoWayError) {
      // Nothing was sent, and what was proven before holds no longer.
      const { obstacle } = error;
      return { ...observed, private: { kind: 'noWay', obstacle }, guard: { ...guard, proofs: [] } };
    }
    throw error;
  }
  const sent = { private: undefined, public: undefined, sent: action.kind } as const;
  return { ...observed, ...sent, guard: { ...guard, proofs: [], ...memoryOf(action, observed) } };
}

/** What was there before is back when the write is answered: a read may lag behind. */
function memoryOf({ kind }: Action, observed: Observed): Partial<Guard> {
  const { guard, asked, cloudNowMs } = observed;
  switch (kind) {
    case 'Close':
      return { change: closingOf(observed) };
    case 'Open':
      return {};
    case 'PutBack': {
      const { generation, reconcileAt } = guard.change ?? asked;
      const closed = { generation, ...(reconcileAt !== undefined && { reconcileAt }) };
      // A wish that was uttered since is another one.
      const isOfNow = isDeepStrictEqual(closed, asked);
      return {
        change: undefined,
        takenBack: isOfNow ? { ...closed, time: toTime(cloudNowMs) } : undefined,
      };
    }
  }
}

/**
 * Asked right before the request goes out, after the connection is open; by the local clock, which the proofs were made
 * by.
 */
function withinTime({ beforeMs }: Action, io: Io): CallContext {
  return {
    ...io,
    fence: () => {
      io.fence();
      if (beforeMs !== undefined && io.clock.now() >= beforeMs) {
        const fields = { reason: 'conflict', operation: 'put_instance_policy' } as const;
        const message = 'it took too long to get there, so the private path has to be proven anew';
        throw new CloudError(message, fields);
      }
    },
  };
}
