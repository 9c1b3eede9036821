/** Single passes over one box of the toy kind, against its toy cloud and an API server in memory. */
import { pino } from 'pino';

import { CloudError, type CloudErrorFields } from '../../src/cloud/errors.ts';
import { ChangeBudget } from '../../src/controller/change-budget.ts';
import type { PlannedAction } from '../../src/controller/kind.ts';
import { type PassResult, reconcile } from '../../src/controller/reconcile.ts';
import type { Key } from '../../src/kube/object.ts';
import { FakeClock } from '../lib/fake-clock.ts';
import { MemoryKube } from './memory-kube.ts';
import { type Box, boxManifest, type BoxSpec, ToyCloud } from './toy-kind.ts';
import { noObjects } from './no-objects.ts';
import { noPaths } from './no-paths.ts';

export class PassBench {
  readonly kube = new MemoryKube<Box>();
  readonly cloud = new ToyCloud();
  /** What the store was told. */
  readonly learned: Box[] = [];
  /** Actions that were carried out. */
  readonly actions: PlannedAction[] = [];
  readonly key: Key = 'default/box';
  readonly clock = new FakeClock();
  dryRun = false;
  readonly #budget = new ChangeBudget(this.clock, { deletesPerHour: 1 });

  make(spec: Partial<BoxSpec> = {}, metadata: { namespace?: string; finalizers?: string[] } = {}): void {
    this.kube.make(boxManifest({ spec, metadata }));
  }

  /** Throws when the process may no longer lead. */
  fence: () => void = () => {};

  get box(): Box {
    return this.kube.known(this.key);
  }

  /** As `type status reason`. */
  get conditions(): readonly string[] {
    return (this.box.status?.conditions ?? []).map(
      ({ type, status, reason }) => `${type} ${status} ${reason}`,
    );
  }

  edit(changes: Partial<BoxSpec>): void {
    this.kube.edit(this.key, (spec) => ({ ...spec, ...changes }));
  }

  async pass(of = this.key, signal = new AbortController().signal): Promise<PassResult> {
    return reconcile(this.kube.known(of), {
      kind: this.cloud.kind,
      client: this.kube,
      accounts: this.cloud.accounts,
      clock: this.clock,
      clusterID: 'cluster',
      nodeZones: async () => undefined,
      paths: noPaths,
      objects: noObjects,
      identity: 'process',
      mayTakeOver: () => false,
      priority: 'background',
      signal,
      log: pino({ level: 'silent' }),
      freshMs: 0,
      attemptsAt: () => 1,
      budget: { spend: async (carryOut) => this.#budget.spend(of, carryOut) },
      dryRun: this.dryRun,
      fence: () => this.fence(),
      learn: (object) => void this.learned.push(object as Box),
      onAction: (_, action) => void this.actions.push(action),
    });
  }

  /** Passes until the cloud matches; throws when it does not come to that. */
  async settle(): Promise<void> {
    for (let passes = 1; passes <= 5; passes += 1) {
      if ((await this.pass()).verdict.kind === 'settled') {
        return;
      }
      this.cloud.finish();
    }
    throw new Error('not settled after 5 passes');
  }

  failWith(what: string, fields: Partial<CloudErrorFields>, committed = false): void {
    const error = new CloudError('no', { reason: 'unavailable', operation: what, ...fields });
    this.cloud.failures.set(what, { error, committed });
  }
}
