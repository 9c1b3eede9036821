/**
 * Moments of a run that can be named and found again in the next one: before and after each call, counted per
 * operator, phase of the script and name. Nothing here depends on the order in which different calls happen to run.
 */
export const moments = ['before', 'after'] as const;
export type Moment = (typeof moments)[number];

export type Side = 'kube' | 'cloud';

/** One call of the operator. */
export interface Call {
  /** Whose call it is: from 1, in the order in which operators were started. */
  readonly replica: number;
  readonly phase: string;
  readonly side: Side;
  readonly name: string;
  /** From 1, among the calls of this name in this phase. */
  readonly ordinal: number;
}

export interface Boundary extends Call {
  readonly moment: Moment;
}

/** `create: cloud POST endpoint_gateways #1`; the same in every run. */
export function callName({ phase, side, name, ordinal }: Call): string {
  return `${phase}: ${side} ${name} #${ordinal}`;
}

/** `create: cloud POST endpoint_gateways #1 before` */
export function boundaryName(boundary: Boundary): string {
  return `${callName(boundary)} ${boundary.moment}`;
}

export class CallCounter {
  readonly #counts = new Map<string, number>();
  readonly #calls: Call[] = [];
  /** Calls outside of a phase are not counted. */
  phase: string | undefined;

  /** The call that is being made now, if a phase is on. */
  next(replica: number, side: Side, name: string): Call | undefined {
    const { phase } = this;
    if (phase === undefined) {
      return undefined;
    }
    const key = `${replica} ${phase} ${side} ${name}`;
    const ordinal = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, ordinal);
    const call = { replica, phase, side, name, ordinal };
    this.#calls.push(call);
    return call;
  }

  get calls(): readonly Call[] {
    return this.#calls;
  }
}

export function boundariesOf(calls: readonly Call[]): readonly Boundary[] {
  return calls.flatMap((call) => moments.map((moment) => ({ ...call, moment })));
}
