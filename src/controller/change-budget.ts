/**
 * At most so many deletions an hour in the whole installation, whichever kind and object they belong to: what goes
 * wrong with many objects at once (a namespace, a broken template) is noticed before it has gone wrong with all of
 * them. Those that have to wait take turns in the order in which they asked first, so that none of them asks in vain.
 *
 * Counted by monotonic time in the memory of the leader: after a restart, or under a new leader, an hour begins anew.
 */
import { CloudError } from '../cloud/errors.ts';
import { KubeError } from '../kube/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { IntentLost } from './write-status.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

export interface ChangeBudgetOptions {
  readonly deletesPerHour: number;
}

/** The deletion was not carried out, since the hour does not allow it. */
export interface BudgetRefusal {
  readonly message: string;
  /** When to ask again: at its turn, and every hour until then, since those before it may give up theirs. */
  readonly againInMs: number;
}

interface Deletion {
  readonly asker: string;
  readonly atMs: number;
  /** No answer says what became of it: when the same asker tries again, it is the same deletion. */
  readonly isOpen: boolean;
}

export class ChangeBudget {
  readonly #clock: Clock;
  readonly #perHour: number;
  /** Of the last hour, in order of time. */
  #deletions: readonly Deletion[] = [];
  readonly #waiting = new Set<string>();

  constructor(clock: Clock, { deletesPerHour }: ChangeBudgetOptions) {
    this.#clock = clock;
    this.#perHour = deletesPerHour;
  }

  /** Carries a deletion out, unless it is refused; what was certainly not sent is not counted. */
  async spend(asker: string, carryOut: () => Promise<void>): Promise<BudgetRefusal | undefined> {
    const refusal = this.#take(asker);
    if (refusal !== undefined) {
      return refusal;
    }
    try {
      await carryOut();
      this.#settle(asker, (deletion) => [{ ...deletion, isOpen: false }]);
    } catch (error) {
      if (wasNotSent(error)) {
        this.#settle(asker, () => []);
      }
      throw error;
    }
    return undefined;
  }

  /** The asker does not want to delete any more; whoever waits behind it moves up. */
  forget(asker: string): void {
    this.#waiting.delete(asker);
  }

  #take(asker: string): BudgetRefusal | undefined {
    const nowMs = this.#clock.monotonic();
    this.#deletions = this.#deletions.filter(({ atMs }) => atMs + hourMs > nowMs);
    if (this.#deletions.some((deletion) => deletion.isOpen && deletion.asker === asker)) {
      return undefined;
    }
    const ahead = this.#placeOf(asker);
    const dueMs = this.#dueMs(ahead, nowMs);
    if (dueMs > nowMs) {
      this.#waiting.add(asker);
      return this.#refusal(ahead, dueMs - nowMs);
    }
    this.#waiting.delete(asker);
    this.#deletions = [...this.#deletions, { asker, atMs: nowMs, isOpen: true }];
    return undefined;
  }

  /** How many wait before it. */
  #placeOf(asker: string): number {
    const place = [...this.#waiting].indexOf(asker);
    return place === -1 ? this.#waiting.size : place;
  }

  /** A place comes free an hour after each deletion, and again an hour after the one that then takes it. */
  #dueMs(place: number, nowMs: number): number {
    const free = this.#perHour - this.#deletions.length;
    const inCycle = place % this.#perHour;
    const first = inCycle < free ? nowMs : (this.#deletions[inCycle - free]?.atMs ?? nowMs) + hourMs;
    return first + Math.floor(place / this.#perHour) * hourMs;
  }

  #refusal(ahead: number, inMs: number): BudgetRefusal {
    const due = new Date(Math.ceil((this.#clock.now() + inMs) / minuteMs) * minuteMs);
    const message =
      `${this.#deletions.length} deletions in the last hour and ${ahead} waiting before this one, of at most ` +
      `${this.#perHour} an hour (changeBudget.deletesPerHour); next possible at ${due.toISOString().slice(0, 16)}Z`;
    return { message, againInMs: Math.min(inMs, hourMs) };
  }

  #settle(asker: string, settled: (deletion: Deletion) => readonly Deletion[]): void {
    this.#deletions = this.#deletions.flatMap((deletion) =>
      deletion.isOpen && deletion.asker === asker ? settled(deletion) : [deletion],
    );
  }
}

function wasNotSent(error: unknown): boolean {
  return (
    (error instanceof CloudError && !error.maybeCommitted) ||
    error instanceof KubeError ||
    error instanceof IntentLost
  );
}
