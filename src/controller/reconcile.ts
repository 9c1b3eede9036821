/**
 * The one algorithm, for any kind: observe → plan → apply → report, with the finalizer before the first cloud write
 * and an intent before every action whose answer may get lost. Of an observed object only the reading half. Returns
 * what the pass came to; it decides nothing.
 */
import type { Accounts, Session } from '../cloud/accounts.ts';
import type { KubeClient } from '../kube/client.ts';
import { KubeError } from '../kube/errors.ts';
import { admit, verbRefusal, withinBudget } from './admission.ts';
import { addFinalizer, hasFinalizer, isDeleting, removeFinalizer } from './finalizer.ts';
import type { CommonStatus, Io, Plan, PlannedAction, Resource } from './kind.ts';
import { actionsOf, failureOf, look, type LookDeps, planOf, verdictOfLook } from './look.ts';
import { asTreated, isObserved } from './management.ts';
import { type Verdict, verdictOfPlan } from './outcome.ts';
import { isRefusal, verdictOfRefusal } from './refusal.ts';
import { composeStatus, type Concluded } from './status.ts';
import { IntentLost, type StatusWriter, writeIntent, writeStatus } from './write-status.ts';

export interface PassDeps extends Omit<Io, 'session'>, LookDeps {
  readonly client: Pick<KubeClient, 'get' | 'applyStatus' | 'patchFinalizers'>;
  readonly accounts: Pick<Accounts, 'refusal' | 'session'>;
  /** How many passes in a row came to the verdict, this one included. */
  readonly attemptsAt: (verdict: Verdict) => number;
  /** Tells the store about our own write, so that the next pass cannot decide on older data. */
  readonly learn: (object: Resource) => void;
  /** Of deletions, asked on behalf of this object. */
  readonly budget: Parameters<typeof withinBudget>[1];
  /** Nothing is written to the cloud, whatever an object says. */
  readonly dryRun: boolean;
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
  const verdict = await pass.run(initial);
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
  /** What is still to be done, as far as a plan has said so. */
  #left: readonly PlannedAction[] | undefined;

  constructor(initial: Resource, deps: PassDeps) {
    this.#deps = deps;
    this.#resource = asTreated(initial, deps.dryRun);
    this.#base = initial.status ?? {};
    this.#writer = { client: deps.client, type: deps.kind.type, log: deps.log };
  }

  async run(initial: Resource): Promise<Verdict> {
    const { signal, log } = this.#deps;
    try {
      const admission = await admit(initial, this.#deps, signal);
      if ('verdict' in admission) {
        this.#deps.paths.forget();
        return admission.verdict;
      }
      this.#session = admission.session;
      return await this.#reconcile(admission.session);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KubeError || error instanceof IntentLost) {
        throw error;
      }
      return { kind: 'failed', failure: failureOf(error, log) };
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

  async #reconcile(session: Session): Promise<Verdict> {
    const io = this.#io(session);
    const { observed, plan } = await look(this.#resource, this.#deps, io);
    this.#observed = observed;
    if (isObserved(this.#resource)) {
      this.#left = actionsOf(plan);
      return verdictOfLook(this.#deps.kind, this.#resource, this.#observed);
    }
    this.#noteLeft(plan);
    // What it waits for would lead to nothing.
    const leadsOn = plan.kind === 'act' || plan.kind === 'wait';
    const refusal = leadsOn ? verbRefusal(actionsOf(plan), this.#resource, session) : undefined;
    if (refusal !== undefined) {
      return refusal;
    }
    if (plan.kind === 'act' || plan.kind === 'settled') {
      await this.#ensureFinalizer();
    }
    return plan.kind === 'act' ? this.#act(plan.actions, io) : verdictOfPlan(plan);
  }

  async #act(actions: readonly PlannedAction[], io: Io): Promise<Verdict> {
    const refusal = await this.#applyAll(actions, io);
    if (refusal !== undefined) {
      return refusal;
    }
    // Where things stand now is what the plan says of the result.
    const plan = this.#plan();
    this.#noteLeft(plan);
    return verdictOfPlan(plan);
  }

  #plan(): Plan<PlannedAction> {
    return planOf(this.#deps.kind, this.#resource, this.#observed);
  }

  /** One that waits may not know what is left to do. */
  #noteLeft(plan: Plan<PlannedAction>): void {
    if (plan.kind !== 'wait' || plan.left !== undefined) {
      this.#left = actionsOf(plan);
    }
  }

  async #ensureFinalizer(): Promise<void> {
    const { kind, client, signal, fence } = this.#deps;
    if (!isDeleting(this.#resource) && !hasFinalizer(this.#resource, kind.finalizer)) {
      fence();
      this.#learn(await addFinalizer(client, kind.type, this.#resource, kind.finalizer, signal));
    }
  }

  /**
   * Stops after an action that the cloud has to work on, and at an obstacle that the rest depends on. Any other is told
   * when nothing else is under way; until then each pass meets it anew.
   */
  async #applyAll(actions: readonly PlannedAction[], io: Io): Promise<Verdict | undefined> {
    let first: Verdict | undefined;
    this.#left = actions;
    for (const action of actions) {
      const obstacle = await this.#carryOut(action, io);
      if (obstacle === undefined) {
        this.#left = this.#left.filter((other) => other !== action);
        this.#deps.onAction(this.#resource, action);
        if (action.pause) {
          return undefined;
        }
      } else if (action.independent === true) {
        first ??= obstacle;
      } else {
        return obstacle;
      }
    }
    return first;
  }

  /** Returns why it was not done, where that is known; throws otherwise. */
  async #carryOut(action: PlannedAction, io: Io): Promise<Verdict | undefined> {
    try {
      return await withinBudget(action, this.#deps.budget, async () => this.#apply(action, io));
    } catch (error) {
      const resource = { ...this.#resource, status: this.#base };
      const refused = { action, resource, observed: this.#observed };
      const verdict = verdictOfRefusal(this.#deps.kind, refused, error);
      if (verdict === undefined) {
        throw error;
      }
      return verdict;
    }
  }

  async #apply(action: PlannedAction, io: Io): Promise<void> {
    const { kind, log, fence } = this.#deps;
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
    const session = this.#session;
    return composeStatus(this.#resource, this.#base, {
      ...concluded,
      nowMs: clock.now(),
      ...(this.#observed !== undefined && { report: kind.report(this.#resource, this.#observed) }),
      ...(session !== undefined && { accountID: session.accountID, region: session.region }),
      ...(this.#left !== undefined && { left: this.#left }),
    });
  }

  #io(session: Session): Io {
    const { signal, priority, fence, clock, log, clusterID, identity, freshMs } = this.#deps;
    const { mayTakeOver, nodeZones, paths, objects } = this.#deps;
    const pass = { signal, priority, fence, clock, log, clusterID, identity, freshMs };
    return { ...pass, mayTakeOver, nodeZones, paths, objects, session };
  }

  #learn(object: Resource): void {
    const { dryRun, learn } = this.#deps;
    this.#resource = asTreated(object, dryRun);
    learn(object);
  }
}
