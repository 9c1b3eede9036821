/**
 * The ways in which the API server is out of reach, from when the operator loses it until it may hear it again. An
 * outage goes on until the operator has really met it: has been refused, or has given a call up.
 */
import { until } from '../../lib/until.ts';
import { kubeStatus, refusal } from '../faults.ts';
import { drop } from '../interference.ts';
import type { Rig } from '../rig.ts';
import { isAttempt, isWatch, type Line } from './line.ts';

export interface Outage {
  readonly name: string;
  /** It touches what all lanes share. */
  readonly exclusive?: true;
  /** It takes half a minute and more, in which hardly anything happens: not in the short selection. */
  readonly long?: true;
  /** How often everything is listed anew; else the watch goes on. */
  readonly lists: 0 | 1 | '0 or 1';
  /**
   * How often the operator tries to list or watch: so often, and twice more where a watch was refused so that all had
   * to be listed; or at most as often as its pauses allow.
   */
  readonly attempts: number | 'by its pauses';
  /** Brings the failure about: from then on the operator hears nothing. */
  begin(line: Line): Promise<void> | void;
  /** Whether the operator has met it. */
  isMet(line: Line): boolean;
  end(line: Line): Promise<void> | void;
}

const refused = {
  attempts: 'by its pauses',
  isMet: ({ attempts }: Line) => attempts >= 3,
  end: hear,
} as const;

const silent = {
  begin: ({ lane }: Line) => lane.newest.kube.fallSilent(),
  // A renewal of the Lease, most likely.
  isMet: ({ lane }: Line) => lane.newest.kube.givenUp > 0,
} as const;

export const outages: readonly Outage[] = [
  {
    ...refused,
    name: 'watch cut, and refused for a while',
    lists: 0,
    begin: (line) => {
      refuseToListAndWatch(line);
      line.lane.newest.kube.cutStreams();
    },
  },
  {
    ...refused,
    name: 'watch refused with 410',
    lists: 1,
    begin: (line) => {
      refuseToListAndWatch(line);
      line.lane.newest.kube.cutStreams();
    },
    end: (line) => {
      line.block = async (call) => {
        if (!isWatch(call)) {
          return undefined;
        }
        hear(line);
        return refusal('kube', call.name, 410);
      };
    },
  },
  {
    ...refused,
    name: 'watch ended by an ERROR event of code 410',
    lists: 1,
    begin: (line) => {
      refuseToListAndWatch(line);
      line.lane.newest.kube.endStreams(JSON.stringify({ type: 'ERROR', object: kubeStatus(410) }));
    },
  },
  {
    ...refused,
    name: 'API server restarted on the same port',
    exclusive: true,
    // A restarted server remembers no events: it depends on how old the last bookmark is.
    lists: '0 or 1',
    begin: async (line) => restartServer(line, async () => {}),
  },
  {
    ...refused,
    name: 'etcd compacted and API server restarted: the version is gone',
    exclusive: true,
    lists: 1,
    begin: async (line) =>
      restartServer(line, async ({ daemons }) => {
        await daemons.etcd.compact();
      }),
  },
  {
    ...silent,
    name: 'silent API server, which speaks again',
    long: true,
    lists: 0,
    attempts: 0,
    end: ({ lane }) => lane.newest.kube.speakAgain(),
  },
  {
    ...silent,
    name: 'silent API server, whose watches are lost',
    long: true,
    lists: 0,
    attempts: 1,
    end: ({ lane }) => {
      lane.newest.kube.cutStreams();
      lane.newest.kube.speakAgain();
    },
  },
  {
    name: 'a watch that alone falls silent, until that is noticed',
    long: true,
    // Of three minutes ago the server may not remember everything, with other lanes at work: then all is listed.
    lists: '0 or 1',
    attempts: 1,
    begin: ({ lane }) => lane.newest.kube.muteStreams(),
    isMet: () => true,
    end: async (line) => {
      // Three bookmarks missed are three minutes.
      await until(() => line.attempts > 0, { what: 'another watch', deadlineMs: 300_000 });
    },
  },
];

function hear(line: Line): void {
  line.block = undefined;
}

function refuseToListAndWatch(line: Line): void {
  line.block = async (call) => (isAttempt(call) ? drop : undefined);
}

/** The operator cannot reach it before the gap is over, though the server is back by then. */
async function restartServer(line: Line, meanwhile: (plane: Rig['plane']) => Promise<void>): Promise<void> {
  const { rig } = line.lane;
  line.block = async ({ side }) => (side === 'kube' ? drop : undefined);
  await rig.plane.daemons.apiServer.stopServing();
  await meanwhile(rig.plane);
  await rig.plane.daemons.apiServer.startServing();
  await rig.watchAnew();
}
