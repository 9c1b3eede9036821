/** The words of proofs: what is asked, and what came of it. */
import type { ConnectionFailure, ConnectionSubject } from '../lib/connecting.ts';
import type { NameResult } from '../lib/names.ts';

/** What there is to prove about one gateway. Two subjects with the same content are the same. */
export interface Subject {
  /** Names that shall lead to the gateway; no wildcards. */
  readonly names: readonly string[];
  /** The gateway's own addresses: every answer for a name has to be one of them. */
  readonly addresses: readonly string[];
  readonly connections: readonly ConnectionSubject[];
}

export interface ConnectionResult extends ConnectionSubject {
  readonly failure?: ConnectionFailure;
}

/**
 * `Unproven`: not enough results yet. The results are those of the round that decided, every one of them; empty while
 * unproven, and when the status is only carried over from before the operator's start.
 */
export interface Verdict<Result> {
  readonly status: 'Unproven' | 'Proven' | 'Failing';
  readonly results: readonly Result[];
}

export interface Verdicts {
  /** Absent: there are no names to resolve. */
  readonly names?: Verdict<NameResult>;
  /** Absent: there are no connections to open. */
  readonly connections?: Verdict<ConnectionResult>;
}

export type Settled = Exclude<Verdict<never>['status'], 'Unproven'>;

/** Verdicts of before the program started; absent: none. */
export interface Prior {
  readonly names?: Settled;
  readonly connections?: Settled;
}
