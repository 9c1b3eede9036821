/**
 * What is true of every hand-over between two replicas, whichever way the first one lost its Lease: the order of the
 * calls, the gap between them, and the answers to what arrives too late (design §4.8).
 */
import type { Boundary } from '../boundary.ts';
import type { Lane } from '../lane.ts';
import type { Answered, Begun } from '../traffic.ts';

const work = /^(GET|POST|PUT|PATCH|DELETE) (?!token$)/;
const leaderWork = /endpoint|tags/;
const lease = /^update leases$/;

/** After SIGTERM the Lease is handed over: released after the leader's last call, and taken after that. */
export function releaseProblems({ traffic: { answered } }: Lane): readonly string[] {
  const lastWork = lastOf(answered, 1, leaderWork);
  const release = lastOf(answered, 1, lease);
  const takeOver = firstOf(answered, 2, lease);
  return lastWork < release && release < takeOver
    ? []
    : ['the Lease was not released after the last call and before it was taken'];
}

/** The leader's last call is answered before its successor begins, and that one holds the Lease by then. */
export function successionProblems({ traffic: { answered } }: Lane): readonly string[] {
  const firstWork = firstOf(answered, 2, work);
  return [
    ...(lastOf(answered, 1, leaderWork) < firstWork
      ? []
      : ['the leader was still at work when its successor began']),
    ...(firstOf(answered, 2, lease) < firstWork ? [] : ['the successor began before it held the Lease']),
  ];
}

/** A leader that was stopped, from the moment at which it goes on. */
export class Resumed {
  readonly #lane: Lane;
  readonly #held: Boundary;
  readonly #begunBefore: number;
  readonly #answeredBefore: number;

  /** `held` is the call that it had begun when it was stopped. */
  constructor(lane: Lane, held: Boundary) {
    this.#lane = lane;
    this.#held = held;
    this.#begunBefore = lane.traffic.begun.length;
    this.#answeredBefore = lane.traffic.answered.length;
  }

  /** What it begins now, and what it did while its successor took over; once that one has been at work. */
  problems(): readonly string[] {
    const { begun } = this.#lane.traffic;
    const last = begun.slice(0, this.#begunBefore).findLastIndex(({ replica }) => replica === 1);
    const takeOver = firstOf(begun, 2, lease);
    const firstWork = firstOf(begun, 2, work);
    const more = begun.slice(this.#begunBefore).filter(isOfLeader);
    const completed = this.#completed.map(({ name }) => name);
    return [
      ...(last < takeOver ? [] : [`the stopped leader began ${begun[last]?.name} after its Lease was taken`]),
      // After the very last call there is nothing left for it to do.
      ...(takeOver < firstWork || firstWork === -1 ? [] : ['the successor began before it held the Lease']),
      ...more.map(({ name }) => `the resumed leader went on with ${name}`),
      ...(completed.join() === this.#held.name
        ? []
        : [`of the resumed leader arrived: ${completed.join(', ')}`]),
    ];
  }

  /** For a call that arrives when its successor has done all. */
  lateProblems(): readonly string[] {
    const { moment, name } = this.#held;
    const expected = lateAnswerTo(this.#held);
    if (moment === 'after' || this.#status === expected) {
      return [];
    }
    return name.startsWith('apply endpointgateways/status') && this.#status === 200
      ? ['the status that the stopped leader had begun to write replaced that of its successor']
      : [`${name} arrived late and was answered ${this.#status} instead of ${expected}`];
  }

  said(): string {
    return `answered ${this.#status}`;
  }

  get #status(): number | undefined {
    return this.#completed.find(({ name }) => name === this.#held.name)?.status;
  }

  get #completed(): readonly Answered[] {
    return this.#lane.traffic.answered.slice(this.#answeredBefore).filter(isOfLeader);
  }
}

/** Events are no work: what happened is told even by one that may do nothing any more. */
function isOfLeader({ replica, name }: Begun): boolean {
  return replica === 1 && !name.includes(' events');
}

/**
 * A create is refused by R1, and a write to the object by the version that it was decided on, or because there is no
 * object any more. What is left repeats what is so already: a tag, a name, a deletion.
 */
function lateAnswerTo({ phase, name }: Boundary): number {
  const toObject = phase === 'delete' ? 404 : undefined;
  switch (name) {
    case 'POST endpoint_gateways':
      return 409;
    case 'DELETE endpoint_gateways/:id':
      return 404;
    // The API server's answer to a JSON patch whose `test` fails.
    case 'patch endpointgateways':
      return toObject ?? 422;
    default:
      return name.startsWith('apply endpointgateways/status') ? (toObject ?? 409) : 200;
  }
}

/** From the leader's last answer about its work, or from `sinceMs`, to its successor's first one. */
export function gapOf({ traffic: { answered } }: Lane, sinceMs?: number): string {
  const fromMs = sinceMs ?? answered[lastOf(answered, 1, leaderWork)]?.atMs ?? 0;
  const first = answered[firstOf(answered, 2, work)];
  return first === undefined ? 'nothing left to do' : `gap ${((first.atMs - fromMs) / 1000).toFixed(1)} s`;
}

function firstOf(calls: readonly Begun[], from: number, words: RegExp): number {
  return calls.findIndex(({ replica, name }) => replica === from && words.test(name));
}

function lastOf(calls: readonly Begun[], from: number, words: RegExp): number {
  return calls.findLastIndex(({ replica, name }) => replica === from && words.test(name));
}
