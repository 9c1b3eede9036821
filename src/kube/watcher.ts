/**
 * List and watch of one resource type as an explicit state machine, after client-go's reflector and kube-rs'
 * watcher (style-models §1.2, §1.3):
 *
 *   empty → listing (page by page) → listed → watching → … → (version gone) empty
 *
 * Guarantees: it ends only by abort, and then returns. No event is lost: a watch resumes at the last version
 * understood, and when that is gone the list starts over; deletions that fell into the gap are for the store
 * to infer from `init … initDone`. No loop is hot: everything but an orderly end waits, and so does a watch
 * that ended within a second. A connection that has gone silent is given up.
 */
import type { Logger } from 'pino';
import { sleep, type Clock } from '../lib/clock.ts';
import { AbortScope } from './abort-scope.ts';
import type { KubeClient } from './client.ts';
import { errorFromFailure, KubeError } from './errors.ts';
import type { KubeObject, ResourceType, Scope } from './object.ts';
import { ReopenPauses } from './reopen-pauses.ts';
import type { RawWatchEvent } from './watch-stream.ts';

export type WatcherEvent<T extends KubeObject = KubeObject> =
  /** All that is known of this scope may be out of date; its list follows, ended by `initDone`. May come twice. */
  | { readonly type: 'init'; readonly scope?: Scope }
  | { readonly type: 'initApply'; readonly object: T; readonly scope?: Scope }
  | { readonly type: 'initDone'; readonly scope?: Scope }
  /** The API server lets nobody see this scope, or knows no such type; it is asked again nevertheless. */
  | { readonly type: 'refused'; readonly scope?: Scope }
  | { readonly type: 'apply'; readonly object: T }
  | { readonly type: 'delete'; readonly object: T };

/** What the watcher does now; the next report is due within `dueMs`. */
export interface WatcherReport {
  readonly doing: 'listing' | 'watching' | 'pausing';
  readonly dueMs: number;
  /** Whether the API server has just been heard: a page, an event, a bookmark. */
  readonly heard: boolean;
}

export interface WatcherOptions {
  readonly scope?: Scope;
  readonly clock: Clock;
  /** Yields numbers in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly onReport?: (report: WatcherReport) => void;
}

export function watchResources<T extends KubeObject>(
  client: Pick<KubeClient, 'list' | 'watch'>,
  type: ResourceType,
  options: WatcherOptions,
  signal: AbortSignal,
): AsyncGenerator<WatcherEvent<T>, void, undefined> {
  return new Watcher<T>(client, type, options, signal).run();
}

const pageSize = 500;
/** Three bookmarks missed: the API server sends one about every minute, however quiet the resources are. */
const silenceMs = 180_000;
/** An API server that is starting may refuse what it grants a moment later. */
const refusalsToBelieve = 3;

type State =
  | { readonly name: 'empty'; readonly notOlderThan: string | undefined }
  | {
      readonly name: 'listing';
      readonly notOlderThan: string | undefined;
      readonly continue: string | undefined;
    }
  | { readonly name: 'listed'; readonly resourceVersion: string }
  | { readonly name: 'watching'; readonly resourceVersion: string };

type Step<T extends KubeObject> = AsyncGenerator<WatcherEvent<T>, State, undefined>;

class Watcher<T extends KubeObject> {
  readonly #client: Pick<KubeClient, 'list' | 'watch'>;
  readonly #type: ResourceType;
  readonly #options: WatcherOptions;
  readonly #signal: AbortSignal;
  readonly #pauses: ReopenPauses;
  /** Lists refused in a row. */
  #refusals = 0;

  constructor(
    client: Pick<KubeClient, 'list' | 'watch'>,
    type: ResourceType,
    options: WatcherOptions,
    signal: AbortSignal,
  ) {
    this.#client = client;
    this.#type = type;
    this.#options = options;
    this.#signal = signal;
    this.#pauses = new ReopenPauses(options);
  }

  async *run(): AsyncGenerator<WatcherEvent<T>, void, undefined> {
    // Version 0 is whatever the API server has cached: the cheapest first answer, brought up to date by the watch.
    let state: State = { name: 'empty', notOlderThan: '0' };
    try {
      while (!this.#signal.aborted) {
        state = yield* this.#step(state);
      }
    } catch (error) {
      if (!this.#signal.aborted) {
        throw error;
      }
    }
  }

  async *#step(state: State): Step<T> {
    const { scope } = this.#options;
    if (state.name === 'empty') {
      yield { type: 'init', scope };
      return { ...state, name: 'listing', continue: undefined };
    }
    if (state.name === 'listed') {
      yield { type: 'initDone', scope };
      return { ...state, name: 'watching' };
    }
    return yield* state.name === 'listing' ? this.#list(state) : this.#watch(state);
  }

  async *#list(state: State & { name: 'listing' }): Step<T> {
    const { scope } = this.#options;
    this.#report('listing', 0);
    try {
      const page = await this.#client.list<T>(
        this.#type,
        {
          namespace: scope,
          limit: pageSize,
          continue: state.continue,
          resourceVersion: state.notOlderThan,
        },
        this.#signal,
      );
      this.#report('listing', 0, true);
      for (const object of page.items) {
        yield { type: 'initApply', object, scope };
      }
      return page.continue === undefined
        ? { name: 'listed', resourceVersion: page.resourceVersion }
        : { ...state, continue: page.continue };
    } catch (error) {
      this.#refusals = isRefusal(error) ? this.#refusals + 1 : 0;
      if (this.#refusals === refusalsToBelieve) {
        yield { type: 'refused', scope };
      }
      const failure = await this.#pauseAfter(state, error);
      return failure.reason === 'expired' ? { name: 'empty', notOlderThan: undefined } : state;
    }
  }

  async *#watch(state: State & { name: 'watching' }): Step<T> {
    const { clock, scope: namespace } = this.#options;
    const timeoutSeconds = this.#pauses.open();
    let { resourceVersion } = state;
    using scope = new AbortScope(clock, this.#signal);
    try {
      scope.limit(silenceMs);
      this.#report('watching', silenceMs);
      const options = { namespace, resourceVersion, timeoutSeconds };
      for await (const event of this.#client.watch<T>(this.#type, options, scope.signal)) {
        this.#report('watching', silenceMs, true);
        resourceVersion = versionOf(event);
        if (event.type !== 'BOOKMARK') {
          // However long the consumer takes, that is not silence.
          scope.unlimit();
          yield { type: event.type === 'DELETED' ? 'delete' : 'apply', object: event.object };
        }
        scope.limit(silenceMs);
      }
    } catch (error) {
      scope.unlimit();
      if (!scope.timedOut) {
        const failure = await this.#pauseAfter(state, error);
        // The list is asked to be no older than this; only if that cannot be had, too, is it a quorum read.
        return failure.reason === 'expired'
          ? { name: 'empty', notOlderThan: resourceVersion }
          : { name: 'watching', resourceVersion };
      }
      this.#options.log.info({ silenceMs }, 'the watch went silent and is opened again');
    }
    const atOnce = this.#pauses.endedAtOnce();
    if (atOnce !== undefined) {
      await this.#pauseAfter(state, atOnce);
    }
    return { name: 'watching', resourceVersion };
  }

  /** Waits as long as the failure asks for and says what it was; throws only when aborted. */
  async #pauseAfter({ name }: State, error: unknown): Promise<KubeError> {
    this.#signal.throwIfAborted();
    const { clock, log } = this.#options;
    const failure = errorFromFailure(`${name} ${this.#type.plural}`, error);
    const pauseMs = this.#pauses.next(failure);
    log.warn({ err: failure, reason: failure.reason, pauseMs }, `${name} failed and is tried again`);
    this.#report('pausing', pauseMs);
    await sleep(clock, pauseMs, this.#signal);
    return failure;
  }

  #report(doing: WatcherReport['doing'], dueMs: number, heard = false): void {
    this.#options.onReport?.({ doing, dueMs, heard });
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof KubeError && (error.reason === 'denied' || error.reason === 'absent');
}

function versionOf(event: RawWatchEvent): string {
  return event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion;
}
