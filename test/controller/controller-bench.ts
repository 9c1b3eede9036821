/** A controller of the toy kind at work, fed by hand with what a watch would deliver. */
import { pino } from 'pino';

import { ChangeBudget } from '../../src/controller/change-budget.ts';
import { findCondition } from '../../src/controller/conditions.ts';
import { Controller } from '../../src/controller/controller.ts';
import { defaultTimings } from '../../src/controller/timings.ts';
import type { Key } from '../../src/kube/object.ts';
import type { Occurrence } from '../../src/kube/recorder.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';
import { MemoryKube } from './memory-kube.ts';
import { type Box, boxManifest, type BoxSpec, ToyCloud } from './toy-kind.ts';
import { noPaths } from './no-paths.ts';

interface BenchOptions {
  readonly workers?: number;
  /** The signal of passes under way; by default they are aborted with everything else. */
  readonly passes?: AbortSignal;
  readonly deletesPerHour?: number;
  readonly dryRun?: boolean;
}

export class ControllerBench {
  readonly kube = new MemoryKube<Box>();
  readonly cloud = new ToyCloud();
  readonly clock = new FakeClock();
  readonly events: Occurrence[] = [];
  readonly key: Key = 'default/box';
  readonly controller: Controller;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor({ workers = 4, passes, deletesPerHour = 100, dryRun = false }: BenchOptions = {}) {
    this.controller = new Controller({
      kind: this.cloud.kind,
      client: this.kube,
      accounts: this.cloud.accounts,
      recorder: { record: (_, occurrence) => void this.events.push(occurrence) },
      clock: this.clock,
      // The longest delays that chance allows are the schedules themselves.
      random: () => 1 - Number.EPSILON,
      log: pino({ level: 'silent' }),
      timings: defaultTimings,
      clusterID: 'cluster',
      nodeZones: async () => undefined,
      pathsOf: () => noPaths,
      find: async () => undefined,
      identity: 'process',
      workers,
      budget: new ChangeBudget(this.clock, { deletesPerHour }),
      dryRun,
      takeOverFrom: [],
      onPass: () => {},
    });
    this.#running = this.controller.run(this.#stop.signal, {
      signal: passes ?? this.#stop.signal,
      fence: () => {},
    });
  }

  /** Asks the workers to end; `ended` tells when they have. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await settle();
  }

  async ended(): Promise<void> {
    await this.#running;
  }

  make(name = 'box', spec: Partial<BoxSpec> = {}, finalizers: readonly string[] = []): Box {
    return this.kube.make(boxManifest({ spec, metadata: { name, finalizers } }));
  }

  edit(changes: Partial<BoxSpec>): void {
    this.kube.edit(this.key, (spec) => ({ ...spec, ...changes }));
  }

  async deliver(of = this.key): Promise<void> {
    for (const change of this.controller.take({ type: 'apply', object: this.kube.known(of) })) {
      this.controller.offer(change.key);
    }
    await settle();
  }

  async list(...objects: readonly Box[]): Promise<void> {
    this.controller.take({ type: 'init' });
    for (const object of objects) {
      this.controller.take({ type: 'initApply', object });
    }
    for (const change of this.controller.take({ type: 'initDone' })) {
      this.controller.offer(change.key);
    }
    await settle();
  }

  get readyReason(): string | undefined {
    return findCondition(this.kube.read(this.key)?.status?.conditions, 'Ready')?.reason;
  }

  /** Passes that got as far as looking at the cloud. */
  get observations(): number {
    return this.cloud.calls.filter((call) => call === 'observe').length;
  }

  /** Lets the key's next `count` pauses pass; returns them, in seconds. */
  async pauses(count: number): Promise<readonly number[]> {
    const found: number[] = [];
    while (found.length < count) {
      const [next = Number.NaN] = this.clock.delaysMs;
      found.push(next / 1_000);
      await this.clock.advance(next);
    }
    return found;
  }
}
