/** IBM Cloud fails for long, from the first call on or where passes have got further. */
import type { Timings } from '../../../src/controller/timings.ts';
import { refusal } from '../faults.ts';
import { drop, silence, type Interference } from '../interference.ts';
import { isWrite } from '../traffic.ts';
import { inTurn, jittered, pausesOf } from './bounds.ts';
import {
  type Calls,
  eventCounts,
  finalizers,
  gatewayLists,
  intents,
  oneToken,
  references,
  type Storm,
  type StormOptions,
  tokenCall,
} from './storm.ts';

export function cloudStorms(options: StormOptions): readonly Storm[] {
  return [...outages(options), ...denials(options), ...deepFailures(options), ...missingTokens(options)];
}

/** A status is written when it changes: when the failure is met, and when patience ends. */
function told(reason: string, statuses = 1): Calls {
  return {
    'apply endpointgateways/status': { object: statuses },
    [`create events [${reason}]`]: { object: 1 },
    ...eventCounts,
  };
}

const unavailable = told('Unavailable');
const denied = told('AccessDenied', 2);

/** Nothing of VPC and tagging works: a pass ends with its first listing. */
const firstCalls: Calls = { ...oneToken, ...gatewayLists };

function outages({ paces, retryAfterSeconds }: StormOptions): readonly Storm[] {
  const retry = jittered(paces.retry);
  const common = { meets: 'creations', pauses: pausesOf(retry) } as const;
  const calls: Calls = { ...firstCalls, ...unavailable };
  const throttled: Calls = { ...firstCalls, ...told('Throttled') };
  return [
    { ...common, name: '500 to every call', act: answer(500), calls },
    { ...common, name: '429 to every call', act: answer(429), calls: throttled },
    {
      ...common,
      name: '429 with Retry-After to every call',
      inShort: true,
      act: answer(429, { 'retry-after': String(retryAfterSeconds) }),
      pauses: pausesOf(retry, { atLeastMs: retryAfterSeconds * 1000 }),
      calls: throttled,
    },
    {
      ...common,
      name: '500 and 429 by turns',
      inShort: true,
      act: byTurns([answer(500), answer(429)]),
      calls: { ...calls, ...throttled, 'apply endpointgateways/status': { pass: 1 } },
    },
    { ...common, name: 'every connection dropped', act: onService(() => drop), calls },
    {
      ...common,
      name: 'no call answered',
      act: onService(() => silence),
      lane: { callTimeout: '1s' },
      calls,
    },
  ];
}

function denials({ paces }: StormOptions): readonly Storm[] {
  const common = { meets: 'creations', pauses: deniedPauses(paces) } as const;
  const calls: Calls = { ...firstCalls, ...denied };
  return [
    { ...common, name: '403 to every call', act: answer(403), calls },
    {
      ...common,
      name: '401 to every call, whatever the token',
      inShort: true,
      act: answer(401),
      // Once more with a fresh token: a pass that is refused has used two of them.
      calls: { ...calls, [tokenCall]: { pass: 1, shared: 1 }, 'GET endpoint_gateways': { pass: 2 } },
    },
  ];
}

/** Three tries, and then patience. */
function deniedPauses({ retry, terminal }: Timings['paces']): Iterable<number> {
  return inTurn(pausesOf(jittered(retry), { times: 2 }), pausesOf(jittered(terminal)));
}

/** Reads work, so that passes get further. */
function deepFailures({ paces }: StormOptions): readonly Storm[] {
  const common = { meets: 'creations', pauses: pausesOf(jittered(paces.retry)) } as const;
  const calls: Calls = { ...oneToken, ...references, ...gatewayLists, ...finalizers, ...intents };
  const create = 'POST endpoint_gateways';
  return [
    {
      ...common,
      name: '409 to every write of the VPC API',
      inShort: true,
      act: onService(({ exchange: { method }, name }) =>
        isWrite({ method, name }) && !name.includes('tags') ? refusal('cloud', name, 409) : undefined,
      ),
      // The intent goes again with the status that tells of the refusal; then only a tag could tell of a gateway.
      calls: {
        ...calls,
        ...told('Conflict'),
        'POST resources/search': { shared: 1, pass: 1 },
        [create]: { pass: 1 },
        'apply endpointgateways/status': { pass: 1 },
      },
    },
    {
      ...common,
      name: '500 to every create',
      act: onService(({ name }) => (name === create ? refusal('cloud', name, 500) : undefined)),
      pauses: lostCreatePauses(paces),
      // The status tells first of the intent, then of the failure, then that the gateway is looked for.
      calls: {
        ...calls,
        ...unavailable,
        [create]: { object: 1 },
        'apply endpointgateways/status [intent]': { object: 3 },
        'get endpointgateways': { object: 1 },
      },
    },
    {
      ...common,
      name: '500 to every tag',
      act: onService(({ name }) => (name === 'POST tags/attach' ? refusal('cloud', name, 500) : undefined)),
      // The gateway goes through its states meanwhile, each of which the status tells.
      calls: {
        ...calls,
        ...unavailable,
        [create]: { object: 1 },
        'create events [Creating]': { object: 1 },
        'apply endpointgateways/status [intent]': { object: 1 },
        'get endpointgateways': { object: 1 },
        'apply endpointgateways/status': { object: 4 },
        'GET tags': { pass: 1 },
        'POST tags/attach': { pass: 1 },
      },
    },
  ];
}

/** The failure, and then the wait for what became of the create. */
function lostCreatePauses({ retry, changing }: Timings['paces']): Iterable<number> {
  return inTurn(pausesOf(jittered(retry), { times: 1 }), pausesOf(jittered(changing)));
}

/** A failure to get a token is every caller's for a second (src/cloud/token-cache.ts). */
const failureHoldMs = 1_000;

function missingTokens({ paces }: StormOptions): readonly Storm[] {
  const common = { meets: 'creations' } as const;
  const calls: Calls = { [tokenCall]: { shared: 1, everyMs: failureHoldMs } };
  const refused: Interference = {
    kind: 'answer',
    status: 400,
    body: { errorCode: 'BXNIM0415E', errorMessage: 'Provided API key could not be found.' },
  };
  return [
    {
      ...common,
      name: 'IAM refuses the key',
      inShort: true,
      act: ({ name }) => (name === tokenCall ? refused : undefined),
      pauses: deniedPauses(paces),
      calls: { ...calls, ...denied },
    },
    {
      ...common,
      name: 'IAM answers 500',
      act: ({ name }) => (name === tokenCall ? refusal('cloud', name, 500) : undefined),
      pauses: pausesOf(jittered(paces.retry)),
      calls: { ...calls, ...unavailable },
    },
  ];
}

function answer(status: number, headers = {}): Storm['act'] {
  return onService(({ name }) => refusal('cloud', name, status, headers));
}

/** On calls to VPC and tagging, since without a token there are none. */
function onService(act: Storm['act']): Storm['act'] {
  return (call) => (call.side === 'cloud' && call.name !== tokenCall ? act(call) : undefined);
}

/** Each of them for a call that is struck, one after the other. */
function byTurns(acts: readonly Storm['act'][]): Storm['act'] {
  let turn = 0;
  return (call) => {
    const interference = acts[turn % acts.length]?.(call);
    turn += Number(interference !== undefined);
    return interference;
  };
}
