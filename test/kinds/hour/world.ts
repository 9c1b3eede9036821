/** A cloud with a populated account, its objects settled, and time standing still: where an hour can begin. */
import type { Accounts } from '../../../src/cloud/accounts.ts';
import { findCondition } from '../../../src/controller/conditions.ts';
import type { Resource } from '../../../src/controller/kind.ts';
import type { Key } from '../../../src/kube/object.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { LoggedRequest } from '../../cloud/request-log.ts';
import type { MemoryKube } from '../../controller/memory-kube.ts';
import { Operator, type OperatorOptions } from './operator.ts';

export const hourMs = 3_600_000;

export interface Budget {
  readonly callsPerSecond: number;
  readonly burst: number;
}

export interface HourParts<Kept extends Resource> extends Omit<OperatorOptions, 'accounts' | 'random'> {
  readonly cloud: Cloud;
  readonly kube: MemoryKube<Kept>;
  /** As a new process opens them. */
  readonly open: (budget: Budget) => Promise<Accounts>;
}

export interface Start {
  readonly random: OperatorOptions['random'];
  readonly budget?: Budget;
}

export class HourWorld<Kept extends Resource> {
  readonly cloud: Cloud;
  readonly kube: MemoryKube<Kept>;
  readonly #parts: HourParts<Kept>;

  constructor(parts: HourParts<Kept>) {
    this.cloud = parts.cloud;
    this.kube = parts.kube;
    this.#parts = parts;
  }

  /** An operator without limits makes the objects' statuses. */
  async settle(ms: number): Promise<void> {
    const operator = await this.start({
      budget: { callsPerSecond: 1e6, burst: 1e6 },
      random: () => 0.5,
    });
    await operator.pass(ms);
    await operator.stop();
    this.kube.calls.length = 0;
  }

  /** An operator with the default budget. */
  async start({ budget = { callsPerSecond: 5, burst: 20 }, random }: Start): Promise<Operator<Kept>> {
    const { open, cloud, kube, ...options } = this.#parts;
    return Operator.start(cloud, kube, { ...options, accounts: await open(budget), random });
  }

  get notReady(): readonly Key[] {
    return this.#parts.keys.filter((key) => !this.isReady(key));
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

/** Pauses as uneven as in life, and the same in every run. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
