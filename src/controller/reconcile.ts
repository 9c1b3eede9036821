/**
 * The one algorithm, for any kind: observe → plan → apply → report, with the finalizer before the first cloud write
 * and an intent before every action whose answer may get lost. Returns what the pass came to; it decides nothing.
 */
import type { Accounts, Session } from '../cloud/accounts.ts';
import { CloudError } from '../cloud/errors.ts';
import type { KubeClient } from '../kube/client.ts';
import { addFinalizer, hasFinalizer, isDeleting, removeFinalizer } from './finalizer.ts';
import type { AnyKind, CommonStatus, Io, Plan, PlannedAction, Resource } from './kind.ts';
import { type Verdict, verdictOfPlan } from './outcome.ts';
import { composeStatus, type StatusWriter, writeIntent, writeStatus } from './status.ts';

export interface PassDeps extends Omit<Io, 'session'> {
  readonly kind: AnyKind;
  readonly client: KubeClient;
  readonly accounts: Accounts;
  /** Notes what a pass came to and returns how many passes in a row came to the same. */
  readonly countAttempts: (verdict: Verdict) => number;
  /** Tells the store about our own write, so that the next pass cannot decide on older data. */
  readonly learn: (object: Resource) => void;
  /** Called after an action was carried out. */
  readonly onAction: (resource: Resource, action: PlannedAction) => void;
}

export interface PassResult {
  readonly verdict: Verdict;
  readonly attempts: number;
  readonly resource: Resource;
  /** The finalizer is gone: nothing is left to do for this object. */
  readonly released: boolean;
}

/**
 * One pass over one object. A failure in the cloud is a verdict; a failure of the Kubernetes API is thrown (there is
 * no telling it in the status), and so is the signal's reason when it aborts.
 */
export async function reconcile(initial: Resource, deps: PassDeps): Promise<PassResult> {
  const pass = new Pass(initial, deps);
  const verdict = await pass.run();
  return pass.conclude(verdict);
}

class Pass {
  readonly #deps: PassDeps;
  readonly #writer: StatusWriter;
  #resource: Resource;
  /** The status to fall back on where the pass learns nothing new. */
  #base: CommonStatus;
  #observed: unknown;
  #session: Session | undefined;

  constructor(initial: Resource, deps: PassDeps) {
    this.#deps = deps;
    this.#resource = initial;
    this.#base = initial.status ?? {};
    this.#writer = { client: deps.client, type: deps.kind.type, log: deps.log };
  }

  async run(): Promise<Verdict> {
    try {
      return (await this.#refusal()) ?? (await this.#reconcile());
    } catch (error) {
      this.#deps.signal.throwIfAborted();
      if (!(error instanceof CloudError)) {
        throw error;
      }
      const { reason, message, retryAfterMs } = error;
      return {
        kind: 'failed',
        failure: { reason, message, ...(retryAfterMs !== undefined && { retryAfterMs }) },
      };
    }
  }

  async conclude(verdict: Verdict): Promise<PassResult> {
    const { kind, client, signal, clock } = this.#deps;
    const attempts = this.#deps.countAttempts(verdict);
    if (isDeleting(this.#resource) && verdict.kind === 'settled') {
      this.#learn(await removeFinalizer(client, kind.type, this.#resource, kind.finalizer, signal));
      return { verdict, attempts, resource: this.#resource, released: true };
    }
    const report = this.#observed === undefined ? undefined : kind.report(this.#resource, this.#observed);
    const accountID = this.#session?.accountID;
    const next = composeStatus(this.#resource, this.#base, {
      verdict,
      attempts,
      nowMs: clock.now(),
      ...(report !== undefined && { report }),
      ...(accountID !== undefined && { accountID }),
    });
    this.#learn(await writeStatus(this.#writer, this.#resource, next, signal));
    return { verdict, attempts, resource: this.#resource, released: false };
  }

  /** Reasons to leave the cloud alone, found without or with one look at the account; `undefined` to go on. */
  async #refusal(): Promise<Verdict | undefined> {
    const { accounts, signal } = this.#deps;
    const { spec, metadata, status } = this.#resource;
    if (spec.suspend) {
      return { kind: 'paused', message: 'spec.suspend is true: nothing is changed until it is false' };
    }
    const refusal = accounts.refusal(spec.account, metadata.namespace);
    if (refusal !== undefined) {
      return { kind: 'stalled', reason: 'NotAllowed', message: refusal };
    }
    this.#session = await accounts.session(spec.account, spec.region, signal);
    const { accountID } = this.#session;
    if (status?.accountID !== undefined && status.accountID !== accountID) {
      const message = `account ${spec.account} now is ${accountID}, but the resource lives in ${status.accountID}`;
      return { kind: 'stalled', reason: 'AccountChanged', message };
    }
    return undefined;
  }

  async #reconcile(): Promise<Verdict> {
    const { kind } = this.#deps;
    await this.#ensureFinalizer();
    const io = this.#io();
    const observed = await kind.observe(this.#resource, io);
    this.#observed = observed;
    const plan = this.#plan(observed);
    if (plan.kind !== 'act') {
      return verdictOfPlan(plan);
    }
    // Where things stand now is what the plan says of the result.
    return verdictOfPlan(this.#plan(await this.#applyAll(plan.actions, observed, io)));
  }

  #plan(observed: unknown): Plan<PlannedAction> {
    const { kind } = this.#deps;
    return isDeleting(this.#resource)
      ? kind.planDeletion(this.#resource, observed)
      : kind.plan(this.#resource, observed);
  }

  async #ensureFinalizer(): Promise<void> {
    const { kind, client, signal } = this.#deps;
    if (!isDeleting(this.#resource) && !hasFinalizer(this.#resource, kind.finalizer)) {
      this.#learn(await addFinalizer(client, kind.type, this.#resource, kind.finalizer, signal));
    }
  }

  /** Stops after an action that the cloud has to work on. Returns what the cloud holds then. */
  async #applyAll(actions: readonly PlannedAction[], before: unknown, io: Io): Promise<unknown> {
    const { onAction, log } = this.#deps;
    let observed = before;
    for (const action of actions) {
      log.info({ action: action.kind }, action.sentence);
      await this.#recordIntent(action);
      observed = await this.#apply(action, io);
      this.#observed = observed;
      onAction(this.#resource, action);
      if (action.pause) {
        break;
      }
    }
    return observed;
  }

  async #recordIntent(action: PlannedAction): Promise<void> {
    const { kind, signal, clock } = this.#deps;
    const intent = kind.intent(action, this.#observed);
    if (intent === undefined) {
      return;
    }
    const report = kind.report(this.#resource, this.#observed);
    const accountID = this.#session?.accountID;
    const concluded = composeStatus(this.#resource, this.#base, {
      verdict: { kind: 'acted', message: action.sentence },
      attempts: 1,
      report,
      nowMs: clock.now(),
      ...(accountID !== undefined && { accountID }),
    });
    // Nothing is concluded yet: the generation stays the one before (design §4.6).
    const { observedGeneration = -1 } = this.#base;
    const next = { ...concluded, ...intent, observedGeneration };
    this.#learn(await writeIntent(this.#writer, this.#resource, next, signal));
  }

  /** An intent outlives a failure unless the cloud answered that it did nothing. */
  async #apply(action: PlannedAction, io: Io): Promise<unknown> {
    try {
      return await this.#deps.kind.apply(action, this.#observed, io);
    } catch (error) {
      const refused = error instanceof CloudError && !error.maybeCommitted;
      if (!refused) {
        this.#base = this.#resource.status ?? {};
        this.#observed = undefined;
      }
      throw error;
    }
  }

  #io(): Io {
    const { signal, priority, clock, log, clusterID, freshMs } = this.#deps;
    if (this.#session === undefined) {
      throw new Error('a pass needs a session');
    }
    return { signal, priority, clock, log, clusterID, freshMs, session: this.#session };
  }

  #learn(object: Resource): void {
    this.#resource = object;
    this.#deps.learn(object);
  }
}
