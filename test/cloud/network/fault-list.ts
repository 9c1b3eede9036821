/**
 * Faults of the network: what they concern, what happens then, and how often. Those that concern the same thing are
 * asked in the order in which they were added; the first one that strikes decides.
 */
import type { Clock } from '../../../src/lib/clock.ts';

export interface Limits {
  /** Strikes for this long, in simulated time; absent = until cleared. */
  readonly forMs?: number;
  /** Strikes this many times. */
  readonly count?: number;
  /** Strikes only every n-th time, beginning with the n-th. */
  readonly every?: number;
}

export type FaultState<Rule> = Rule & {
  readonly id: string;
  /** How often it was asked, and how often it struck. */
  readonly matched: number;
  readonly struck: number;
};

interface Entry<Rule, Subject> {
  readonly rule: Rule;
  readonly concerns: (subject: Subject) => boolean;
  readonly endsAtMs: number;
  matched: number;
  struck: number;
}

export class FaultList<Rule extends Limits, Subject> {
  readonly #clock: Clock;
  readonly #name: string;
  readonly #concerns: (rule: Rule) => (subject: Subject) => boolean;
  readonly #entries = new Map<string, Entry<Rule, Subject>>();
  #lastId = 0;

  /** Ids begin with `name`. `concerns` may throw, and then there is no such fault. */
  constructor(clock: Clock, name: string, concerns: (rule: Rule) => (subject: Subject) => boolean) {
    this.#clock = clock;
    this.#name = name;
    this.#concerns = concerns;
  }

  add(rule: Rule): string {
    const concerns = this.#concerns(rule);
    this.#lastId += 1;
    const id = `${this.#name}-${this.#lastId}`;
    const endsAtMs = this.#clock.now() + (rule.forMs ?? Infinity);
    this.#entries.set(id, { rule, concerns, endsAtMs, matched: 0, struck: 0 });
    return id;
  }

  clear(id?: string): void {
    if (id === undefined) {
      this.#entries.clear();
    } else {
      this.#entries.delete(id);
    }
  }

  list(): ReadonlyArray<FaultState<Rule>> {
    return [...this.#entries].map(([id, { rule, matched, struck }]) => ({ ...rule, id, matched, struck }));
  }

  /** The fault that strikes now, which is counted. */
  strike(subject: Subject): Rule | undefined {
    for (const entry of this.#entries.values()) {
      const { rule, concerns, struck, endsAtMs } = entry;
      const isOver = this.#clock.now() >= endsAtMs || struck >= (rule.count ?? Infinity);
      if (!isOver && concerns(subject)) {
        entry.matched += 1;
        if (entry.matched % (rule.every ?? 1) === 0) {
          entry.struck += 1;
          return rule;
        }
      }
    }
    return undefined;
  }
}
