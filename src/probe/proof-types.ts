/** The words of proofs: what is asked, and what came of it. */

/** What there is to prove about one gateway. Two subjects with the same content are the same. */
export interface Subject {
  /** Names that shall lead to the gateway; no wildcards. */
  readonly names: readonly string[];
  /** The gateway's own addresses: every answer for a name has to be one of them. */
  readonly addresses: readonly string[];
  readonly connections: readonly ConnectionSubject[];
}

/** A connection that shall come about. */
export interface ConnectionSubject {
  readonly address: string;
  readonly port: number;
  /** TLS, with a certificate that holds for this name; absent: TCP only. */
  readonly servername?: string;
}

/** What the resolvers answered for a name. */
export interface NameResult {
  readonly name: string;
  /** In order; empty when there were none, for the reason that `failure` gives. */
  readonly addresses: readonly string[];
  /** Error code of Node.js' `dns`, such as `ENOTFOUND`. */
  readonly failure?: string;
}

export interface ConnectionResult extends ConnectionSubject {
  readonly failure?: ConnectionFailure;
}

/**
 * How far a connection came: nothing answers (`timeout`, `unreachable`), it is turned down (`refused`), it is open and
 * then nothing is said (`silent`) or it is cut (`closed`), what is said is no TLS (`tls`), or the certificate does not
 * hold for the name (`certificate`).
 */
export interface ConnectionFailure {
  readonly kind: 'timeout' | 'unreachable' | 'refused' | 'silent' | 'closed' | 'tls' | 'certificate';
  /** In the words of the system or of the TLS library. */
  readonly detail: string;
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
