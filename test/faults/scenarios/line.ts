/** The way between one operator and its servers: blocked on demand, and with a count of what came of that. */
import type { Lane } from '../lane.ts';
import type { Answered, Begun, Hook, PassingCall } from '../traffic.ts';

const listCall = 'list endpointgateways';
const watchCall = 'watch endpointgateways';

/** The first of the watcher's pauses at its shortest; each is twice as long (style-models §1.2). */
const firstPauseMs = 800;

export class Line {
  readonly lane: Lane;
  /** What becomes of calls; `undefined`: they pass. */
  block: Hook | undefined;
  /** Sees every call at both of its moments. */
  witness: (call: PassingCall) => void = () => {};
  #begunBefore = 0;
  #answeredBefore = 0;
  #sinceMs = 0;

  constructor(lane: Lane) {
    this.lane = lane;
    lane.traffic.hook = async (call) => {
      this.witness(call);
      return this.block?.(call);
    };
  }

  /** Counts from now on. */
  mark(): void {
    const { begun, answered } = this.lane.traffic;
    [this.#begunBefore, this.#answeredBefore, this.#sinceMs] = [begun.length, answered.length, Date.now()];
  }

  /** How often the operator tried to list or to watch. */
  get attempts(): number {
    return this.lane.traffic.begun.slice(this.#begunBefore).filter(isAttempt).length;
  }

  /** How often a list was answered. */
  get lists(): number {
    return this.#answered.filter(({ name, status }) => name === listCall && status === 200).length;
  }

  /** Until the last watch was open again; 0 when none was opened. */
  get gapMs(): number {
    const opened = this.#answered.findLast(({ name, status }) => name === watchCall && status === 200);
    return opened === undefined ? 0 : opened.atMs - this.#sinceMs;
  }

  /** What the watcher's pauses leave room for: one attempt after each, and a watch right after each list. */
  get mostAttempts(): number {
    return Math.floor(Math.log2(this.gapMs / firstPauseMs + 1)) + this.lists;
  }

  get #answered(): readonly Answered[] {
    return this.lane.traffic.answered.slice(this.#answeredBefore);
  }
}

export function isAttempt({ name }: Pick<Begun, 'name'>): boolean {
  return name === listCall || isWatch({ name });
}

export function isWatch({ name }: Pick<Begun, 'name'>): boolean {
  return name === watchCall;
}
