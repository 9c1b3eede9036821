/**
 * The way to the API server fails in every form. What happens meanwhile is handled when it is back: one object is
 * created in the gap, one is to be deleted, and one is gone altogether. The operator does not hammer the server, and
 * ends on SIGTERM in each.
 */
import { isReady } from '../../harness/gateway-watch.ts';
import { gatewayManifest } from '../../harness/gateways.ts';
import { until } from '../../lib/until.ts';
import { type FaultCase, type Scenario, type Verdict, verdictOf } from '../case.ts';
import { type Lane, type LaneOptions, objectName } from '../lane.ts';
import type { Rig } from '../rig.ts';
import { reached } from '../script.ts';
import { create, lifecycle } from '../scripts/lifecycle.ts';
import { deletion, start } from '../scripts/phases.ts';
import { gatewaysOf } from '../snapshot.ts';
import type { PassingCall } from '../traffic.ts';
import { inLane, walk } from '../walk.ts';
import { Line } from './line.ts';
import { type Outage, outages } from './outages.ts';

/** A renewal falls into every gap, and a gap of half a minute does not cost the Lease. */
const lease: LaneOptions = {
  leaderElection: { leaseDuration: '60s', renewDeadline: '40s', retryPeriod: '3s' },
};

export const watch: Scenario = {
  name: 'watch',
  about: 'the watch is cut, expires, or falls silent; the API server restarts; etcd is compacted',
  async plan(_, { short }) {
    const cases = outages
      .filter(({ long, exclusive }) => !short || (long !== true && exclusive !== true))
      .map((outage): FaultCase => {
        const { name, exclusive = false } = outage;
        return { scenario: 'watch', name, exclusive, run: async (rig) => run(rig, outage) };
      });
    return { cases, from: `${outages.length} cases` };
  },
};

const latecomer = 'made-in-the-gap';
const vanished = 'gone-in-the-gap';

/** What Kubernetes grants a Pod that does not say otherwise. */
const graceMs = 30_000;

async function run(rig: Rig, outage: Outage): Promise<Verdict> {
  return inLane(rig, lease, async (lane) => {
    const line = new Line(lane);
    const orphan = await settle(lane);
    line.mark();
    await outage.begin(line);
    await changeAll(lane);
    if (!(await isMet(line, outage))) {
      return { kind: 'notReached' };
    }
    const meddling: string[] = [];
    line.witness = (call) => meddling.push(...meddlingOf(call, orphan));
    await outage.end(line);
    await reached(lane, deletion);
    await rig.watch.until(`${lane.namespace}/${latecomer}`, 'is Ready', isReady);
    await until(() => lane.traffic.isIdle, { what: 'no call is under way' });
    const problems = [
      ...requestProblems(line, outage),
      ...cloudProblems(lane, orphan),
      ...meddling,
      ...lane.traffic.failures.map((failure) => `the harness failed: ${failure}`),
      ...lane.traffic.ledger.problems(),
    ];
    const { attempts, gapMs } = line;
    const counted = `attempts to list or watch: ${attempts === 0 ? 'none' : `${attempts} in ${inSeconds(gapMs)}`}`;
    await outage.begin(line);
    const { code, afterMs } = await terminated(lane);
    const stopped = code === 0 ? [] : [`SIGTERM meanwhile ended it with ${code}`];
    return verdictOf([...problems, ...stopped], `${counted}; SIGTERM took ${inSeconds(afterMs)}`);
  });
}

/** Two objects are Ready. Returns the id of the gateway of the one that will vanish. */
async function settle(lane: Lane): Promise<string> {
  const { admin, watch: objects } = lane.rig;
  await walk(lane, start, lifecycle);
  await admin.create(lane.namespace, gatewayManifest(vanished));
  const { status } = await objects.until(`${lane.namespace}/${vanished}`, 'is Ready', isReady);
  await walk(lane, create, lifecycle);
  return status?.id ?? '';
}

/** One object goes without its operator, one is marked as to be deleted, and one is new. */
async function changeAll({ rig: { admin }, namespace }: Lane): Promise<void> {
  await admin.patch(namespace, vanished, [{ op: 'remove', path: '/metadata/finalizers' }]);
  await admin.delete(namespace, vanished);
  await admin.delete(namespace, objectName);
  await admin.create(namespace, gatewayManifest(latecomer));
}

async function isMet(line: Line, outage: Outage): Promise<boolean> {
  return until(() => outage.isMet(line), { what: outage.name, deadlineMs: 60_000 }).catch(() => false);
}

/**
 * Nobody wants anything of what has vanished: its gateway stays as an orphan, and its status is nowhere. Who hears of
 * the version before the last may still try to put the finalizer back, under that version; that must be refused.
 */
function meddlingOf(
  { moment, name, exchange: { method, path, body, status } }: PassingCall,
  orphan: string,
): readonly string[] {
  const concerns = path.includes(`/${vanished}`) || path.includes(orphan) || body.includes(orphan);
  const isEvent = name.startsWith('create events');
  const isMeddling = name === finalizerCall ? status === 200 : moment === 'before';
  return concerns && method !== 'GET' && !isEvent && isMeddling
    ? [`${name} was sent for what had vanished`]
    : [];
}

const finalizerCall = 'patch endpointgateways';

function requestProblems({ attempts, mostAttempts, lists }: Line, outage: Outage): readonly string[] {
  const most = outage.attempts === 'by its pauses' ? mostAttempts : outage.attempts + 2 * lists;
  const isExpected = outage.lists === '0 or 1' ? lists <= 1 : lists === outage.lists;
  return [
    ...(isExpected ? [] : [`${lists} lists were answered`]),
    ...(attempts <= most ? [] : [`${attempts} attempts to list or watch instead of at most ${most}`]),
  ];
}

function cloudProblems(lane: Lane, orphan: string): readonly string[] {
  const gateways = gatewaysOf(lane);
  const others = gateways.filter(({ id }) => id !== orphan).map(({ name }) => name);
  return [
    ...(gateways.length === others.length ? ['the gateway of the object that vanished is gone'] : []),
    ...(others.length === 1 && others[0]?.includes(latecomer) === true
      ? []
      : [`the cloud holds ${others.join(', ')}`]),
  ];
}

/** Throws when it is still there after the grace. */
async function terminated({ newest: { process } }: Lane): Promise<{ code: number | null; afterMs: number }> {
  const sentAtMs = Date.now();
  process.kill('SIGTERM');
  const what = 'the operator ends on SIGTERM';
  const { code } = await until(async () => process.ended, { what, deadlineMs: graceMs });
  return { code, afterMs: Date.now() - sentAtMs };
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
