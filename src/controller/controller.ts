/**
 * Workers around a queue, for one kind. Only keys travel; every decision reads current state. One key is never worked
 * on twice at once, a change during work leads to another pass, and the queue is the program's only retry loop.
 */
import type { Logger } from 'pino';
import type { Accounts } from '../cloud/accounts.ts';
import { KubeError } from '../kube/errors.ts';
import { type Key, keyOf } from '../kube/object.ts';
import type { EventRecorder } from '../kube/recorder.ts';
import { type Change, Store } from '../kube/store.ts';
import type { WatcherEvent } from '../kube/watcher.ts';
import { lowPriority, WorkQueue } from '../kube/work-queue.ts';
import type { Clock } from '../lib/clock.ts';
import type { ChangeBudget } from './change-budget.ts';
import { admitted, claimedAlike, mayTakeOver } from './claims.ts';
import { passEvents } from './events.ts';
import { hasFinalizer, isDeleting } from './finalizer.ts';
import type { AnyKind, PlannedAction, Resource } from './kind.ts';
import { isReady } from './look.ts';
import { Occasions } from './occasions.ts';
import { causeOf, requeueOf, type Verdict } from './outcome.ts';
import { Pacing } from './pacing.ts';
import { type PassDeps, type PassResult, reconcile } from './reconcile.ts';
import type { Timings } from './timings.ts';
import { isWorthAPass } from './triggers.ts';
import { IntentLost } from './write-status.ts';

export interface ControllerDeps {
  readonly kind: AnyKind;
  readonly client: PassDeps['client'];
  readonly accounts: Pick<Accounts, 'refusal' | 'session' | 'allows'>;
  readonly recorder: Pick<EventRecorder, 'record'>;
  readonly clock: Clock;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly log: Logger;
  readonly timings: Timings;
  readonly clusterID: string;
  readonly identity: PassDeps['identity'];
  /** Any object that some kind's controller watches. */
  readonly find: PassDeps['objects']['find'];
  readonly nodeZones: PassDeps['nodeZones'];
  /** Of one object of any kind, by `<kind>/<namespace>/<name>`. */
  readonly pathsOf: (asker: string) => PassDeps['paths'];
  /** Cluster ids of other installations whose gateways objects may take over. */
  readonly takeOverFrom: readonly string[];
  /** Absent: all namespaces. */
  readonly watchNamespaces?: readonly string[] | undefined;
  readonly workers: number;
  /** Of the whole installation. */
  readonly budget: ChangeBudget;
  /** Every object is treated as one that is observed only. */
  readonly dryRun: boolean;
  readonly onPass: (verdict: Verdict['kind'] | 'error') => void;
}

/** What ends passes under way. */
export type PassBounds = Pick<PassDeps, 'signal' | 'fence'>;

export class Controller {
  readonly store: Store<Resource>;
  readonly #deps: ControllerDeps;
  readonly #queue: WorkQueue;
  readonly #pacing: Pacing;
  readonly #occasions = new Occasions();
  #working = false;

  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    this.store = new Store(deps.watchNamespaces);
    this.#queue = new WorkQueue(deps.clock);
    this.#pacing = new Pacing(deps.timings.paces, deps.random);
  }

  get kind(): AnyKind {
    return this.#deps.kind;
  }

  get queue(): WorkQueue {
    return this.#queue;
  }

  /** Takes a watch event into the store and returns the changes that are worth a pass, to be offered. */
  take(event: WatcherEvent<Resource>): readonly Change<Resource>[] {
    const changes = this.store.apply(event);
    const { annotations = [] } = this.kind;
    const worthy = changes.filter(({ previous, current }) => isWorthAPass(previous, current, annotations));
    for (const { key, previous } of worthy) {
      this.#forget(key);
      if (previous !== undefined) {
        claimedAlike(previous, this.kind, this.store).forEach((rival) => this.offer(keyOf(rival)));
      }
      // A list says nothing about when things changed; what a watch delivers, somebody has just done.
      if (event.type === 'apply' && this.#working) {
        this.#occasions.edit(key);
      }
    }
    return worthy;
  }

  /**
   * Queues a key; everything else is read when its turn comes. A standby queues nothing: its cache is all that it
   * needs to begin, and a queue that nobody works on would only grow.
   */
  offer(key: Key): void {
    if (this.#working) {
      this.#queue.add(key, { priority: this.#occasions.isEdited(key) ? 0 : lowPriority });
    }
  }

  /** The same in `inMs`, because of what is proven of an object, if it is of this kind. */
  offerProven(asker: string, inMs: number): void {
    const prefix = this.#askerOf('');
    if (this.#working && asker.startsWith(prefix)) {
      const key = asker.slice(prefix.length);
      this.#occasions.prove(key);
      this.#offerAfter(key, inMs);
    }
  }

  /** Works until `halt` aborts, then ends after the passes under way; their own signal and fence are `passes`. */
  async run(halt: AbortSignal, passes: PassBounds): Promise<void> {
    halt.addEventListener('abort', () => this.#queue.shutDown(), { once: true });
    if (halt.aborted) {
      return;
    }
    this.#working = true;
    for (const resource of this.store.list()) {
      this.offer(keyOf(resource));
    }
    await Promise.all(Array.from({ length: this.#deps.workers }, async () => this.#work(passes)));
  }

  async #work(bounds: PassBounds): Promise<void> {
    for (;;) {
      const key = await this.#queue.get();
      if (key === undefined) {
        return;
      }
      try {
        await this.#pass(key, bounds);
      } finally {
        this.#queue.done(key);
      }
    }
  }

  async #pass(key: Key, bounds: PassBounds): Promise<void> {
    const { kind, timings, onPass } = this.#deps;
    const resource = this.store.get(key);
    if (resource === undefined || (isDeleting(resource) && !hasFinalizer(resource, kind.finalizer))) {
      this.#forget(key);
      this.#deps.budget.forget(this.#askerOf(key));
      this.#deps.pathsOf(this.#askerOf(key)).forget();
      return;
    }
    const log = this.#deps.log.child({ kind: kind.type.kind, ...nameOf(resource) });
    const signal = AbortSignal.any([bounds.signal, AbortSignal.timeout(timings.passMs)]);
    try {
      const result = await reconcile(resource, this.#passDeps(resource, { ...bounds, signal }, log));
      onPass(result.verdict.kind);
      this.#conclude(key, resource, result, log);
    } catch (error) {
      if (!bounds.signal.aborted) {
        onPass('error');
        this.#retryAfterError(key, error, log);
      }
    }
  }

  #passDeps(resource: Resource, bounds: PassBounds, log: Logger): PassDeps {
    const key = keyOf(resource);
    const { edited, proven } = this.#occasions.begin(key);
    const { kind, client, accounts, clock, clusterID, identity, nodeZones, find, timings, budget, dryRun } =
      this.#deps;
    return {
      kind,
      client,
      accounts,
      clock,
      clusterID,
      identity,
      nodeZones,
      objects: { find, rivals: () => admitted(claimedAlike(resource, kind, this.store), accounts) },
      paths: this.#deps.pathsOf(this.#askerOf(key)),
      mayTakeOver: (cluster, uid) => mayTakeOver({ cluster, uid }, this.#deps, this.store),
      priority: edited ? 'user' : 'background',
      ...bounds,
      log,
      freshMs: timings.paces.changing.baseMs / 2,
      // What the last drift check read.
      ...(proven && isReady(resource) && { restMs: 2 * timings.driftCheckMs }),
      attemptsAt: (verdict) => this.#pacing.attempts(key, causeOf(verdict)),
      budget: { spend: async (carryOut) => budget.spend(this.#askerOf(key), carryOut) },
      dryRun,
      learn: (object) => this.store.learn(object),
      onAction: (of, action) => this.#recordAction(of, action),
    };
  }

  #recordAction(resource: Resource, { event, kind, sentence }: PlannedAction): void {
    if (event !== undefined) {
      this.#deps.recorder.record(resource, { type: 'Normal', reason: event, action: kind, note: sentence });
    }
  }

  #conclude(key: Key, before: Resource, result: PassResult, log: Logger): void {
    for (const event of passEvents(this.kind, before, result)) {
      this.#deps.recorder.record(result.resource, event);
    }
    log.debug({ verdict: result.verdict.kind, attempts: result.attempts }, 'pass concluded');
    const requeue = result.released ? undefined : requeueOf(result.verdict, result.attempts);
    if (requeue?.inMs === undefined) {
      this.#deps.budget.forget(this.#askerOf(key));
    }
    if (requeue === undefined) {
      this.#pacing.forget(key);
      return;
    }
    const pauseMs = this.#pacing.pauseMs(key, causeOf(result.verdict), requeue.pace);
    this.#offerAfter(key, requeue.inMs ?? Math.max(pauseMs, requeue.atLeastMs ?? 0));
  }

  #retryAfterError(key: Key, error: unknown, log: Logger): void {
    const expected = error instanceof KubeError || error instanceof IntentLost;
    log[expected ? 'info' : 'error']({ err: error }, 'a pass failed and is tried again');
    const pauseMs = this.#pacing.pauseMs(key, 'error', 'retry');
    const askedMs = error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0;
    this.#offerAfter(key, Math.max(pauseMs, askedMs));
  }

  #offerAfter(key: Key, delayMs: number): void {
    this.#queue.addAfter(key, delayMs, { priority: lowPriority });
  }

  /** In what all kinds share. */
  #askerOf(key: Key): string {
    return `${this.kind.type.kind}/${key}`;
  }

  #forget(key: Key): void {
    this.#pacing.forget(key);
    this.#occasions.forget(key);
  }
}

function nameOf(resource: Resource): { namespace: string; name: string; uid: string } {
  const { namespace, name, uid } = resource.metadata;
  return { namespace, name, uid };
}
