/**
 * The fault harness finds what it is for: defects that would double, leak or lose a gateway are planted in a copy of
 * the built operator, and each is found by cases that the operator as it is passes.
 */
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { firstStartMs } from '../cluster/control-plane.ts';
import { type Boundary, type Call, boundaryName } from '../faults/boundary.ts';
import type { CaseResult, FaultCase } from '../faults/case.ts';
import { unreadable } from '../faults/faults.ts';
import { runAll } from '../faults/pool.ts';
import { type Rig, startRig } from '../faults/rig.ts';
import { caseOf, pairsIn } from '../faults/scenarios/faults.ts';
import { killCase } from '../faults/scenarios/kill.ts';
import { stopCase } from '../faults/scenarios/replicas.ts';
import { lifecycle } from '../faults/scripts/lifecycle.ts';
import { record, type Recording } from '../faults/walk.ts';
import { repositoryPath } from '../lib/repository.ts';
import { makeTetheredFolder, type TetheredFolder } from '../lib/tether.ts';

jest.setTimeout(firstStartMs);

let rig: Rig;
/** Of the operator as it is. */
let recordings: { readonly plain: Recording; readonly unreadable: Recording };
const folders: TetheredFolder[] = [];

beforeAll(async () => {
  rig = await startRig();
  const [plain, lagging] = await Promise.all([
    record(rig, lifecycle),
    record(rig, lifecycle, unreadable.lane),
  ]);
  recordings = { plain, unreadable: lagging };
});

afterAll(async () => {
  await rig?.stop();
  await Promise.all(folders.map(async (folder) => folder.remove()));
});

interface Patch {
  /** Below `dist`. */
  readonly file: string;
  readonly healthy: string;
  readonly defective: string;
}

interface Defect extends Patch {
  readonly name: string;
  readonly cases: () => readonly FaultCase[];
  /** What is found: one of the problems says it. */
  readonly finding: RegExp;
}

const defects: readonly Defect[] = [
  {
    name: 'a create without a stored intent',
    file: 'controller/reconcile.js',
    healthy: 'const intent = kind.intent(action, this.#observed);',
    defective: 'const intent = undefined;',
    cases: () => [killed('create: cloud POST endpoint_gateways #1 before')],
    finding: /a create of .* was sent without a stored intent/,
  },
  {
    name: 'a finalizer that goes while the cloud still deletes',
    file: 'kinds/endpoint-gateway/plan/deletion.js',
    healthy: "return { kind: 'wait', reason: 'Deleting', message, pace: 'changing' };",
    defective: "return { kind: 'settled' };",
    cases: () => [killed('delete: cloud DELETE endpoint_gateways/:id #1 before')],
    finding: /^gateway .* is left$/,
  },
  {
    name: 'an error that is taken for absence',
    file: 'kinds/endpoint-gateway/observe/find-gateway.js',
    healthy: "if (error instanceof CloudError && error.reason === 'absent') {",
    defective: 'if (error instanceof CloudError) {',
    cases: () => [unread('create: cloud GET endpoint_gateways/:id #1 before')],
    finding: /^there are 2 gateways$/,
  },
  {
    name: 'a create that is repeated before the first one would show',
    file: 'kinds/endpoint-gateway/observe.js',
    healthy: 'settledAtMs !== undefined &&\n            gateways.begunAtMs >= settledAtMs &&',
    defective: '',
    cases: () => [killedBlind('create: cloud POST endpoint_gateways #1 after')],
    finding: /^a second create of .* was sent while the first may have been carried out$/,
  },
  {
    name: 'a status that is applied whatever the API server holds',
    file: 'kube/calls.js',
    healthy: '...(resourceVersion !== undefined && { resourceVersion }) };',
    defective: '};',
    cases: () => [stopped('create: kube apply endpointgateways/status [intent] #1 before')],
    finding: /status that the stopped leader had begun to write replaced that of its successor/,
  },
];

function killed(name: string): FaultCase {
  const recording = recordings.plain;
  return killCase('kill', boundaryOf(recording, name), { recording, options: {} });
}

/** Where the lists lag and duplicates pass. */
function killedBlind(name: string): FaultCase {
  const recording = recordings.unreadable;
  const options = unreadable.lane ?? {};
  return killCase('kill', boundaryOf(recording, name), { recording, options });
}

function unread(name: string): FaultCase {
  const pairs = pairsIn(recordings.unreadable, unreadable);
  return caseOf(
    existing(
      pairs.find((pair) => pair.name.endsWith(`, ${name}`)),
      name,
    ),
  );
}

function stopped(name: string): FaultCase {
  const recording = recordings.plain;
  return stopCase({ arrival: 'late', boundary: boundaryOf(recording, name), recording });
}

function boundaryOf({ calls }: Recording, name: string): Boundary {
  const asBoundary = (call: Call): Boundary => ({
    ...call,
    moment: name.endsWith(' before') ? 'before' : 'after',
  });
  return existing(
    calls.map(asBoundary).find((boundary) => boundaryName(boundary) === name),
    name,
  );
}

function existing<T>(found: T | undefined, name: string): T {
  if (found === undefined) {
    throw new Error(`no clean run has ${name}`);
  }
  return found;
}

/** A copy of the built operator with one place changed. Throws when there is no such place, or more than one. */
async function plant({ file, healthy, defective }: Patch): Promise<string> {
  const folder = await makeTetheredFolder(join(tmpdir(), 'vpe-operator-defect-'));
  folders.push(folder);
  await cp(repositoryPath('dist'), join(folder.path, 'dist'), { recursive: true });
  await cp(repositoryPath('package.json'), join(folder.path, 'package.json'));
  await symlink(repositoryPath('node_modules'), join(folder.path, 'node_modules'));
  const path = join(folder.path, 'dist', file);
  const parts = (await readFile(path, 'utf8')).split(healthy);
  if (parts.length !== 2) {
    throw new Error(`${file} holds ${parts.length - 1} times: ${healthy}`);
  }
  await writeFile(path, parts.join(defective));
  return folder.path;
}

async function runOn(operator: Rig, cases: readonly FaultCase[]): Promise<readonly CaseResult[]> {
  const { signal } = new AbortController();
  return runAll(operator, cases, { lanes: cases.length, signal, onResult: () => undefined });
}

test.each(defects)('$name is found', async (defect) => {
  const cases = defect.cases();
  const defective: Rig = { ...rig, operatorRoot: await plant(defect) };
  const [found, healthy] = await Promise.all([runOn(defective, cases), runOn(rig, cases)]);
  expect(healthy).toEqual(cases.map(() => expect.objectContaining({ verdict: 'converged' })));
  expect(found.flatMap(({ problems }) => problems)).toContainEqual(expect.stringMatching(defect.finding));
});

test('a leak that every run makes is found in the clean run', async () => {
  const operatorRoot = await plant({
    file: 'kinds/endpoint-gateway/plan/deletion.js',
    healthy: "return { kind: 'act', actions: [deleteGateway(gateway.name)] };",
    defective: "return { kind: 'settled' };",
  });
  await expect(record({ ...rig, operatorRoot }, lifecycle)).rejects.toThrow(/gateway .* is left/);
});
