/** A cloud with a populated account, its objects settled, and time standing still: where an hour can begin. */
import { findCondition } from '../../../src/controller/conditions.ts';
import type { GatewayResource } from '../../../src/kinds/endpoint-gateway/observed.ts';
import type { Key } from '../../../src/kube/object.ts';
import { type Cloud, startCloud } from '../../cloud/cloud.ts';
import type { LoggedRequest } from '../../cloud/request-log.ts';
import { MemoryKube } from '../../controller/memory-kube.ts';
import { Operator, type OperatorOptions } from './hour-operator.ts';
import { type Populated, type Population, populate } from './hour-account.ts';

export const hourMs = 3_600_000;
/** What search lags behind tagging: IBM says "a few seconds", so this is more than it may be. */
const searchLagMs = 30_000;

export class HourWorld {
  readonly cloud: Cloud;
  readonly kube: MemoryKube<GatewayResource>;
  readonly populated: Populated;

  private constructor(cloud: Cloud, kube: MemoryKube<GatewayResource>, populated: Populated) {
    this.cloud = cloud;
    this.kube = kube;
    this.populated = populated;
  }

  /** An operator without limits has made the objects' statuses, and the resource bindings. */
  static async open(population: Population): Promise<HourWorld> {
    const cloud = await startCloud({ defaultSeed: false, settings: { lockHoldMs: 0, searchLagMs } });
    cloud.control.clock.freeze();
    const kube = new MemoryKube<GatewayResource>();
    const world = new HourWorld(cloud, kube, await populate(cloud, kube, population));
    const budget = { callsPerSecond: 1e6, burst: 1e6 };
    const operator = await world.start({ budget, random: () => 0.5 });
    await operator.pass(2 * searchLagMs);
    await operator.stop();
    kube.calls.length = 0;
    return world;
  }

  /** An operator with the default budget. */
  async start({
    budget = { callsPerSecond: 5, burst: 20 },
    random,
  }: Pick<OperatorOptions, 'random'> & Partial<OperatorOptions>): Promise<Operator> {
    return Operator.start(this.cloud, this.kube, { keys: this.populated.keys, budget, random });
  }

  get notReady(): readonly Key[] {
    return this.populated.keys.filter((key) => !this.isReady(key));
  }

  isReady(key: Key): boolean {
    return findCondition(this.kube.known(key).status?.conditions, 'Ready')?.status === 'True';
  }

  /** Of operators alone. */
  requestsSince(sequence: number): readonly LoggedRequest[] {
    return this.cloud.control.requestLog
      .entries({ after: sequence })
      .filter(({ userAgent }) => userAgent?.startsWith('vpe-operator/'));
  }

  /** Operations of the writes that operators sent. */
  writesSince(sequence: number): readonly string[] {
    return this.requestsSince(sequence)
      .filter(({ service, method }) => service !== 'iam' && service !== 'search' && method !== 'GET')
      .map(({ operation = 'unknown' }) => operation);
  }
}
