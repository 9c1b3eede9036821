/**
 * No retry storm: while a failure lasts, twenty objects cost no more calls than the backoff allows, and they become
 * Ready when it is over. The bounds follow from the schedules and the time that was measured; the counts are printed.
 */
import { reconcileAtAnnotation } from '../../../src/controller/kind.ts';
import { defaultTimings, type Timings } from '../../../src/controller/timings.ts';
import { type Key, keyOf } from '../../../src/kube/object.ts';
import { fastSettings } from '../../cloud/settings.ts';
import { isReady, messageOf } from '../../harness/gateway-watch.ts';
import { gatewayManifest } from '../../harness/gateways.ts';
import { until } from '../../lib/until.ts';
import { type FaultCase, type Scenario, type Verdict, verdictOf } from '../case.ts';
import type { Lane, LaneOptions } from '../lane.ts';
import type { Rig } from '../rig.ts';
import { lifecycle } from '../scripts/lifecycle.ts';
import { start } from '../scripts/phases.ts';
import { gatewaysOf } from '../snapshot.ts';
import { excesses, type Extent, mostCalls, timesWithin } from '../storms/bounds.ts';
import { cloudStorms } from '../storms/cloud.ts';
import { kubeStorms } from '../storms/kube.ts';
import type { Storm } from '../storms/storm.ts';
import { inLane, walk } from '../walk.ts';

const objects = 20;

interface Scale {
  readonly paces: Timings['paces'];
  readonly windowMs: number;
  readonly retryAfterSeconds: number;
  /** Some pauses are longer than anybody waits: a user asks for another try (`reconcile-at`). */
  readonly touches: boolean;
}

const full: Scale = {
  paces: defaultTimings.paces,
  windowMs: 60_000,
  retryAfterSeconds: 20,
  touches: true,
};

const brief: Scale = {
  paces: {
    changing: { baseMs: 200, maxMs: 400 },
    slow: { baseMs: 200, maxMs: 400 },
    retry: { baseMs: 200, maxMs: 6_400 },
    terminal: { baseMs: 1_000, maxMs: 2_000 },
  },
  windowMs: 5_000,
  retryAfterSeconds: 2,
  touches: false,
};

export const storm: Scenario = {
  name: 'storm',
  about: `a failure lasts, with ${objects} objects: calls are bounded by the backoff, and all is well afterwards`,
  async plan(_, { short }) {
    const scale = short ? brief : full;
    const all = [...cloudStorms(scale), ...kubeStorms(scale)];
    const cases = all
      .filter(({ inShort = false }) => inShort || !short)
      .map((one): FaultCase => ({
        scenario: 'storm',
        name: one.name,
        run: async (rig) => run(rig, one, scale),
      }));
    return { cases, from: `${all.length} failures` };
  },
};

/** Time runs as it does anywhere: how often the operator asks is the matter here, not how long a gateway takes. */
function laneOptions({ lane }: Storm, { paces }: Scale): LaneOptions {
  const said = Object.entries(paces).map(([pace, { baseMs, maxMs }]) => [
    pace,
    { base: `${baseMs}ms`, max: `${maxMs}ms` },
  ]);
  return { settings: fastSettings, callMs: 0, timings: Object.fromEntries(said) as object, ...lane };
}

async function run(rig: Rig, one: Storm, scale: Scale): Promise<Verdict> {
  return inLane(rig, laneOptions(one, scale), async (lane) => {
    lane.cloud.control.clock.resume();
    await walk(lane, start, lifecycle);
    if (one.meets === 'changes') {
      await createAll(lane);
      await untilReady(lane, 1);
      await untilQuiet(lane);
    }
    const { counts, extent, struck } = await weather(lane, one, scale);
    if (struck === 0) {
      return { kind: 'notReached' };
    }
    // What became of a lost create is known for certain some minutes later.
    lane.cloud.control.clock.advance(600_000);
    if (scale.touches) {
      await touchAll(lane);
    }
    await untilReady(lane, one.meets === 'changes' ? 2 : 1);
    const gateways = gatewaysOf(lane).length;
    return verdictOf(
      [
        ...excesses(counts, one.calls, extent),
        ...lane.traffic.ledger.problems(),
        ...(gateways === objects ? [] : [`the cloud holds ${gateways} gateways of ${objects} objects`]),
      ],
      noteOf(counts, one, extent),
    );
  });
}

interface Weathered {
  readonly counts: ReadonlyMap<string, number>;
  readonly extent: Extent;
  /** Calls that the storm met. */
  readonly struck: number;
}

/** Lets the objects meet the storm, and counts what the operator begins in the window and what was asked of it. */
async function weather(lane: Lane, one: Storm, { windowMs }: Scale): Promise<Weathered> {
  const { traffic } = lane;
  let struck = 0;
  const before = traffic.begun.length;
  const startedMs = performance.now();
  traffic.hook = async (call) => {
    const interference = call.moment === 'before' ? one.act(call) : undefined;
    struck += Number(interference !== undefined);
    return interference;
  };
  one.breakOut?.(lane);
  await (one.meets === 'changes' ? changeAll(lane) : createAll(lane));
  await until(() => performance.now() >= startedMs + windowMs, {
    what: 'the window is over',
    deadlineMs: 2 * windowMs,
  });
  const elapsedMs = performance.now() - startedMs;
  traffic.hook = undefined;
  const begun = traffic.begun.slice(before);
  const counts = new Map(
    [...Map.groupBy(begun, ({ name }) => name)].map(([name, all]) => [name, all.length]),
  );
  return {
    counts,
    struck,
    extent: { objects, passes: timesWithin(elapsedMs, one.pauses), windowMs: elapsedMs },
  };
}

function noteOf(counts: Weathered['counts'], { calls }: Storm, extent: Extent): string {
  const minutes = extent.windowMs / 60_000;
  const said = [...counts].map(
    ([name, count]) =>
      `${name} ${Math.round(count / minutes)} (of ${Math.round(mostCalls(calls[name] ?? {}, extent) / minutes)})`,
  );
  return `in ${(extent.windowMs / 1000).toFixed(1)} s, per minute: ${said.join(', ')}`;
}

const names = Array.from({ length: objects }, (_, index) => `gw-${index + 1}`);

async function createAll({ rig, namespace }: Lane): Promise<void> {
  await Promise.all(names.map(async (name) => rig.admin.create(namespace, gatewayManifest(name))));
}

async function changeAll(lane: Lane): Promise<void> {
  await patchAll(lane, (name) => ({ op: 'add', path: '/spec/name', value: `renamed-${name}` }));
}

async function touchAll(lane: Lane): Promise<void> {
  const value = { [reconcileAtAnnotation]: new Date().toISOString() };
  await patchAll(lane, () => ({ op: 'add', path: '/metadata/annotations', value }));
}

async function patchAll({ rig, namespace }: Lane, patch: (name: string) => object): Promise<void> {
  await Promise.all(names.map(async (name) => rig.admin.patch(namespace, name, [patch(name)])));
}

/** Nothing that is counted in the storm belongs to the time before it. */
async function untilQuiet({ traffic }: Lane): Promise<void> {
  const isQuiet = (): boolean => traffic.isIdle && traffic.count('create events [Succeeded]') === objects;
  await until(isQuiet, { what: 'every event is written' });
}

/** A watch that was refused for a minute may be opened again only after another. */
const readyWithinMs = 180_000;

async function untilReady({ rig, namespace }: Lane, generation: number): Promise<void> {
  const keys = names.map((name): Key => keyOf({ metadata: { namespace, name } }));
  const probe = (): true => {
    for (const object of keys.map((key) => rig.watch.present(key))) {
      if (object === undefined || object.metadata.generation !== generation || !isReady(object)) {
        throw new Error(`${object?.metadata.name}: ${object === undefined ? 'absent' : messageOf(object)}`);
      }
    }
    return true;
  };
  await until(probe, { what: 'every object is Ready', deadlineMs: readyWithinMs });
}
