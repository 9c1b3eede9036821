/** One subject that is being proven: its histories, and when to look again. */
import type { Priority } from '../lib/budget.ts';
import type { Answers } from './ask.ts';
import { type History, newHistory, withRound } from './history.ts';
import { isUnsettled, longerRetryMs, nextRetryMs, type Pace } from './pace.ts';
import type { NameResult } from '../lib/names.ts';
import type { ConnectionResult, Prior, Subject, Verdicts } from './proof-types.ts';
import { connectionsRound, namesRound } from './round.ts';

export class Watched {
  readonly subject: Subject;
  /** Absent: there is nothing to check. */
  #names: History<NameResult> | undefined;
  #connections: History<ConnectionResult> | undefined;
  #retryMs: number | undefined;

  /** A check about which the subject says the same as `before` keeps its history; `prior` is for what is new. */
  constructor(subject: Subject, prior: Prior, before?: Watched) {
    this.subject = subject;
    if (subject.names.length > 0) {
      const kept = before !== undefined && asksSameNames(before.subject, subject) ? before.#names : undefined;
      this.#names = kept ?? newHistory(before === undefined ? prior.names : undefined);
    }
    if (subject.connections.length > 0) {
      const kept = before !== undefined && asksSameConnections(before.subject, subject);
      this.#connections =
        (kept ? before.#connections : undefined) ??
        newHistory(before === undefined ? prior.connections : undefined);
    }
  }

  get isEmpty(): boolean {
    return this.#histories.length === 0;
  }

  get verdicts(): Verdicts {
    return {
      ...(this.#names !== undefined && { names: this.#names.verdict }),
      ...(this.#connections !== undefined && { connections: this.#connections.verdict }),
    };
  }

  /** Verdicts that somebody waits for go first. */
  get priority(): Priority {
    return this.#histories.some(isUnsettled) ? 'user' : 'background';
  }

  /** The pause before the next round, without jitter. */
  pauseMs(pace: Pace): number {
    return this.#retryMs ?? pace.intervalMs;
  }

  /** Takes the answers of one round. Returns whether the verdicts have changed. */
  learn({ names, connections }: Answers, pace: Pace): boolean {
    const before = this.verdicts;
    this.#names &&= withRound(this.#names, namesRound(names, this.subject.addresses));
    this.#connections &&= withRound(this.#connections, connectionsRound(connections));
    this.#retryMs = nextRetryMs(this.#retryMs, this.#histories, pace);
    const { verdicts } = this;
    return before.names !== verdicts.names || before.connections !== verdicts.connections;
  }

  /** A round came to nothing. */
  missRound(pace: Pace): void {
    this.#retryMs = longerRetryMs(this.#retryMs, pace);
  }

  get #histories(): readonly History<unknown>[] {
    return [this.#names, this.#connections].filter((history) => history !== undefined);
  }
}

/** Whether two subjects have the same content, in whatever order. */
export function isSameSubject(a: Subject, b: Subject): boolean {
  return asksSameNames(a, b) && asksSameConnections(a, b);
}

function asksSameNames(a: Subject, b: Subject): boolean {
  return sameWords(a.names, b.names) && sameWords(a.addresses, b.addresses);
}

function asksSameConnections(a: Subject, b: Subject): boolean {
  return sameWords(connectionWords(a), connectionWords(b));
}

function connectionWords({ connections }: Subject): string[] {
  return connections.map(({ address, port, servername = '' }) => `${address} ${port} ${servername}`);
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join('\n') === b.toSorted().join('\n');
}
