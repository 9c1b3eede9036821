/**
 * The one algorithm, for any kind: observe → plan → apply → report, with the finalizer before the first cloud write
 * and an intent before every action whose answer may get lost. Returns what the pass came to; it decides nothing.
 */
import type { Accounts, Session } from '../cloud/accounts.ts';
import { CloudError } from '../cloud/errors.ts';
import type { KubeClient } from '../kube/client.ts';
import { KubeError } from '../kube/errors.ts';
import { addFinalizer, hasFinalizer, isDeleting, removeFinalizer } from './finalizer.ts';
import type { AnyKind, CommonStatus, Io, Plan, PlannedAction, Resource } from './kind.ts';
import { type Failure, type Verdict, verdictOfPlan } from './outcome.ts';
import { composeStatus, type Concluded } from './status.ts';
import { IntentLost, type StatusWriter, writeIntent, writeStatus } from './write-status.ts';

export interface PassDeps extends Omit<Io, 'session'> {
  readonly kind: AnyKind;
  readonly client: Pick<KubeClient, 'get' | 'applyStatus' | 'patchFinalizers'>;
  readonly accounts: Pick<Accounts, 'refusal' | 'session'>;
  /** How many passes in a row came to the verdict, this one included. */
  readonly attemptsAt: (verdict: Verdict) => number;
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
 * One pass over one object. A failure in the cloud, or of our own, is a verdict; a failure of the Kubernetes API is
 * thrown (there is no telling it in the status), and so is the signal's reason when it aborts.
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
  /** The status to carry on from. Ours are not carried on from: what an intent added goes with the next status. */
  #base: CommonStatus;
  /** What the cloud holds, as far as the pass knows. */
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
      if (error instanceof KubeError || error instanceof IntentLost) {
        throw error;
      }
      return { kind: 'failed', failure: this.#failureOf(error) };
    }
  }

  async conclude(verdict: Verdict): Promise<PassResult> {
    const { kind, client, signal } = this.#deps;
    this.#deps.fence();
    const attempts = this.#deps.attemptsAt(verdict);
    const released = isDeleting(this.#resource) && verdict.kind === 'settled';
    if (released) {
      this.#learn(await removeFinalizer(client, kind.type, this.#resource, kind.finalizer, signal));
    } else {
      const next = this.#compose({ verdict, attempts });
      this.#learn(await writeStatus(this.#writer, this.#resource, next, signal));
    }
    return { verdict, attempts, resource: this.#resource, released };
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
    if (status?.region !== undefined && status.region !== spec.region) {
      const message = `the spec names ${spec.region}, but the resource lives in ${status.region}`;
      return { kind: 'stalled', reason: 'AccountChanged', message };
    }
    return undefined;
  }

  async #reconcile(): Promise<Verdict> {
    const io = this.#io();
    this.#observed = await this.#deps.kind.observe(this.#resource, io);
    const plan = this.#plan();
    if (plan.kind === 'act' || plan.kind === 'settled') {
      await this.#ensureFinalizer();
    }
    if (plan.kind !== 'act') {
      return verdictOfPlan(plan);
    }
    await this.#applyAll(plan.actions, io);
    // Where things stand now is what the plan says of the result.
    return verdictOfPlan(this.#plan());
  }

  #plan(): Plan<PlannedAction> {
    const { kind } = this.#deps;
    return isDeleting(this.#resource)
      ? kind.planDeletion(this.#resource, this.#observed)
      : kind.plan(this.#resource, this.#observed);
  }

  async #ensureFinalizer(): Promise<void> {
    const { kind, client, signal, fence } = this.#deps;
    if (!isDeleting(this.#resource) && !hasFinalizer(this.#resource, kind.finalizer)) {
      fence();
      this.#learn(await addFinalizer(client, kind.type, this.#resource, kind.finalizer, signal));
    }
  }

  /** Stops after an action that the cloud has to work on. */
  async #applyAll(actions: readonly PlannedAction[], io: Io): Promise<void> {
    const { kind, onAction, log, fence } = this.#deps;
    for (const action of actions) {
      fence();
      log.info({ action: action.kind }, action.sentence);
      const intended = await this.#storeIntent(action);
      try {
        this.#observed = await kind.apply(action, this.#observed, io);
      } catch (error) {
        if (intended && !isRefusal(error)) {
          // It may have been carried out: the intent stays, and nothing is reported that does not know of it.
          this.#base = this.#resource.status ?? {};
          this.#observed = undefined;
        }
        throw error;
      }
      onAction(this.#resource, action);
      if (action.pause) {
        return;
      }
    }
  }

  /** Whether the action has an intent; it is stored then. */
  async #storeIntent(action: PlannedAction): Promise<boolean> {
    const { kind, signal } = this.#deps;
    const intent = kind.intent(action, this.#observed);
    if (intent === undefined) {
      return false;
    }
    const verdict: Verdict = { kind: 'acted', message: action.sentence };
    const next = this.#compose({ verdict, attempts: 1, intent });
    this.#learn(await writeIntent(this.#writer, this.#resource, next, signal));
    return true;
  }

  #compose(concluded: Pick<Concluded, 'verdict' | 'attempts' | 'intent'>): CommonStatus {
    const { kind, clock } = this.#deps;
    const accountID = this.#session?.accountID;
    return composeStatus(this.#resource, this.#base, {
      ...concluded,
      nowMs: clock.now(),
      ...(this.#observed !== undefined && { report: kind.report(this.#resource, this.#observed) }),
      ...(accountID !== undefined && { accountID }),
    });
  }

  #failureOf(error: unknown): Failure {
    if (error instanceof CloudError) {
      const { reason, message, retryAfterMs } = error;
      return { reason, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    this.#deps.log.error({ err: error }, 'a pass failed unexpectedly');
    return { reason: 'unknown', message: 'the operator failed unexpectedly; its log has the details' };
  }

  #io(): Io {
    const { signal, priority, fence, clock, log, clusterID, freshMs } = this.#deps;
    if (this.#session === undefined) {
      throw new Error('a pass needs a session');
    }
    return { signal, priority, fence, clock, log, clusterID, freshMs, session: this.#session };
  }

  #learn(object: Resource): void {
    this.#resource = object;
    this.#deps.learn(object);
  }
}

/** The cloud answered that it did nothing. */
function isRefusal(error: unknown): boolean {
  return error instanceof CloudError && !error.maybeCommitted;
}
