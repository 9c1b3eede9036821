/** What can go wrong with one call, on either side. */
import { errorOfStatus, errorsBody } from '../cloud/errors.ts';
import type { Moment, Side } from './boundary.ts';
import type { Lane, LaneOptions } from './lane.ts';
import { drop, silence, type Interference } from './interference.ts';

export interface Fault {
  readonly name: string;
  readonly side: Side;
  readonly moment: Moment;
  /** What becomes of the call, given its name; `undefined`: it goes on. */
  readonly act: (lane: Lane, call: string) => Interference | undefined;
  readonly lane?: LaneOptions;
}

/** Shorter than the 30 s of production, so that nobody waits for a call that is never answered. */
const shortCalls: LaneOptions = { callTimeout: '1s' };

/**
 * The lag outlasts four calls, so that a gateway just created is read by its id; whoever takes an error of that for
 * its absence makes a second one.
 */
export const unreadable: Fault = {
  side: 'cloud',
  moment: 'before',
  name: '500 before, and lists lag by 90 s, and duplicates pass',
  act: (_, call) => refusal('cloud', call, 500),
  lane: { settings: { listLagMs: 90_000, duplicateChecks: false } },
};

export const faults: readonly Fault[] = [
  ...both('dropped', () => drop),
  ...both('500', (side, call) => refusal(side, call, 500)),
  ...(['kube', 'cloud'] as const).flatMap((side): readonly Fault[] => [
    { side, moment: 'before', name: '409', act: (_, call) => refusal(side, call, 409) },
    { side, moment: 'before', name: '429', act: (_, call) => refusal(side, call, 429) },
    {
      side,
      moment: 'before',
      name: '429 with Retry-After',
      act: (_, call) => refusal(side, call, 429, { 'retry-after': '1' }),
    },
  ]),
  { side: 'cloud', moment: 'before', name: 'timeout before', act: () => silence, lane: shortCalls },
  { side: 'cloud', moment: 'after', name: 'timeout after', act: () => silence, lane: shortCalls },
  // A call to the API server has 30 s; more than that costs the run too much.
  { side: 'kube', moment: 'after', name: 'timeout after', act: () => silence },
  { side: 'cloud', moment: 'before', name: 'token expired', act: expire },
  {
    side: 'cloud',
    moment: 'after',
    name: 'dropped after, and lists lag by 90 s, and the clock is an hour ahead',
    act: () => drop,
    lane: { settings: { listLagMs: 90_000 }, skewMs: 3_600_000 },
  },
  unreadable,
];

function both(name: string, answer: (side: Side, call: string) => Interference): readonly Fault[] {
  return (['kube', 'cloud'] as const).flatMap((side) =>
    (['before', 'after'] as const).map((moment) => ({
      side,
      moment,
      name: `${name} ${moment}`,
      act: (_: Lane, call: string) => answer(side, call),
    })),
  );
}

export function expire({ cloud }: Lane): undefined {
  cloud.control.expireTokens();
}

/** In the words of the service that the call is for. */
export function refusal(
  side: Side,
  call: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Interference {
  return {
    kind: 'answer',
    status,
    headers,
    body: side === 'kube' ? kubeStatus(status) : cloudError(call, status),
  };
}

function cloudError(call: string, status: number): unknown {
  const error = errorOfStatus(status);
  return call === 'POST token'
    ? { errorCode: error.code, errorMessage: error.message }
    : errorsBody(error, 'request');
}

const kubeReasons: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
};

/** `metav1.Status`, as the API server answers it. */
export function kubeStatus(code: number): object {
  const reason = kubeReasons[code] ?? 'Unknown';
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `a fault: ${reason}`,
    reason,
    code,
  };
}
