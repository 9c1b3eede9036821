/**
 * Proves that names lead to gateways and that connections to them come about, again and again, and tells when the
 * verdicts change. What it costs others is bounded: questions and connections by a rate, rounds by what that rate can
 * keep busy.
 */
import type { SecureContext } from 'node:tls';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { Budget, type Priority } from '../lib/budget.ts';
import type { Clock } from '../lib/clock.ts';
import { trusting } from '../lib/connecting.ts';
import type { Network } from '../lib/network.ts';
import { askAll, type ProbeRecord } from './ask.ts';
import type { Pace } from './pace.ts';
import type { Prior, Subject, Verdicts } from './proof-types.ts';
import { Schedule } from './schedule.ts';
import { isSameSubject, Watched } from './watched.ts';

export interface ProbeOptions extends Pace {
  /** Deadline of one question or connection, in real time. */
  readonly timeoutMs: number;
  /** Questions and connections, all together. */
  readonly perSecond: number;
}

export interface ProberDeps {
  readonly network: Network;
  readonly clock: Clock;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly options: ProbeOptions;
  /** Certificate authorities to be trusted (PEM); absent: those that Node.js trusts. */
  readonly ca?: readonly string[] | undefined;
  readonly onResult: (record: ProbeRecord) => void;
  /** The verdicts of a key are no longer those that `watch` returned or that the last call was about. */
  readonly onChange: (key: string) => void;
  readonly log: Logger;
}

interface Round {
  readonly watched: Watched;
  readonly stop: AbortController;
}

export class Prober {
  readonly #deps: ProberDeps;
  readonly #budget: Budget;
  readonly #trust: SecureContext | undefined;
  readonly #schedule: Schedule;
  readonly #watched = new Map<string, Watched>();
  /** Keys whose turn it is, and that wait for a place. */
  readonly #ready: Readonly<Record<Priority, Set<string>>> = { user: new Set(), background: new Set() };
  /** The round under way of each key. */
  readonly #rounds = new Map<string, Round>();
  /** All that is under way, cancelled rounds among it. */
  readonly #work = new Set<Promise<void>>();
  readonly #places: number;
  #running = false;

  constructor(deps: ProberDeps) {
    this.#deps = deps;
    const { perSecond, timeoutMs } = deps.options;
    // A tenth of a second's worth, since timers are no more exact.
    this.#budget = new Budget(deps.clock, { callsPerSecond: perSecond, burst: Math.max(1, perSecond / 10) });
    this.#places = Math.ceil((perSecond * timeoutMs) / 1000) + 1;
    this.#trust = deps.ca === undefined ? undefined : trusting(deps.ca);
    this.#schedule = new Schedule(deps.clock, (key) => this.#makeReady(key));
  }

  /**
   * Has a subject proven from now on, and returns the verdicts as they stand. The same subject again changes nothing. Of
   * another one, a check about which it says something else begins anew; the other check keeps its verdict. `prior` is
   * heeded for a key that is not watched yet: its verdicts stand until rounds overturn them.
   */
  watch(key: string, subject: Subject, prior: Prior = {}): Verdicts {
    const before = this.#watched.get(key);
    if (before !== undefined && isSameSubject(before.subject, subject)) {
      return before.verdicts;
    }
    this.forget(key);
    const watched = new Watched(subject, prior, before);
    this.#watched.set(key, watched);
    if (!watched.isEmpty) {
      this.#schedule.set(key, 0);
    }
    return watched.verdicts;
  }

  /** Ends what is under way for the key; `onChange` is not called for it any more. */
  forget(key: string): void {
    this.#watched.delete(key);
    this.#schedule.delete(key);
    this.#ready.user.delete(key);
    this.#ready.background.delete(key);
    this.#rounds.get(key)?.stop.abort(new Error('nobody asks any more'));
    this.#rounds.delete(key);
  }

  /**
   * Works until the signal aborts, and ends when nothing is under way any more, no connection and no timer. Then every
   * key is forgotten: whoever runs it anew watches anew, and histories begin anew. Not more than once at a time.
   */
  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    this.#running = true;
    this.#schedule.start();
    await once(signal, 'abort');
    this.#running = false;
    this.#schedule.stop();
    for (const key of this.#watched.keys()) {
      this.forget(key);
    }
    await Promise.all(this.#work);
  }

  #makeReady(key: string): void {
    const watched = this.#watched.get(key);
    if (watched !== undefined) {
      this.#ready[watched.priority].add(key);
      this.#beginRounds();
    }
  }

  #beginRounds(): void {
    for (const priority of ['user', 'background'] as const) {
      for (const key of this.#ready[priority]) {
        const watched = this.#watched.get(key);
        if (!this.#running || watched === undefined || this.#work.size >= this.#places) {
          return;
        }
        this.#ready[priority].delete(key);
        this.#begin(key, { watched, stop: new AbortController() }, priority);
      }
    }
  }

  #begin(key: string, round: Round, priority: Priority): void {
    this.#rounds.set(key, round);
    const work = this.#carryOut(key, round, priority).finally(() => {
      this.#work.delete(work);
      this.#beginRounds();
    });
    this.#work.add(work);
  }

  /** Rejects with nothing but what `onChange` throws. */
  async #carryOut(key: string, { watched, stop }: Round, priority: Priority): Promise<void> {
    const { network, options, onResult, log } = this.#deps;
    const { signal } = stop;
    const deps = {
      network,
      timeoutMs: options.timeoutMs,
      budget: this.#budget,
      trust: this.#trust,
      onResult,
    };
    let changed = false;
    try {
      const answers = await askAll(watched.subject, deps, { priority, signal });
      signal.throwIfAborted();
      changed = watched.learn(answers, options);
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      log.warn({ key, err: error }, 'a proof could not be tried');
      watched.missRound(options);
    }
    this.#rounds.delete(key);
    this.#schedule.set(key, watched.pauseMs(options) * (0.9 + 0.2 * this.#deps.random()));
    if (changed) {
      this.#deps.onChange(key);
    }
  }
}
