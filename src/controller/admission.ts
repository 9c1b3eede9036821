/**
 * What keeps the operator's hands off an object: first before anything is looked at, then, once a plan is known,
 * before any of it is carried out.
 */
import type { Accounts, Session } from '../cloud/accounts.ts';
import { isDeleting } from './finalizer.ts';
import type { PlannedAction, Resource } from './kind.ts';
import { isObserved } from './management.ts';
import type { Verdict } from './outcome.ts';

export type Admission = { readonly session: Session } | { readonly verdict: Verdict };

/** Reasons to leave the cloud alone, found without or with one look at the account; else the session to go on with. */
export async function admit(
  resource: Resource,
  accounts: Pick<Accounts, 'refusal' | 'session'>,
  signal: AbortSignal,
): Promise<Admission> {
  const { spec, metadata } = resource;
  if (spec.suspend) {
    const message = 'spec.suspend is true: nothing is changed until it is false';
    return { verdict: { kind: 'paused', message } };
  }
  if (isDeleting(resource) && isObserved(resource)) {
    // Of an observed object nothing in the cloud is ours to delete, whatever an earlier Manage may have made.
    return { verdict: { kind: 'settled' } };
  }
  const refusal = accounts.refusal(spec.account, metadata.namespace);
  if (refusal !== undefined) {
    return { verdict: { kind: 'stalled', reason: 'NotAllowed', message: refusal } };
  }
  const session = await accounts.session(spec.account, spec.region, signal);
  const change = accountChange(resource, session.accountID);
  return change === undefined
    ? { session }
    : { verdict: { kind: 'stalled', reason: 'AccountChanged', message: change } };
}

/** Why the plan may not be carried out with this account; `undefined` when it may. */
export function verbRefusal(
  actions: readonly PlannedAction[],
  { spec }: Resource,
  { allows }: Pick<Session, 'allows'>,
): Verdict | undefined {
  const refused = actions.find(({ verb }) => verb !== undefined && !allows.verb(verb));
  if (refused === undefined) {
    return undefined;
  }
  const { sentence, verb } = refused;
  const message = `account ${spec.account} does not allow ${verb}, which this takes: ${sentence}; its owner can add ${verb} to allowedVerbs in the operator's configuration`;
  return { kind: 'stalled', reason: 'NotAllowed', message };
}

function accountChange({ spec, status }: Resource, accountID: string): string | undefined {
  if (status?.accountID !== undefined && status.accountID !== accountID) {
    return `account ${spec.account} now is ${accountID}, but the resource lives in ${status.accountID}`;
  }
  return status?.region !== undefined && status.region !== spec.region
    ? `the spec names ${spec.region}, but the resource lives in ${status.region}`
    : undefined;
}
