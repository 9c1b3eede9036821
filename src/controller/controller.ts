/**
 * Workers around a queue, for one kind. Only keys travel; every decision reads current state. One key is never worked
 * on twice at once, a change during work leads to another pass, and the queue is the program's only retry loop.
 */
import type { Logger } from 'pino';
import type { Accounts } from '../cloud/accounts.ts';
import type { Priority } from '../cloud/budget.ts';
import { Backoff } from '../kube/backoff.ts';
import type { KubeClient } from '../kube/client.ts';
import { KubeError } from '../kube/errors.ts';
import type { EventRecorder } from '../kube/recorder.ts';
import { type Change, Store } from '../kube/store.ts';
import type { WatcherEvent } from '../kube/watcher.ts';
import { lowPriority, WorkQueue } from '../kube/work-queue.ts';
import type { Clock } from '../lib/clock.ts';
import { passEvents } from './events.ts';
import { hasFinalizer, isDeleting } from './finalizer.ts';
import type { AnyKind, Key, Resource } from './kind.ts';
import { causeOf, requeueOf, type Verdict } from './outcome.ts';
import { type PassResult, reconcile } from './reconcile.ts';
import { IntentLost } from './status.ts';
import type { Timings } from './timings.ts';
import { isWorthAPass } from './triggers.ts';

export interface ControllerDeps {
  readonly kind: AnyKind;
  readonly client: KubeClient;
  readonly accounts: Accounts;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly log: Logger;
  readonly timings: Timings;
  readonly clusterID: string;
  readonly workers: number;
  readonly onPass: (verdict: Verdict['kind'] | 'error') => void;
}

export class Controller {
  readonly store = new Store<Resource>();
  readonly #deps: ControllerDeps;
  readonly #queue: WorkQueue;
  readonly #backoff: Backoff;
  readonly #causes = new Map<Key, string>();
  /** Keys that a person changed and that wait for their pass: their cloud calls go first. */
  readonly #edited = new Set<Key>();

  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    this.#queue = new WorkQueue(deps.clock);
    this.#backoff = new Backoff(deps.random);
  }

  get kind(): AnyKind {
    return this.#deps.kind;
  }

  get queue(): WorkQueue {
    return this.#queue;
  }

  /** Takes a watch event into the store and returns the changes that are worth a pass. */
  take(event: WatcherEvent<Resource>): readonly Change<Resource>[] {
    const changes = this.store.apply(event);
    const worthy = changes.filter(({ previous, current }) => isWorthAPass(previous, current));
    // A list says nothing about when things changed; what a watch delivers, somebody has just done.
    const fresh = event.type === 'apply' ? worthy : [];
    for (const { key } of fresh) {
      this.#forget(key);
      this.#edited.add(key);
    }
    return worthy;
  }

  /** Queues a key; everything else is read when its turn comes. */
  offer(key: Key): void {
    this.#queue.add(key, { priority: this.#edited.has(key) ? 0 : lowPriority });
  }

  /** Queues keys whose cloud resource is found to differ. */
  enqueue(keys: readonly Key[]): void {
    for (const key of keys) {
      this.#queue.add(key);
    }
  }

  /** Works until `signal` aborts, then ends after the passes under way; their own signal is `pass`. */
  async run(signal: AbortSignal, pass: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#queue.shutDown(), { once: true });
    if (signal.aborted) {
      return;
    }
    await Promise.all(Array.from({ length: this.#deps.workers }, async () => this.#work(pass)));
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (;;) {
      const key = await this.#queue.get();
      if (key === undefined) {
        return;
      }
      try {
        await this.#pass(key, signal);
      } finally {
        this.#queue.done(key);
      }
    }
  }

  async #pass(key: Key, programSignal: AbortSignal): Promise<void> {
    const resource = this.store.get(key);
    const priority: Priority = this.#edited.delete(key) ? 'user' : 'background';
    const { kind, timings, log, onPass } = this.#deps;
    if (resource === undefined || (isDeleting(resource) && !hasFinalizer(resource, kind.finalizer))) {
      this.#forget(key);
      return;
    }
    const passLog = log.child({ kind: kind.type.kind, ...nameOf(resource) });
    const signal = AbortSignal.any([programSignal, AbortSignal.timeout(timings.passMs)]);
    try {
      const result = await reconcile(resource, this.#passDeps(key, priority, signal, passLog));
      onPass(result.verdict.kind);
      this.#conclude(key, resource, result, passLog);
    } catch (error) {
      if (!programSignal.aborted) {
        onPass('error');
        this.#retryAfterError(key, error, passLog);
      }
    }
  }

  #passDeps(key: Key, priority: Priority, signal: AbortSignal, log: Logger): Parameters<typeof reconcile>[1] {
    const { kind, client, accounts, clock, clusterID, timings, recorder } = this.#deps;
    return {
      kind,
      client,
      accounts,
      clock,
      clusterID,
      priority,
      signal,
      log,
      freshMs: timings.paces.changing.baseMs / 2,
      countAttempts: (verdict) => this.#count(key, causeOf(verdict)),
      learn: (object) => this.store.learn(object),
      onAction: (on, action) => {
        if (action.event !== undefined) {
          recorder.record(on, {
            type: 'Normal',
            reason: action.event,
            action: action.kind,
            note: action.sentence,
          });
        }
      },
    };
  }

  #conclude(key: Key, before: Resource, result: PassResult, log: Logger): void {
    const { recorder, timings } = this.#deps;
    for (const event of passEvents(before, result)) {
      recorder.record(result.resource, event);
    }
    log.debug({ verdict: result.verdict.kind, attempts: result.attempts }, 'pass concluded');
    if (result.released) {
      this.#forget(key);
      return;
    }
    const requeue = requeueOf(result.verdict, result.attempts);
    if (requeue.kind === 'pace') {
      const delayMs = this.#backoff.next(key, timings.paces[requeue.pace]);
      this.#queue.addAfter(key, Math.max(delayMs, requeue.atLeastMs ?? 0));
    }
  }

  #retryAfterError(key: Key, error: unknown, log: Logger): void {
    const expected = error instanceof KubeError || error instanceof IntentLost;
    const level = expected ? 'info' : 'error';
    log[level]({ err: error }, 'a pass failed and is tried again');
    this.#count(key, 'error');
    this.#queue.addAfter(key, this.#backoff.next(key, this.#deps.timings.paces.retry));
  }

  /** How many passes in a row, this one included, had the same cause. */
  #count(key: Key, cause: string): number {
    if (this.#causes.get(key) !== cause) {
      this.#backoff.forget(key);
      this.#causes.set(key, cause);
    }
    return this.#backoff.failures(key) + 1;
  }

  #forget(key: Key): void {
    this.#backoff.forget(key);
    this.#causes.delete(key);
    this.#edited.delete(key);
  }
}

function nameOf(resource: Resource): { namespace: string; name: string; uid: string } {
  const { namespace, name, uid } = resource.metadata;
  return { namespace, name, uid };
}
