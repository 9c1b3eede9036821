/**
 * What keeps the operator's hands off an object: first before anything is looked at, then, once a plan is known,
 * before any of it is carried out.
 */
import type { Accounts, Session } from '../cloud/accounts.ts';
import type { BudgetRefusal } from './change-budget.ts';
import { isDeleting } from './finalizer.ts';
import type { AnyKind, PlannedAction, Resource } from './kind.ts';
import { isObserved, wayOut } from './management.ts';
import type { Verdict } from './outcome.ts';
import type { Reason } from './reasons.ts';

export type Admission = { readonly session: Session } | { readonly verdict: Verdict };

export interface AdmissionDeps {
  readonly kind: Pick<AnyKind, 'awaitsAnswer' | 'regionOf'>;
  readonly accounts: Pick<Accounts, 'refusal' | 'session'>;
  readonly dryRun: boolean;
}

/**
 * Reasons to leave the cloud alone, found without or with one look at the account; else the session to go on with.
 * `resource` as it was written, whatever a dry run makes of it.
 */
export async function admit(
  resource: Resource,
  { kind, accounts, dryRun }: AdmissionDeps,
  signal: AbortSignal,
): Promise<Admission> {
  const { spec, metadata } = resource;
  if (spec.suspend) {
    const message = 'spec.suspend is true: nothing is changed until it is false';
    return { verdict: { kind: 'paused', message } };
  }
  if (isDeleting(resource) && isObserved(resource) && kind.awaitsAnswer?.(resource) !== true) {
    // Of an observed object nothing in the cloud is ours to delete, whatever an earlier Manage may have made.
    return { verdict: { kind: 'settled' } };
  }
  if (isDeleting(resource) && !isObserved(resource) && dryRun) {
    const message = "dryRun is true in the operator's configuration: the deletion waits until it is false";
    return { verdict: { kind: 'paused', message } };
  }
  const refusal = accounts.refusal(spec.account, metadata.namespace);
  if (refusal !== undefined) {
    return refuse('NotAllowed', `${refusal}${wayOut(resource)}`);
  }
  const session = await accounts.session(spec.account, kind.regionOf(spec), signal);
  const change = accountChange(resource, session);
  return change === undefined ? { session } : refuse('AccountChanged', `${change}${wayOut(resource)}`);
}

function refuse(reason: Reason, message: string): { readonly verdict: Verdict } {
  return { verdict: { kind: 'stalled', reason, message } };
}

/** Why the plan may not be carried out with this account; `undefined` when it may. */
export function verbRefusal(
  actions: readonly PlannedAction[],
  resource: Resource,
  { allows }: Pick<Session, 'allows'>,
): Verdict | undefined {
  const refused = actions.find(({ verb }) => verb !== undefined && !allows.verb(verb));
  if (refused === undefined) {
    return undefined;
  }
  const { sentence, verb } = refused;
  const message = `account ${resource.spec.account} does not allow ${verb}, which this takes: ${sentence}; its owner can add ${verb} to allowedVerbs in the operator's configuration`;
  return refuse('NotAllowed', `${message}${wayOut(resource, 'deletionPolicy Retain')}`).verdict;
}

/** Carries the action out; what keeps it from that, when the hour does not allow another deletion. */
export async function withinBudget(
  { verb, sentence }: PlannedAction,
  budget: { spend(carryOut: () => Promise<void>): Promise<BudgetRefusal | undefined> },
  carryOut: () => Promise<void>,
): Promise<Verdict | undefined> {
  if (verb !== 'delete') {
    await carryOut();
    return undefined;
  }
  const refusal = await budget.spend(carryOut);
  if (refusal === undefined) {
    return undefined;
  }
  const message = `not yet: ${sentence}; ${refusal.message}`;
  return { kind: 'stalled', reason: 'BudgetExceeded', message, againInMs: refusal.againInMs };
}

function accountChange({ spec, status }: Resource, { accountID, region }: Session): string | undefined {
  if (status?.accountID !== undefined && status.accountID !== accountID) {
    return `account ${spec.account} now is ${accountID}, but the resource lives in ${status.accountID}`;
  }
  return status?.region !== undefined && status.region !== region
    ? `the spec names ${region}, but the resource lives in ${status.region}`
    : undefined;
}
