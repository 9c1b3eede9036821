/** An instance that is closed by its policy: whether public calls are denied is looked at for a while. Pure. */
import { isClosed } from '../../../cloud/key-types.ts';
import type { Answer, Observed } from '../observed.ts';
import { enforcedWithinMs } from '../observe/needs-public.ts';
import type { PolicyPlan } from '../plan.ts';

const lookAgainMs = 15_000;

/** The policy is what the spec asks for, whatever the public endpoint says. */
export function enforcement({ private: inner, cloudNowMs }: Observed, outer: Answer | undefined): PolicyPlan {
  const isOpenYet = outer?.kind === 'answered' || outer?.kind === 'failed';
  const setAtMs =
    inner?.kind === 'answered' && isClosed(inner.policy) ? Date.parse(inner.policy?.lastUpdated ?? '') : NaN;
  return isOpenYet && cloudNowMs - setAtMs < enforcedWithinMs
    ? { kind: 'settled', againInMs: lookAgainMs }
    : { kind: 'settled' };
}
