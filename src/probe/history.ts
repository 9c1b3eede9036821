/**
 * What a check has shown lately, and the verdict on it. Pure.
 *
 * The path is probed for months; the verdict has to tell a change from noise. One rule decides everything that may
 * change: a word prevails when at least three of the last five rounds say it, the newest two among them. So rounds that
 * alternate change nothing, and after a change the opposite needs rounds of its own.
 */
import type { Settled, Verdict } from './proof-types.ts';
import type { Round } from './round.ts';

export interface History<Result> {
  /** Newest last. */
  readonly rounds: readonly Round<Result>[];
  /** The same object for as long as it says the same. */
  readonly verdict: Verdict<Result>;
  /** Gist of the verdict's results; absent as long as it has none. */
  readonly gist?: string;
}

const windowLength = 5;
const prevailing = 3;
const newest = 2;

/** `prior` is what the verdict was before the program started: it stands, without results, until rounds overturn it. */
export function newHistory<Result>(prior?: Settled): History<Result> {
  return { rounds: [], verdict: { status: prior ?? 'Unproven', results: [] } };
}

/**
 * The history after one more round.
 *
 * Unproven becomes Proven with the first good round, and Failing when bad ones prevail; Proven and Failing become each
 * other when the contrary prevails. The results are those of the round that decided. As long as the status stays they
 * are replaced only when another gist prevails. A status that was carried over gets its first results from the first
 * good round if it is Proven, and if it is Failing from the round with which bad ones prevail.
 */
export function withRound<Result>(before: History<Result>, round: Round<Result>): History<Result> {
  const rounds = [...before.rounds, round].slice(-windowLength);
  const status = statusAfter(before.verdict.status, rounds, round);
  if (!isShown(before, status, rounds, round)) {
    return { ...before, rounds };
  }
  return { rounds, verdict: { status, results: round.results }, gist: round.gist };
}

/** Whether a round speaks for the status; none speaks for `Unproven`. */
export function agrees(status: Verdict<unknown>['status'], { isGood }: Round<unknown>): boolean {
  return status === (isGood ? 'Proven' : 'Failing');
}

function statusAfter(
  before: Verdict<unknown>['status'],
  rounds: readonly Round<unknown>[],
  { isGood }: Round<unknown>,
): Verdict<unknown>['status'] {
  if (before === 'Unproven' && isGood) {
    return 'Proven';
  }
  const prevails = prevail(rounds, (round) => round.isGood === isGood);
  return prevails ? (isGood ? 'Proven' : 'Failing') : before;
}

/** Whether the verdict is to show this round's results, the newest one's. */
function isShown(
  { verdict, gist }: History<unknown>,
  status: Verdict<unknown>['status'],
  rounds: readonly Round<unknown>[],
  round: Round<unknown>,
): boolean {
  if (status !== verdict.status) {
    return true;
  }
  if (!agrees(status, round) || round.gist === gist) {
    return false;
  }
  if (gist === undefined) {
    return status === 'Proven' || prevail(rounds, ({ isGood }) => !isGood);
  }
  return prevail(rounds, (other) => other.isGood === round.isGood && other.gist === round.gist);
}

function prevail(rounds: readonly Round<unknown>[], says: (round: Round<unknown>) => boolean): boolean {
  return rounds.filter(says).length >= prevailing && rounds.slice(-newest).every(says);
}
