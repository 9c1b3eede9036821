/** The API server fails for long: for statuses, or for lists and watches. */
import { kubeStatus, refusal } from '../faults.ts';
import { drop, type Interference } from '../interference.ts';
import { jittered, pausesOf } from './bounds.ts';
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
} from './storm.ts';

export function kubeStorms(options: StormOptions): readonly Storm[] {
  return [...statuses(options), ...watches()];
}

/** No status can be written: an intent when something is to be created, else what a pass came to. */
function statuses({ paces, retryAfterSeconds }: StormOptions): readonly Storm[] {
  const retry = jittered(paces.retry);
  const pauses = pausesOf(retry);
  const creation: Calls = {
    ...oneToken,
    ...references,
    ...gatewayLists,
    ...finalizers,
    ...intents,
    // Without a status only a tag could tell of a gateway.
    'POST resources/search': { shared: 1, pass: 1 },
  };
  const change: Calls = {
    ...gatewayLists,
    'GET tags': { object: 1 },
    'PATCH endpoint_gateways/:id': { object: 1 },
    'create events [Updating]': { object: 1 },
    ...eventCounts,
    'apply endpointgateways/status': { pass: 1 },
    'get endpointgateways': { pass: 1 },
  };
  const retryAfter = { 'retry-after': String(retryAfterSeconds) };
  return [
    { name: '409 to every intent', meets: 'creations', act: refuseStatuses(409), pauses, calls: creation },
    {
      name: '409 to every status',
      inShort: true,
      meets: 'changes',
      act: refuseStatuses(409),
      pauses,
      calls: change,
    },
    { name: '500 to every status', meets: 'changes', act: refuseStatuses(500), pauses, calls: change },
    {
      name: '429 with Retry-After to every status',
      inShort: true,
      meets: 'changes',
      act: refuseStatuses(429, retryAfter),
      pauses: pausesOf(retry, { atLeastMs: retryAfterSeconds * 1000 }),
      calls: change,
    },
  ];
}

function refuseStatuses(status: number, headers = {}): Storm['act'] {
  return ({ name }) =>
    name.startsWith('apply endpointgateways/status') ? refusal('kube', name, status, headers) : undefined;
}

/** Of a watch; not configurable, and jitter only adds to it (src/kube/reopen-pauses.ts). */
const reopen = { baseMs: 800, maxMs: 30_000 };

/** Nothing is heard of changes, so nothing else is asked. */
function watches(): readonly Storm[] {
  const refusals: readonly (readonly [string, (name: string) => Interference])[] = [
    ['500', (name) => refusal('kube', name, 500)],
    ['403', (name) => refusal('kube', name, 403)],
    ['dropped', () => drop],
  ];
  const expired = JSON.stringify({ type: 'ERROR', object: kubeStatus(410) });
  const common = { meets: 'changes', pauses: pausesOf(reopen) } as const;
  return refusals.flatMap(([word, refuse]): readonly Storm[] => {
    const act: Storm['act'] = ({ name }) =>
      /^(list|watch) endpointgateways$/.test(name) ? refuse(name) : undefined;
    return [
      {
        ...common,
        name: `every watch: ${word}`,
        act,
        breakOut: ({ newest }) => newest.kube.cutStreams(),
        calls: { 'watch endpointgateways': { attempt: 1 }, ...eventCounts },
      },
      {
        ...common,
        name: `every list: ${word}`,
        act,
        breakOut: ({ newest }) => newest.kube.endStreams(expired),
        calls: { 'list endpointgateways': { attempt: 1 }, ...eventCounts },
      },
    ];
  });
}
