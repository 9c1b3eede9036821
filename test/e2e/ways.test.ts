/**
 * Every way to create a gateway that IBM documents, done by a manifest: all examples are applied and changed as
 * test/ways/choices.yaml says, and what the cloud was asked, what it holds and what the status shows is compared with
 * it. The README's section is made from that.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { connect, type CloudClient } from '../cloud/client.ts';
import { seedExamples } from '../cloud/example-seed.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, reasonOf } from '../harness/gateway-watch.ts';
import { startWorld, type World } from '../harness/world.ts';
import { sectionOf, withSection } from '../lib/readme-section.ts';
import { repositoryPath } from '../lib/repository.ts';
import { type Call, callOf } from '../ways/calls.ts';
import { examplePath, readExamples } from '../ways/examples.ts';
import { unproven } from '../ways/proof.ts';
import { renderWays, waysSection } from '../ways/table.ts';
import { readChoices, type Use } from '../ways/ways.ts';

jest.setTimeout(120_000);

const list = readChoices();
const examples = readExamples();
const uses = list.choices.flatMap(({ choice, manifests }) =>
  manifests.map((use): [string, string, Use] => [choice, use.file, use]),
);

let world: World;
let namespace: string;
let somebody: CloudClient;
const reasons = new Map<string, string>();
const calls = new Map<string, Call[]>();

beforeAll(async () => {
  world = await startWorld();
  const { seed } = world.cloud.control;
  seedExamples(seed);
  const { name, target } = adoptable();
  seed.endpointGateway({ prototype: { name, vpc: { id: 'vpc-3' }, target } });
  somebody = await connect(world.cloud);
  await world.startOperator();
  namespace = await world.namespace();
  const files = [...examples.keys()].flatMap((file) => ['-f', examplePath(file)]);
  await world.kubectl(['apply', '-n', namespace, ...files]);
}, firstStartMs);

afterAll(async () => world.stop());

/** What somebody made before, for the example that adopts. */
function adoptable() {
  const { spec } = examples.get('more/adopt.yaml') ?? {};
  const target = { resource_type: 'provider_cloud_service', crn: spec?.target?.crn ?? '' } as const;
  return { name: spec?.name ?? '', target };
}

function keyOf(file: string): string {
  return `${namespace}/${examples.get(file)?.metadata.name ?? ''}`;
}

/** Also after the object is gone. */
function gatewayIdOf(file: string): string {
  const id = world.watch.versionsOf(keyOf(file)).at(-1)?.status?.id;
  if (id === undefined) {
    throw new Error(`${file} has no gateway`);
  }
  return id;
}

/** What the operator wrote after a request, about one gateway if that is named. */
function written(after: number, gatewayId = ''): readonly Call[] {
  return world.cloud.control.requestLog
    .entries({ after })
    .filter(({ method, userAgent, committed }) => method !== 'GET' && committed && isOurs(userAgent))
    .filter((request) => JSON.stringify(request).includes(gatewayId))
    .map(callOf);
}

function isOurs(userAgent = ''): boolean {
  return userAgent.startsWith('vpe-operator/');
}

/** Returns the calls that led to what the choice asks for: the change if there is one, else the creation. */
async function carryOut({ file, change }: Use): Promise<readonly Call[]> {
  const { lastSequence } = world.cloud.control.requestLog;
  const [plural, name] = ['endpointgateways', examples.get(file)?.metadata.name ?? ''];
  if (change === undefined) {
    return written(0, gatewayIdOf(file));
  }
  if (change === 'deleted') {
    await world.kubectl(['delete', '-n', namespace, plural, name]);
    return written(lastSequence);
  }
  const before = world.watch.present(keyOf(file))?.metadata.generation ?? 0;
  const patch = ['--type=merge', '-p', JSON.stringify({ spec: change })];
  await world.kubectl(['patch', '-n', namespace, plural, name, ...patch]);
  await world.watch.until(keyOf(file), 'is as changed', (object) => {
    return (object.metadata.generation ?? 0) > before && isReady(object);
  });
  return written(lastSequence);
}

describe('an example that users copy', () => {
  test.each([...examples.keys()])('%s becomes what its file says', async (file) => {
    const expected = list.reasons[file] ?? 'Succeeded';
    const object = await world.watch.until(keyOf(file), `says ${expected}`, (latest) => {
      return (
        reasonOf(latest) === expected && latest.status?.observedGeneration === latest.metadata.generation
      );
    });

    expect(isReady(object)).toBe(expected === 'Succeeded');
    reasons.set(file, reasonOf(object) ?? '');
  });
});

describe('a choice that IBM documents', () => {
  test.each(uses)('%s: %s does it', async (choice, file, use) => {
    const seen = await carryOut(use);

    const { body: held } = await somebody.vpc('GET', `/endpoint_gateways/${gatewayIdOf(file)}`);
    const shown = world.watch.present(keyOf(file))?.status ?? {};
    expect(unproven(use, { calls: seen, held, shown })).toEqual([]);
    calls.set(choice, [...(calls.get(choice) ?? []), ...seen]);
  });
});

test(`the README says what was run; to renew it: ${waysSection.renew}`, () => {
  const path = repositoryPath('README.md');
  const section = renderWays(list, { reasons, calls });
  if (process.env['WAYS'] === 'renew') {
    writeFileSync(path, withSection(readFileSync(path, 'utf8'), waysSection, section));
  }

  expect(sectionOf(readFileSync(path, 'utf8'), waysSection)).toBe(section);
});
