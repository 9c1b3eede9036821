/** A case: one run of one operator in which one thing goes wrong, and what it came to. */
import type { Rig } from './rig.ts';

export type Verdict =
  /** `note` is what is worth printing, such as a measured gap. */
  | { readonly kind: 'converged'; readonly note?: string }
  /** What is wrong, as sentences. */
  | { readonly kind: 'broken'; readonly problems: readonly string[] }
  /** What should have gone wrong did not, so nothing was tried. */
  | { readonly kind: 'notReached' };

export interface FaultCase {
  readonly scenario: string;
  /** Unique in its scenario, the same in every run. */
  readonly name: string;
  /** Touches what all lanes share: nothing else runs meanwhile. */
  readonly exclusive?: boolean;
  run(rig: Rig): Promise<Verdict>;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  plan(rig: Rig, choice: Choice): Promise<Plan>;
}

export interface Plan {
  readonly cases: readonly FaultCase[];
  /** What the cases were chosen from, such as `182 boundaries recorded`. */
  readonly from: string;
}

/** Which of many possible cases are run. */
export interface Choice {
  readonly seed: number;
  /** The short selection of `npm test`. */
  readonly short: boolean;
}

export interface CaseResult {
  readonly scenario: string;
  readonly name: string;
  readonly verdict: Verdict['kind'];
  readonly problems: readonly string[];
  readonly note?: string;
  /** How many runs before the last one did not reach what was to go wrong. */
  readonly retries: number;
  readonly seconds: number;
}

export function verdictOf(problems: readonly string[], note?: string): Verdict {
  return problems.length === 0
    ? { kind: 'converged', ...(note !== undefined && { note }) }
    : { kind: 'broken', problems };
}
