/**
 * A scene whose gateways are proven for real: a prober that is in one of its VPCs asks the resolver and opens the
 * connections of the simulated network. The cloud's time stands still; the prober's does not.
 */
import { pino } from 'pino';

import type { Condition } from '../../../../src/controller/conditions.ts';
import { findCondition } from '../../../../src/controller/conditions.ts';
import type { OwnPlace } from '../../../../src/controller/paths.ts';
import type { Key } from '../../../../src/kube/object.ts';
import { systemClock } from '../../../../src/lib/clock.ts';
import { Prober } from '../../../../src/probe/prober.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { networkOf } from '../../../cloud/network/network.ts';
import type { NetworkControl } from '../../../cloud/network/network-control.ts';
import { noPaths } from '../../../controller/no-paths.ts';
import { until } from '../../../lib/until.ts';
import { Scene } from '../scene.ts';

export interface ProvenScene extends AsyncDisposable {
  readonly scene: Scene;
  readonly network: NetworkControl;
  /** Keys, in the order in which the prober told that something is new about them. */
  readonly changes: readonly Key[];
  /** Keys of which something could not be read. */
  readonly again: readonly Key[];
  /** Makes a pass for each change from now on, as the controller does, until it is disposed of. */
  follow(): void;
  /** Makes passes until the condition is as expected, and returns it. */
  readonly expectToShow: (key: Key, type: string, expected: Partial<Condition>) => Promise<Condition>;
  /** What the status says now. */
  readonly condition: (key: Key, type: string) => Condition | undefined;
}

export interface Place {
  /** Id of the VPC in which the prober is; the scene's own when absent. */
  readonly vpc?: string;
  /** What the operator knows of where it is; by its configuration when absent. */
  readonly own?: Partial<OwnPlace>;
  /** Instead of `own`: what it can tell at each time. */
  readonly tell?: () => OwnPlace | undefined;
  readonly securityGroups?: readonly string[];
}

/** A few rounds a second; a blackhole is given up soon. */
const options = { intervalMs: 200, retryMs: 20, timeoutMs: 400, perSecond: 1_000 };
export const convergenceMs = 600_000;

/** Disposing of it ends the prober; the cloud goes on. */
export async function openProvenScene(
  cloud: Cloud,
  account: string,
  placeOf: (scene: Scene) => Place = () => ({}),
): Promise<ProvenScene> {
  const scene = await Scene.open(cloud, account);
  const { vpc = scene.vpc.id, own = { vpcID: vpc }, tell, securityGroups } = placeOf(scene);
  const network = await networkOf(cloud, { vpc, ...(securityGroups !== undefined && { securityGroups }) });
  const changes: Key[] = [];
  const again: Key[] = [];
  const prober = new Prober({
    network,
    clock: systemClock,
    random: () => 0.5,
    options,
    ca: [cloud.caPem],
    onResult: () => {},
    onChange: (key) => {
      changes.push(key);
      followed?.(key);
    },
    log: pino({ level: 'silent' }),
  });
  const passes = new Set<Promise<unknown>>();
  let followed: ((key: Key) => void) | undefined;
  const ending = new AbortController();
  const running = prober.run(ending.signal);
  scene.pathsOf = (key) => ({
    ...noPaths,
    ownPlace: async () =>
      tell === undefined ? { zones: [], subnetIds: [], instanceIds: [], ...own } : tell(),
    proofs: {
      watch: (subject, prior) => prober.watch(key, subject, prior),
      resolvers: () => network.resolvers(),
      convergenceMs,
    },
    forget: () => prober.forget(key),
    lookAgain: () => again.push(key),
  });
  const condition = (key: Key, type: string): Condition | undefined =>
    findCondition(scene.read(key).status?.conditions, type);
  return {
    scene,
    network: cloud.control.network,
    changes,
    again,
    follow() {
      let last: Promise<unknown> = Promise.resolve();
      followed = (key) => {
        last = last.then(async () => scene.pass(key));
        passes.add(last);
      };
    },
    condition,
    expectToShow: async (key, type, expected) =>
      until(
        async () => {
          await scene.pass(key);
          scene.advance(1_000);
          const seen = condition(key, type);
          const { status, reason } = { ...seen, ...expected };
          if (seen?.status !== status || seen?.reason !== reason) {
            throw new Error(`${type} is ${JSON.stringify(seen)}`);
          }
          return seen;
        },
        { what: `${type} ${expected.status} ${expected.reason ?? ''} (${key})`, deadlineMs: 20_000 },
      ),
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await running;
      await Promise.all(passes);
    },
  };
}
