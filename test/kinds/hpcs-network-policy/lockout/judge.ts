/** What no run of a closing may ever do, judged by what the cloud and the API server saw; and how it may end. */
import type { Disturbance } from './disturbance.ts';
import { type Event, guard, type Outcome } from './world.ts';

type Write = Extract<Event, { kind: 'write' }>;

/** As sentences. */
export function problemsOf(outcome: Outcome, disturbances: readonly Disturbance[]): readonly string[] {
  const { events } = outcome;
  return [
    ...events.flatMap((event, index) =>
      event.kind !== 'write'
        ? []
        : closes(event)
          ? closingProblems(event, events.slice(0, index))
          : backProblems(events.slice(0, index)),
    ),
    ...intentProblems(events),
    ...endProblems(outcome, disturbances),
  ];
}

export function isClosing(event: Event): boolean {
  return event.kind === 'write' && closes(event);
}

/** What is not even read by the service is counted as what it would have been by the intent. */
function closes({ request, stored }: Write): boolean {
  const body = JSON.stringify(request.body ?? '');
  return request.body === undefined ? stored?.change?.phase !== 'PuttingBack' : body.includes('private-only');
}

function closingProblems({ over, by, atMs, stored }: Write, before: readonly Event[]): readonly string[] {
  const proofs = before.filter(
    (event) => event.kind === 'read' && event.by === by && atMs - event.atMs < guard.windowMs,
  );
  return [
    ...(over === 'private' ? [] : ['it was closed over the public endpoint']),
    ...(proofs.length >= guard.successes ? [] : [`it was closed after ${proofs.length} proofs`]),
    ...(stored?.change === undefined ? ['it was closed without a stored intent'] : []),
  ];
}

/** Only after the path failed, at some time since the last closing; or because the user wants it open. */
function backProblems(before: readonly Event[]): readonly string[] {
  if (before.findLast((event) => event.kind === 'wish')?.closed === false) {
    return [];
  }
  const isBroken = before.findLast((event) => event.kind === 'path')?.works === false;
  const since = before.slice(before.findLastIndex(isClosing));
  const hasFailed = isBroken || since.some((event) => event.kind === 'path');
  return hasFailed ? [] : ['something was put back although the path never failed'];
}

/** The changes of one intent are those between two statuses that know of none. */
function intentProblems(events: readonly Event[]): readonly string[] {
  let writes = 0;
  const problems: string[] = [];
  for (const event of events) {
    if (event.kind === 'status' && event.status?.change === undefined) {
      writes = 0;
    } else if (isClosing(event)) {
      writes += 1;
      if (writes > 2) {
        problems.push(`one intent was sent ${writes} times`);
      }
    }
  }
  return problems;
}

function endProblems(
  { verdict, isClosed, status, events }: Outcome,
  disturbances: readonly Disturbance[],
): readonly string[] {
  if (status?.change !== undefined) {
    return ['the change is not confirmed, though everything works'];
  }
  if (verdict.kind === 'settled') {
    return isClosed ? [] : ['it says that the instance is closed, and it is open'];
  }
  const reason = verdict.kind === 'stalled' ? verdict.reason : verdict.kind;
  const isExplained =
    (reason === 'PutBack' && events.some((event) => event.kind === 'path')) ||
    (reason === 'OpenedOutside' && disturbances.some(({ what }) => what.kind === 'stranger'));
  return isExplained && !isClosed ? [] : [`it ends ${reason}, ${isClosed ? 'closed' : 'open'}`];
}
