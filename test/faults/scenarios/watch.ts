/**
 * The way to the API server fails in every form. What happens meanwhile is handled when it is back: an object is
 * created in the gap and one is deleted. The operator does not hammer the server, and ends on SIGTERM in each.
 */
import { isReady } from '../../harness/gateway-watch.ts';
import { gatewayManifest } from '../../harness/gateways.ts';
import { until } from '../../lib/until.ts';
import { type FaultCase, type Scenario, type Verdict, verdictOf } from '../case.ts';
import { kubeStatus, refusal } from '../faults.ts';
import { type Lane, type LaneOptions, objectName } from '../lane.ts';
import type { Interference } from '../proxy.ts';
import type { Rig } from '../rig.ts';
import { lifecycle, reached } from '../script.ts';
import { gatewaysOf } from '../snapshot.ts';
import { inLane, walk } from '../walk.ts';

interface Outage {
  readonly name: string;
  /** It touches what all lanes share. */
  readonly exclusive?: true;
  /** It takes minutes, in which nothing happens. */
  readonly long?: true;
  /** How often everything is listed anew; else the watch goes on. */
  readonly lists: 0 | 1 | '0 or 1';
  /** Brings the failure about: from then on the operator hears nothing. */
  begin(lane: Lane): Promise<void> | void;
  end(lane: Lane): Promise<void> | void;
}

const watchCall = 'watch endpointgateways';
const listCall = 'list endpointgateways';

const drop: Interference = { kind: 'drop' };

const outages: readonly Outage[] = [
  {
    name: 'watch cut, and refused for a while',
    lists: 0,
    begin: (lane) => {
      refuseToListAndWatch(lane);
      lane.newest.kube.cutStreams();
    },
    end: hear,
  },
  {
    name: 'watch refused with 410',
    lists: 1,
    begin: (lane) => {
      refuseToListAndWatch(lane);
      lane.newest.kube.cutStreams();
    },
    end: (lane) => {
      lane.traffic.hook = async ({ name }) => {
        if (name !== watchCall) {
          return undefined;
        }
        hear(lane);
        return refusal('kube', name, 410);
      };
    },
  },
  {
    name: 'watch ended by an ERROR event of code 410',
    lists: 1,
    begin: (lane) => {
      refuseToListAndWatch(lane);
      lane.newest.kube.endStreams(JSON.stringify({ type: 'ERROR', object: kubeStatus(410) }));
    },
    end: hear,
  },
  {
    name: 'API server restarted on the same port',
    exclusive: true,
    // A restarted server remembers no events: it depends on how old the last bookmark is.
    lists: '0 or 1',
    begin: async (lane) => restartServer(lane, async () => {}),
    end: hear,
  },
  {
    name: 'etcd compacted and API server restarted: the version is gone',
    exclusive: true,
    lists: 1,
    begin: async (lane) =>
      restartServer(lane, async ({ daemons }) => {
        await daemons.etcd.compact();
      }),
    end: hear,
  },
  {
    name: 'silent API server, which speaks again',
    lists: 0,
    begin: (lane) => lane.newest.kube.fallSilent(),
    end: (lane) => lane.newest.kube.speakAgain(),
  },
  {
    name: 'silent API server, whose watches are lost',
    lists: 0,
    begin: (lane) => lane.newest.kube.fallSilent(),
    end: (lane) => {
      lane.newest.kube.cutStreams();
      lane.newest.kube.speakAgain();
    },
  },
  {
    name: 'a watch that alone falls silent, until that is noticed',
    long: true,
    lists: 0,
    begin: (lane) => lane.newest.kube.muteStreams(),
    end: async ({ traffic }) => {
      const seen = traffic.count(watchCall);
      // Three bookmarks missed are three minutes.
      await until(() => traffic.count(watchCall) > seen, { what: 'another watch', deadlineMs: 300_000 });
    },
  },
];

/** Renewals go on, and a gap of some seconds does not cost the Lease. */
const lease: LaneOptions = {
  leaderElection: { leaseDuration: '60s', renewDeadline: '40s', retryPeriod: '3s' },
};

/** Pauses double from 0.8 s on, so a gap of some seconds has room for few attempts. */
const mostAttempts = 8;

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

async function run(rig: Rig, outage: Outage): Promise<Verdict> {
  return inLane(rig, lease, async (lane) => {
    const { admin } = rig;
    const { traffic } = lane;
    for (const phase of ['start', 'create'] as const) {
      await walk(lane, phase, lifecycle);
    }
    const [begun, answered] = [traffic.begun.length, traffic.answered.length];
    await outage.begin(lane);
    await admin.delete(lane.namespace, objectName);
    await admin.create(lane.namespace, gatewayManifest(latecomer));
    await outage.end(lane);
    await reached(lane, 'delete');
    await rig.watch.until(`${lane.namespace}/${latecomer}`, 'is Ready', isReady);
    const attempts = traffic.begun.slice(begun).filter(({ name }) => name === listCall || name === watchCall);
    const lists = traffic.answered
      .slice(answered)
      .filter(({ name, status }) => name === listCall && status === 200);
    const gateways = gatewaysOf(lane).map(({ name }) => name);
    const problems = [
      ...(isExpected(lists.length, outage.lists) ? [] : [`${lists.length} lists were answered`]),
      ...(attempts.length <= mostAttempts ? [] : [`${attempts.length} attempts to list or watch`]),
      ...(gateways.length === 1 && gateways[0]?.includes(latecomer) === true
        ? []
        : [`the cloud holds ${gateways.join(', ')}`]),
      ...traffic.ledger.problems(),
    ];
    await outage.begin(lane);
    const { code } = await lane.newest.process.stop();
    const stopped = code === 0 ? [] : [`SIGTERM meanwhile ended it with ${code}`];
    return verdictOf([...problems, ...stopped], `${attempts.length} attempts to list or watch`);
  });
}

function isExpected(count: number, lists: Outage['lists']): boolean {
  return lists === '0 or 1' ? count <= 1 : count === lists;
}

function hear(lane: Lane): void {
  lane.traffic.hook = undefined;
}

function refuseToListAndWatch(lane: Lane): void {
  lane.traffic.hook = async ({ name }) => (name === listCall || name === watchCall ? drop : undefined);
}

/** The operator cannot reach it before the gap is over, though the server is back by then. */
async function restartServer(lane: Lane, meanwhile: (plane: Rig['plane']) => Promise<void>): Promise<void> {
  const { plane } = lane.rig;
  lane.traffic.hook = async ({ side }) => (side === 'kube' ? drop : undefined);
  await plane.daemons.apiServer.stopServing();
  await meanwhile(plane);
  await plane.daemons.apiServer.startServing();
  await lane.rig.watchAnew();
}
