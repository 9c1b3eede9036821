/**
 * The status as a whole: composed in one place, written only when it differs, always by server-side apply of one
 * field manager, so that a field that is left out goes away.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { KubeClient } from '../kube/client.ts';
import { keyOf, type ResourceType } from '../kube/object.ts';
import { type Condition, findCondition, isCommon, sortConditions, stampConditions } from './conditions.ts';
import { isDeleting } from './finalizer.ts';
import { type CommonStatus, reconcileAtAnnotation, type Report, type Resource, type State } from './kind.ts';
import { commonConditions, isConclusive, keepsReady, type Verdict } from './outcome.ts';

export const fieldManager = 'vpe-operator';

export interface Concluded {
  readonly verdict: Verdict;
  /** Passes in a row that came to the same, this one included. */
  readonly attempts: number;
  /** Absent when the pass failed before it had observed: then the kind's part of the status stays. */
  readonly report?: Report<CommonStatus>;
  /** Fields to store before an action. A status that carries them concludes nothing yet (design §4.5, §4.6). */
  readonly intent?: Partial<CommonStatus>;
  readonly accountID?: string;
  readonly nowMs: number;
}

/** The next status; pure. `previous` is the status to carry over from where nothing new is known. */
export function composeStatus(
  resource: Resource,
  previous: CommonStatus,
  concluded: Concluded,
): CommonStatus {
  const { verdict, report, intent } = concluded;
  const state = stateOf(resource, previous, concluded);
  const handled = resource.metadata.annotations?.[reconcileAtAnnotation];
  const conclusive = intent === undefined && isConclusive(verdict, concluded.attempts);
  return {
    ...(report === undefined ? previous : pinned(resource, previous, concluded)),
    ...report?.fields,
    ...intent,
    state,
    observedGeneration: conclusive ? generationOf(resource) : (previous.observedGeneration ?? -1),
    conditions: composeConditions(resource, previous, { ...concluded, state }),
    ...(conclusive && handled !== undefined && { lastHandledReconcileAt: handled }),
  };
}

function generationOf({ metadata }: Resource): number {
  return metadata.generation ?? 0;
}

/** Where nothing was observed, the state is what it was; but for a pause, which says nothing about the cloud. */
function stateOf(resource: Resource, previous: CommonStatus, { verdict, report }: Concluded): State {
  if (verdict.kind === 'paused') {
    return 'Paused';
  }
  if (report !== undefined) {
    return report.state;
  }
  if (isDeleting(resource)) {
    return 'Deleting';
  }
  return previous.state === 'Paused' ? 'Unknown' : (previous.state ?? 'Pending');
}

function composeConditions(
  resource: Resource,
  previous: CommonStatus,
  { verdict, attempts, report, state, nowMs }: Concluded & { readonly state: State },
): readonly Condition[] {
  const before = previous.conditions ?? [];
  const at = { generation: generationOf(resource), nowMs };
  const context = { attempts, deleting: isDeleting(resource), unknownState: state === 'Unknown' };
  const common = stampConditions(before, commonConditions(verdict, context), at);
  if (report !== undefined) {
    return sortConditions([...common, ...stampConditions(before, report.conditions, at)]);
  }
  const ready = findCondition(before, 'Ready');
  const readyStays = keepsReady(verdict) && ready?.observedGeneration === at.generation;
  return sortConditions([
    ...common.map((condition) => (condition.type === 'Ready' && readyStays ? ready : condition)),
    ...before.filter((condition) => !isCommon(condition)),
  ]);
}

/** What the status keeps whatever a report says: the account and region of the first write (design §4.4). */
function pinned(resource: Resource, previous: CommonStatus, concluded: Concluded): CommonStatus {
  const accountID = previous.accountID ?? concluded.accountID;
  const { lastHandledReconcileAt } = previous;
  return {
    ...(accountID !== undefined && { accountID }),
    region: previous.region ?? resource.spec.region,
    ...(lastHandledReconcileAt !== undefined && { lastHandledReconcileAt }),
  };
}

export interface StatusWriter {
  readonly client: Pick<KubeClient, 'get' | 'applyStatus'>;
  readonly type: ResourceType;
  readonly log: Logger;
}

/** Writes the status when it differs; returns the object as it then is. */
export async function writeStatus(
  writer: StatusWriter,
  resource: Resource,
  next: CommonStatus,
  signal: AbortSignal,
): Promise<Resource> {
  if (isDeepStrictEqual(plain(resource.status), plain(next))) {
    return resource;
  }
  const written = await writer.client.applyStatus(writer.type, resource, next, { fieldManager }, signal);
  writer.log.debug({ state: next.state }, 'status written');
  return written;
}

/**
 * Stores an intent: the status with its fields, on condition that the object is still the version that was decided
 * on, and reads it back from the API server. Throws a KubeError `conflict` when the object has changed meanwhile.
 */
export async function writeIntent(
  writer: StatusWriter,
  resource: Resource,
  next: CommonStatus,
  signal: AbortSignal,
): Promise<Resource> {
  const { resourceVersion } = resource.metadata;
  const options = { fieldManager, resourceVersion };
  const written = await writer.client.applyStatus(writer.type, resource, next, options, signal);
  const read = await writer.client.get<Resource>(writer.type, keyOf(resource), signal);
  if (!isStoredIn(read, written)) {
    throw new IntentLost();
  }
  return read;
}

/** The object changed between storing an intent and reading it back; nothing was sent to the cloud. */
export class IntentLost extends Error {
  override readonly name = 'IntentLost';
  constructor() {
    super('the object changed while an intent was being stored');
  }
}

function isStoredIn(read: Resource, written: Resource): boolean {
  return (
    read.metadata.uid === written.metadata.uid &&
    read.metadata.generation === written.metadata.generation &&
    read.metadata.deletionTimestamp === written.metadata.deletionTimestamp &&
    isDeepStrictEqual(plain(read.status), plain(written.status))
  );
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
