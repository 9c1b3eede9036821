/**
 * An operator at work in process on a simulated account: the engine's own controller, drift check and sweep with their
 * default timings, a clock that a test moves, and a count of what is under way, so that "nothing to do" is a condition
 * and not a pause.
 */
import { pino } from 'pino';

import type { Accounts } from '../../../src/cloud/accounts.ts';
import { ChangeBudget } from '../../../src/controller/change-budget.ts';
import { Controller } from '../../../src/controller/controller.ts';
import { checkDrift } from '../../../src/controller/drift.ts';
import type { AnyKind, CommonSpec, CommonStatus, Resource } from '../../../src/controller/kind.ts';
import type { OrphanSearch } from '../../../src/controller/orphan-search.ts';
import { sweepOrphans } from '../../../src/controller/sweep.ts';
import { defaultTimings } from '../../../src/controller/timings.ts';
import { type ApiObject, type Key, keyOf, type KubeObject } from '../../../src/kube/object.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { settle } from '../../lib/fake-clock.ts';
import { until } from '../../lib/until.ts';
import type { MemoryKube } from '../../controller/memory-kube.ts';
import { noPaths } from '../../controller/no-paths.ts';

const stepMs = 1_000;

export interface OperatorOptions {
  readonly kind: AnyKind;
  readonly accounts: Accounts;
  /** The objects that the first listing brings. */
  readonly keys: readonly Key[];
  readonly clusterID: string;
  /** Of the Nodes. */
  readonly zones: readonly string[];
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  /** By how much time goes on while something is under way: the finer, the longer a wait for the budget takes. */
  readonly idleStepMs?: number;
}

/** What a check for drift was asked about. */
export interface Check {
  readonly keys: readonly Key[];
  /** The last request that the cloud had seen before. */
  readonly after: number;
}

export class Operator<Kept extends Resource> {
  /** In the order of the questions. */
  readonly checked: Check[] = [];
  /** How many orphans each sweep found. */
  readonly swept: number[] = [];
  /** Objects that passes looked at. */
  readonly passes: Key[] = [];
  readonly #cloud: Cloud;
  readonly #kube: MemoryKube<Kept>;
  readonly #options: OperatorOptions;
  readonly #accounts: Pick<Accounts, 'open' | 'refusal' | 'session' | 'allows'>;
  readonly #controller: Controller;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];
  #underWay = 0;

  private constructor(cloud: Cloud, kube: MemoryKube<Kept>, options: OperatorOptions) {
    const { accounts, random, clusterID, zones } = options;
    this.#cloud = cloud;
    this.#kube = kube;
    this.#options = options;
    this.#accounts = this.#watchedAccounts(accounts);
    this.#controller = new Controller({
      kind: this.#watchedKind(),
      client: this.#client(),
      accounts: this.#accounts,
      recorder: { record: () => {} },
      clock: cloud.control.clock,
      random,
      log: pino({ level: 'silent' }),
      timings: defaultTimings,
      clusterID,
      takeOverFrom: [],
      nodeZones: async () => zones,
      pathsOf: () => noPaths,
      find: async () => undefined,
      identity: 'process',
      workers: 8,
      budget: new ChangeBudget(cloud.control.clock, { deletesPerHour: 0 }),
      dryRun: false,
      onPass: () => {
        this.#underWay -= 1;
      },
    });
  }

  /** Starts as the program does, on the objects that there are; the timers begin to run now. */
  static start<Kept extends Resource>(
    cloud: Cloud,
    kube: MemoryKube<Kept>,
    options: OperatorOptions,
  ): Operator<Kept> {
    const operator = new Operator(cloud, kube, options);
    operator.#begin();
    return operator;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** The watch brings what somebody has done to an object. */
  deliver(key: Key): void {
    this.#take(this.#kube.known(key));
  }

  /** Lets time pass, a second at a time, and all that comes due in each be done. */
  async pass(ms: number): Promise<void> {
    const { clock } = this.#cloud.control;
    const untilMs = clock.now() + ms;
    while (clock.now() < untilMs) {
      clock.advance(Math.min(stepMs, untilMs - clock.now()));
      await this.idle();
    }
  }

  /**
   * Until nothing is under way. What is takes time, if little: so that what waits for the account's budget has its
   * turn.
   */
  async idle(): Promise<void> {
    await settle();
    if (this.#isIdle) {
      return;
    }
    const { idleStepMs = 1 } = this.#options;
    const isIdle = async (): Promise<boolean> => {
      this.#cloud.control.clock.advance(idleStepMs);
      await settle();
      return this.#isIdle;
    };
    await until(isIdle, { what: 'nothing is under way', everyMs: 1, deadlineMs: 120_000 });
  }

  get #isIdle(): boolean {
    return this.#underWay === 0 && this.#controller.queue.length === 0;
  }

  #begin(): void {
    const { clock } = this.#cloud.control;
    const { keys, kind, random, clusterID, zones } = this.#options;
    const controller = this.#controller;
    controller.take({ type: 'init' });
    for (const key of keys) {
      controller.take({ type: 'initApply', object: this.#kube.known(key) });
    }
    controller.take({ type: 'initDone' });
    const { signal } = this.#stop;
    const shared = {
      controller,
      accounts: this.#accounts,
      clock,
      log: pino({ level: 'silent' }),
      random,
    };
    const drift = {
      find: async () => undefined,
      nodeZones: async () => zones,
      everyMs: defaultTimings.driftCheckMs / (kind.driftChecks ?? 1),
      dryRun: false,
    };
    const sweep = {
      ...shared,
      stores: [controller.store],
      recorder: { record: () => {} },
      clusterID,
      self: async () => ({ metadata: { name: 'lease' } }) as ApiObject,
      onSwept: (_: string, orphans: number) => void this.swept.push(orphans),
      everyMs: defaultTimings.orphanSweepMs,
    };
    this.#running.push(
      controller.run(signal, { signal, fence: () => {} }),
      checkDrift({ ...shared, ...drift }, signal),
      sweepOrphans(sweep, signal),
    );
  }

  async #during<T>(work: Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** A session comes before everything else, and may take a look at a file and a token. */
  #watchedAccounts(accounts: Accounts): Pick<Accounts, 'open' | 'refusal' | 'session' | 'allows'> {
    return {
      get open() {
        return accounts.open;
      },
      refusal: (...asked) => accounts.refusal(...asked),
      allows: (...asked) => accounts.allows(...asked),
      session: async (...asked) => this.#during(accounts.session(...asked)),
    };
  }

  /** A pass is under way from its first look until its verdict (`onPass`); checks and sweeps while they are asked. */
  #watchedKind(): AnyKind {
    const { kind } = this.#options;
    return {
      ...kind,
      observe: async (resource, io) => {
        this.#underWay += 1;
        this.passes.push(keyOf(resource));
        return kind.observe(resource, io);
      },
      drifted: async (resources, check) => {
        const keys = resources.map((resource) => keyOf(resource));
        this.checked.push({ keys, after: this.#cloud.control.requestLog.lastSequence });
        return this.#during(kind.drifted(resources, check));
      },
      ...(kind.orphans !== undefined && { orphans: this.#watchedSearch(kind.orphans) }),
    };
  }

  #watchedSearch(search: OrphanSearch<CommonSpec, CommonStatus>): OrphanSearch<CommonSpec, CommonStatus> {
    return {
      tagsInUse: async (...asked) => this.#during(search.tagsInUse(...asked)),
      locate: async (...asked) => this.#during(search.locate(...asked)),
    };
  }

  /** What the API server answers, the watch brings as well. */
  #client(): Pick<MemoryKube, 'get' | 'applyStatus' | 'patchFinalizers'> {
    const kube = this.#kube;
    const echo = <T extends KubeObject>(object: T): T => {
      this.#take(object as unknown as Resource);
      return object;
    };
    return {
      get: async (...asked) => kube.get(...asked),
      applyStatus: async (...asked) => echo(await kube.applyStatus(...asked)),
      patchFinalizers: async (...asked) => echo(await kube.patchFinalizers(...asked)),
    };
  }

  #take(object: Resource): void {
    for (const { key } of this.#controller.take({ type: 'apply', object })) {
      this.#controller.offer(key);
    }
  }
}
