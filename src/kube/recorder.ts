/**
 * Kubernetes events (events.k8s.io/v1) about our objects.
 *
 * Guarantees: `record` neither throws nor waits; what cannot be written is dropped and logged at debug, for
 * an event is news and not state. Equal events about one object become one series whose count is written at
 * most once a minute, so that an object that fails for hours does not fill etcd; the first repeat that can be
 * written makes up for an event that could not. Memory is bounded.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { abortable } from '../lib/abortable.ts';
import type { Clock, Timer } from '../lib/clock.ts';
import { AbortScope } from './abort-scope.ts';
import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';
import { apiVersionOf, keyOf, microTime, type ApiObject, type Draft, type ResourceType } from './object.ts';

const eventType: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
};

/** What happened, in the words of the API: `reason` why (PascalCase), `action` what was being done. */
export interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  /** For people; cut at 1 kB, which the API server would refuse. */
  readonly note: string;
}

export interface RecorderOptions {
  readonly client: Pick<KubeClient, 'create' | 'merge'>;
  /** The pod's name. */
  readonly reportingInstance: string;
  readonly clock: Clock;
  readonly log: Logger;
}

interface KubeEvent extends ApiObject {
  readonly eventTime: string;
  readonly reportingController: string;
  readonly reportingInstance: string;
  readonly type: string;
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly regarding: Readonly<Record<string, string>>;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
}

interface Series {
  readonly identity: string;
  /** The first of them. */
  readonly event: Draft<KubeEvent>;
  count: number;
  lastAtMs: number;
  lastWriteAtMs: number;
  /** Runs while a count waits to be written. */
  timer: Timer | undefined;
}

const reportingController = 'vpe-operator.io/vpe-operator';
/** A series ends when its event has not been seen for this long, as in client-go. */
const windowMs = 6 * 60_000;
const writeEveryMs = 60_000;
const maxSeries = 4_096;
const maxPending = 5_000;
const maxNoteBytes = 1_024;
const maxNameLength = 253;

export class EventRecorder {
  readonly #options: RecorderOptions;
  /** Least recently seen first. */
  readonly #series = new Map<string, Series>();
  /** Series of which something is to be written. */
  readonly #pending: Series[] = [];
  readonly #closed = new AbortController();
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  record(object: ApiObject, occurrence: Occurrence): void {
    const now = this.#options.clock.now();
    const { type, reason } = occurrence;
    const note = truncate(occurrence.note);
    const identity = JSON.stringify([object.metadata.uid, type, reason, note]);
    const known = this.#series.get(identity);
    this.#series.delete(identity);
    if (known !== undefined && now - known.lastAtMs < windowMs) {
      this.#series.set(identity, known);
      known.count += 1;
      known.lastAtMs = now;
      known.timer ??= this.#options.clock.setTimer(
        Math.max(0, known.lastWriteAtMs + writeEveryMs - now),
        () => this.#writeCount(known),
      );
      return;
    }
    const event = this.#draft(object, { ...occurrence, note }, now);
    const series = { identity, event, count: 1, lastAtMs: now, lastWriteAtMs: now, timer: undefined };
    this.#series.set(identity, series);
    this.#evict();
    this.#enqueue(series);
  }

  /** Writes what is still to be written, and gives up on the rest after `deadlineMs`. Never throws. */
  async flush(deadlineMs: number): Promise<void> {
    for (const series of this.#series.values()) {
      if (series.timer !== undefined) {
        this.#writeCount(series);
      }
    }
    using scope = new AbortScope(this.#options.clock, this.#closed.signal);
    scope.limit(deadlineMs);
    try {
      await abortable(this.#writing, scope.signal);
    } catch (error) {
      this.#options.log.debug(
        { err: error, dropped: this.#pending.length },
        'events were not written in time',
      );
      this.#pending.length = 0;
      this.#closed.abort(error);
    }
  }

  #draft(object: ApiObject, occurrence: Occurrence, nowMs: number): Draft<KubeEvent> {
    const { namespace, name, uid, resourceVersion } = object.metadata;
    const suffix = `.${randomBytes(8).toString('hex')}`;
    return {
      apiVersion: apiVersionOf(eventType),
      kind: eventType.kind,
      metadata: { namespace, name: name.slice(0, maxNameLength - suffix.length) + suffix },
      eventTime: microTime(nowMs),
      reportingController,
      reportingInstance: this.#options.reportingInstance,
      ...occurrence,
      regarding: { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid, resourceVersion },
    };
  }

  #writeCount(series: Series): void {
    series.timer?.cancel();
    series.timer = undefined;
    series.lastWriteAtMs = this.#options.clock.now();
    this.#enqueue(series);
  }

  #evict(): void {
    for (const [identity, series] of this.#series) {
      if (this.#series.size <= maxSeries) {
        return;
      }
      this.#series.delete(identity);
      if (series.timer !== undefined) {
        this.#writeCount(series);
      }
    }
  }

  #enqueue(series: Series): void {
    if (this.#closed.signal.aborted || this.#pending.length >= maxPending) {
      this.#options.log.debug({ pending: this.#pending.length }, 'event dropped');
      this.#forgetFirst(series);
      return;
    }
    this.#pending.push(series);
    if (!this.#isWriting) {
      this.#writing = this.#drain();
    }
  }

  /** One at a time, so that a series' count cannot overtake its first event. */
  async #drain(): Promise<void> {
    this.#isWriting = true;
    for (let series = this.#pending.shift(); series !== undefined; series = this.#pending.shift()) {
      try {
        await this.#write(series);
      } catch (error) {
        this.#options.log.debug({ err: error }, 'event not written');
        this.#forgetFirst(series);
      }
    }
    this.#isWriting = false;
  }

  async #write({ event, count, lastAtMs }: Series): Promise<void> {
    const { client } = this.#options;
    const { signal } = this.#closed;
    if (count === 1) {
      await client.create<KubeEvent>(eventType, event, signal);
      return;
    }
    const series = { count, lastObservedTime: microTime(lastAtMs) };
    try {
      await client.merge(eventType, keyOf(event), { series }, signal);
    } catch (error) {
      // Its create failed, or somebody deleted it; client-go, too, makes it then, with its count.
      if (!(error instanceof KubeError && error.reason === 'absent')) {
        throw error;
      }
      await client.create<KubeEvent>(eventType, { ...event, series }, signal);
    }
  }

  /** After a write that failed: the next event is then a first one. A longer series still has a count to write. */
  #forgetFirst({ identity, count }: Series): void {
    if (count === 1) {
      this.#series.delete(identity);
    }
  }
}

/** At most 1 kB of UTF-8, never cutting a character in two. */
function truncate(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= maxNoteBytes) {
    return note;
  }
  const ellipsis = '…';
  const decoder = new TextDecoder();
  // In streaming mode a decoder keeps an incomplete last character to itself.
  const kept = decoder.decode(bytes.subarray(0, maxNoteBytes - Buffer.byteLength(ellipsis)), {
    stream: true,
  });
  return kept + ellipsis;
}
