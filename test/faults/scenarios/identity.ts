/**
 * Whose gateway is it? What the operator knows about an object is wiped, restored into another cluster, or belongs to
 * another account; what it may see of the cloud shrinks. Nothing is deleted, nothing is made twice (design §4.4, §5.4).
 */
import { readFile } from 'node:fs/promises';

import { isReady, isStalled, reasonOf } from '../../harness/gateway-watch.ts';
import { Strike } from '../strike.ts';
import { reconcileAtAnnotation } from '../../../src/controller/kind.ts';
import { endpointGateway } from '../../../src/kinds/endpoint-gateway/index.ts';
import { compareVersions } from '../../../src/kube/object.ts';
import { type FaultCase, type Scenario, type Verdict, verdictOf } from '../case.ts';
import { refusal } from '../faults.ts';
import { type Lane, objectName } from '../lane.ts';
import { useApiKeyOf } from '../lane-config.ts';
import type { Rig } from '../rig.ts';
import { begin, type Phase, reached } from '../script.ts';
import { change, create, lifecycle } from '../scripts/lifecycle.ts';
import { deletion, start } from '../scripts/phases.ts';
import { gatewaysOf } from '../snapshot.ts';
import { isWrite } from '../traffic.ts';
import { finish, inLane, problemsOf, record, type Recording, walk } from '../walk.ts';

export const identity: Scenario = {
  name: 'identity',
  about: 'status wiped, backup restored elsewhere, another account, a VPC that cannot be read',
  async plan(rig) {
    const recording = await record(rig, lifecycle);
    const plays: readonly (readonly [string, Play])[] = [
      ['status wiped', async (lane) => wiped(lane, recording, create)],
      ['status wiped after a rename', async (lane) => wiped(lane, recording, change)],
      ['status wiped while nobody leads', async (lane) => wipedMeanwhile(lane, recording)],
      ['restored with its status into another cluster', async (lane) => restored(lane, true)],
      ['restored without its status into another cluster', async (lane) => restored(lane, false)],
      ['credentials of another account', async (lane) => anotherAccount(lane, recording)],
      ['API key revoked while a change is under way', async (lane) => revoked(lane, recording)],
      ['VPC unreadable during a deletion', async (lane) => unreadable(lane, recording)],
      ['everything invisible', async (lane) => invisible(lane, recording)],
    ];
    const cases = plays.map(([name, play]): FaultCase => ({
      scenario: 'identity',
      name,
      run: async (own) => perform(own, play),
    }));
    return { cases, from: `${cases.length} cases` };
  },
};

/** What happens to an object with a gateway; returns what is wrong. */
type Play = (lane: Lane) => Promise<readonly string[]>;

async function perform(rig: Rig, play: Play): Promise<Verdict> {
  return inLane(rig, {}, async (lane) => {
    await walk(lane, start, lifecycle);
    await walk(lane, create, lifecycle);
    const problems = await play(lane);
    return verdictOf([...problems, ...lane.traffic.ledger.problems()]);
  });
}

const emptyStatus = { observedGeneration: -1 };

async function wipe({ rig, namespace }: Lane): Promise<string> {
  return rig.admin.patchStatus(namespace, objectName, [
    { op: 'replace', path: '/status', value: emptyStatus },
  ]);
}

async function untilReadyAgain({ rig, key }: Lane, since: string): Promise<void> {
  await rig.watch.until(
    key,
    'is Ready again',
    (object) => isReady(object) && compareVersions(object.metadata.resourceVersion, since) > 0,
  );
}

async function wiped(lane: Lane, recording: Recording, phase: Phase): Promise<readonly string[]> {
  if (phase === change) {
    await walk(lane, phase, lifecycle);
  }
  await untilReadyAgain(lane, await wipe(lane));
  return [
    ...createdOnce(lane),
    ...problemsOf(lane, phase, recording),
    ...(await finish(lane, phase, recording)),
  ];
}

async function wipedMeanwhile(lane: Lane, recording: Recording): Promise<readonly string[]> {
  await lane.kill();
  const since = await wipe(lane);
  await lane.restart();
  await untilReadyAgain(lane, since);
  return [
    ...createdOnce(lane),
    ...problemsOf(lane, create, recording),
    ...(await finish(lane, create, recording)),
  ];
}

/** A backup brings the object, with a new uid, and its finalizer; the operator there has another cluster id. */
async function restored(lane: Lane, withStatus: boolean): Promise<readonly string[]> {
  const { rig, namespace, key } = lane;
  const backup = rig.watch.present(key);
  await lane.kill();
  await rig.admin.patch(namespace, objectName, [{ op: 'remove', path: '/metadata/finalizers' }]);
  await rig.admin.delete(namespace, objectName);
  await rig.watch.untilGone(key);
  const { apiVersion, kind, spec, status } = backup ?? {};
  const metadata = { name: objectName, finalizers: [endpointGateway.finalizer] };
  await rig.admin.create(namespace, { apiVersion, kind, metadata, spec });
  if (withStatus) {
    await rig.admin.patchStatus(namespace, objectName, [{ op: 'replace', path: '/status', value: status }]);
  }
  const tags = JSON.stringify(lane.cloud.control.leftovers().tags);
  await lane.restart({ clusterID: 'restored' });
  await rig.watch.until(
    key,
    'leaves the gateway to its owner',
    (object) => isStalled(object) && reasonOf(object) === 'OwnedByAnother',
  );
  await begin(lane, deletion, false);
  await reached(lane, deletion);
  const same = tags === JSON.stringify(lane.cloud.control.leftovers().tags);
  return [...untouched(lane, 2), ...(same ? [] : ['the tags of the gateway changed'])];
}

async function anotherAccount(lane: Lane, recording: Recording): Promise<readonly string[]> {
  const { rig, key, cloud } = lane;
  cloud.control.seed.account('another');
  await lane.kill();
  await useApiKeyOf(lane, 'another');
  await lane.restart();
  await rig.watch.until(
    key,
    'is held',
    (object) => isStalled(object) && reasonOf(object) === 'AccountChanged',
  );
  await begin(lane, deletion, false);
  await untilSeenAsDeleting(lane, 'AccountChanged');
  const problems = untouched(lane, 2);
  await lane.kill();
  await useApiKeyOf(lane, 'default');
  await lane.restart();
  await reached(lane, deletion);
  return [...problems, ...problemsOf(lane, deletion, recording)];
}

/** The token is refused, and so is a new one, until the file holds a key that is valid. */
async function revoked(lane: Lane, recording: Recording): Promise<readonly string[]> {
  const { rig, key, cloud } = lane;
  const apiKey = await readFile(await cloud.apiKeyFile('default'), 'utf8');
  const call = {
    replica: 1,
    phase: change.name,
    side: 'cloud',
    name: 'PATCH endpoint_gateways/:id',
    ordinal: 1,
  } as const;
  const strike = new Strike(lane, { ...call, moment: 'before' }, async () => {
    cloud.control.revokeApiKey(apiKey);
    return undefined;
  });
  await begin(lane, change, true);
  await rig.watch.until(
    key,
    'is refused',
    (object) => strike.hit && isStalled(object) && reasonOf(object) === 'AccessDenied',
  );
  await useApiKeyOf(lane, 'default');
  await reached(lane, change);
  return [...problemsOf(lane, change, recording), ...(await finish(lane, change, recording))];
}

/** The gateway goes, but nothing proves that it is gone. */
async function unreadable(lane: Lane, recording: Recording): Promise<readonly string[]> {
  lane.traffic.hook = async ({ name }) => (name === 'GET vpcs' ? refusal('cloud', name, 403) : undefined);
  await begin(lane, deletion, false);
  await untilSeenAsDeleting(lane, 'AccessDenied');
  lane.traffic.hook = undefined;
  await touch(lane, 'access is back');
  await reached(lane, deletion);
  return [...createdOnce(lane), ...problemsOf(lane, deletion, recording)];
}

/** An account that lost its roles: lists are empty or refused, and what exists answers 404. */
async function invisible(lane: Lane, recording: Recording): Promise<readonly string[]> {
  const { rig, key } = lane;
  lane.traffic.hook = async ({ side, name }) => {
    switch (side === 'cloud' ? name : '') {
      case 'GET vpcs':
        return refusal('cloud', name, 403);
      case 'GET endpoint_gateways':
        return { kind: 'answer', status: 200, body: { endpoint_gateways: [], limit: 100, total_count: 0 } };
      case 'GET endpoint_gateways/:id':
        return refusal('cloud', name, 404);
      default:
        return undefined;
    }
  };
  const begun = lane.traffic.begun.length;
  await touch(lane, 'what now');
  await rig.watch.until(key, 'is held', (object) => isStalled(object));
  await begin(lane, deletion, false);
  await untilSeenAsDeleting(lane);
  const writes = lane.traffic.begun.slice(begun).filter((call) => call.side === 'cloud' && isWrite(call));
  lane.traffic.hook = undefined;
  await touch(lane, 'access is back');
  await reached(lane, deletion);
  return [
    ...writes.map(({ name }) => `${name} was sent without sight`),
    ...createdOnce(lane),
    ...problemsOf(lane, deletion, recording),
  ];
}

/** As a user does who has mended something outside of the object. */
async function touch({ rig, namespace }: Lane, value: string): Promise<void> {
  await rig.admin.patch(namespace, objectName, [
    { op: 'add', path: '/metadata/annotations', value: { [reconcileAtAnnotation]: value } },
  ]);
}

/** It stays, stalled, and says so. */
async function untilSeenAsDeleting({ rig, key }: Lane, reason?: string): Promise<void> {
  await rig.watch.until(
    key,
    'is held while it is being deleted',
    (object) =>
      object.metadata.deletionTimestamp !== undefined &&
      object.status?.observedGeneration === object.metadata.generation &&
      isStalled(object) &&
      (reason === undefined || reasonOf(object) === reason),
  );
}

function createdOnce({ traffic: { ledger } }: Lane): readonly string[] {
  return ledger.creates === 1 ? [] : [`${ledger.creates} creates were sent`];
}

/** The replica sent nothing that changes the cloud, and the gateway is there. */
function untouched(lane: Lane, replica: number): readonly string[] {
  const writes = lane.traffic.begun.filter(
    (call) => call.replica === replica && call.side === 'cloud' && isWrite(call),
  );
  return [
    ...writes.map(({ name }) => `${name} was sent`),
    ...(gatewaysOf(lane).length === 1 ? [] : ['the gateway is gone']),
  ];
}
