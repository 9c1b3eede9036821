/**
 * The engine's own controller at work in process on the objects of a scene, over the scene's sockets and on its clock,
 * which stands still: whatever it does, it was told to by a change.
 */
import { pino } from 'pino';

import { ChangeBudget } from '../../../src/controller/change-budget.ts';
import { Controller } from '../../../src/controller/controller.ts';
import type { Resource } from '../../../src/controller/kind.ts';
import { defaultTimings } from '../../../src/controller/timings.ts';
import { hpcsNetworkPolicy } from '../../../src/kinds/hpcs-network-policy/index.ts';
import type { Key, KubeObject } from '../../../src/kube/object.ts';
import { noPaths } from '../../controller/no-paths.ts';
import { until } from '../../lib/until.ts';
import type { PolicyScene } from './scene.ts';

export class PolicyController {
  readonly #scene: PolicyScene;
  readonly #controller: Controller;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(scene: PolicyScene) {
    const { clock } = scene.cloud.control;
    this.#scene = scene;
    this.#controller = new Controller({
      kind: hpcsNetworkPolicy,
      client: this.#client(),
      accounts: scene.accounts,
      recorder: { record: () => {} },
      clock,
      random: () => 0.5,
      log: pino({ level: 'silent' }),
      timings: defaultTimings,
      clusterID: 'cluster',
      identity: scene.identity,
      find: async (_, key) => scene.gateways.get(key),
      nodeZones: async () => undefined,
      pathsOf: () => noPaths,
      takeOverFrom: [],
      workers: 2,
      budget: new ChangeBudget(clock, { deletesPerHour: 0 }),
      dryRun: false,
      onPass: () => {},
    });
    const { signal } = this.#stop;
    this.#running = this.#controller.run(signal, { signal, fence: () => {} });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** The watch brings what somebody has done to these objects. */
  deliver(...keys: readonly Key[]): void {
    keys.forEach((key) => this.#take(this.#scene.read(key)));
  }

  /** Waits until the object's status gives the reason, without any time passing on the clock; returns the message. */
  async untilSaid(key: Key, reason: string): Promise<string> {
    return until(
      () => {
        const ready = this.#scene.condition(key, 'Ready');
        return ready?.reason === reason && ready.message;
      },
      { what: `${key} says ${reason}` },
    );
  }

  async untilGone(key: Key): Promise<void> {
    await until(() => this.#scene.kube.read(key) === undefined, { what: `${key} is gone` });
  }

  #client(): ConstructorParameters<typeof Controller>[0]['client'] {
    const { kube } = this.#scene;
    /** What the API server answers, the watch brings as well. */
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
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const type = deletionTimestamp !== undefined && finalizers.length === 0 ? 'delete' : 'apply';
    for (const { key } of this.#controller.take({ type, object })) {
      this.#controller.offer(key);
    }
  }
}
