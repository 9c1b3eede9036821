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
import { endpointGateway } from '../../../src/kinds/endpoint-gateway/index.ts';
import type { GatewayResource } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { type ApiObject, type Key, keyOf, type KubeObject } from '../../../src/kube/object.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { settle } from '../../lib/fake-clock.ts';
import { until } from '../../lib/until.ts';
import type { MemoryKube } from '../../controller/memory-kube.ts';
import { accountName } from './hour-account.ts';
import { openAccount } from './scene-cloud.ts';
import { clusterID, zones } from './scene.ts';
import { noPaths } from '../../controller/no-paths.ts';

const stepMs = 1_000;

export interface OperatorOptions {
  /** The objects that the first listing brings. */
  readonly keys: readonly Key[];
  readonly budget: { readonly callsPerSecond: number; readonly burst: number };
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
}

export class Operator {
  /** Which objects each check for drift was asked about, in the order of the questions. */
  readonly checked: (readonly Key[])[] = [];
  /** How many orphans each sweep found. */
  readonly swept: number[] = [];
  /** Objects that passes looked at. */
  readonly passes: Key[] = [];
  readonly #cloud: Cloud;
  readonly #kube: MemoryKube<GatewayResource>;
  readonly #accounts: Pick<Accounts, 'open' | 'refusal' | 'session' | 'allows'>;
  readonly #controller: Controller;
  readonly #random: () => number;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];
  #underWay = 0;

  private constructor(
    cloud: Cloud,
    kube: MemoryKube<GatewayResource>,
    accounts: Accounts,
    random: () => number,
  ) {
    this.#cloud = cloud;
    this.#kube = kube;
    this.#accounts = this.#watchedAccounts(accounts);
    this.#random = random;
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
  static async start(
    cloud: Cloud,
    kube: MemoryKube<GatewayResource>,
    { keys, budget, random }: OperatorOptions,
  ): Promise<Operator> {
    const keyFile = await cloud.apiKeyFile(accountName);
    const accounts = openAccount(cloud, accountName, keyFile, { budget, allowedNamespaces: ['*'] });
    const operator = new Operator(cloud, kube, accounts, random);
    operator.#begin(keys);
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

  /** Lets time pass, one second after the other, and all that comes due in each be done. */
  async pass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      this.#cloud.control.clock.advance(stepMs);
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
    const isIdle = async (): Promise<boolean> => {
      this.#cloud.control.clock.advance(1);
      await settle();
      return this.#isIdle;
    };
    await until(isIdle, { what: 'nothing is under way', everyMs: 1, deadlineMs: 120_000 });
  }

  get #isIdle(): boolean {
    return this.#underWay === 0 && this.#controller.queue.length === 0;
  }

  #begin(keys: readonly Key[]): void {
    const { clock } = this.#cloud.control;
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
      random: this.#random,
    };
    const drift = {
      find: async () => undefined,
      nodeZones: async () => zones,
      everyMs: defaultTimings.driftCheckMs,
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
    const kind = endpointGateway;
    return {
      ...kind,
      observe: async (resource, io) => {
        this.#underWay += 1;
        this.passes.push(keyOf(resource));
        return kind.observe(resource, io);
      },
      drifted: async (resources, check) => {
        this.checked.push(resources.map((resource) => keyOf(resource)));
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
