/**
 * What a user reads where the operator does not get to an instance, or may not close it: each cause is made in the
 * simulated cloud and its network, and found out over real sockets (design §6).
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { expect, it, test } from '@jest/globals';

import { reasons } from '../../../src/kinds/hpcs-network-policy/reasons.ts';
import { framed, type ReadmeSection, sectionOf, table, withSection } from '../../lib/readme-section.ts';
import { repositoryPath } from '../../lib/repository.ts';
import { ofCaller, ofGateway, ofInstance } from './diagnoses/of-instance.ts';
import { ofPath } from './diagnoses/of-path.ts';
import { ofPublicSide } from './diagnoses/of-public-side.ts';
import { guid as sampleGuid } from './samples.ts';
import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

const section: ReadmeSection = {
  title: 'policy diagnoses',
  source: 'test/kinds/hpcs-network-policy/diagnosis.test.ts from what it ran',
  renew: 'DIAGNOSES=renew npx jest hpcs-network-policy/diagnosis',
};

const diagnoses = [...ofPath, ...ofCaller, ...ofInstance, ...ofGateway, ...ofPublicSide];
/** What was read, by cause. */
const messages = new Map<string, string>();
let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

it.each(diagnoses.map((row) => [row.cause, row] as const))('%s', async (cause, { type, expected, make }) => {
  const changes = await make(scene);
  const written = writes();
  const key = scene.make(changes);
  const { status, reason, message } = expected;
  await scene.passUntil(key, () => scene.condition(key, type)?.reason === reason, { most: 24 });
  const found = scene.condition(key, type);
  expect(found).toMatchObject({ status, message: expect.stringMatching(message) });
  messages.set(cause, found?.message ?? '');
  // Whether public calls are denied is asked only once the instance is closed.
  const isClosed = type === 'Enforced';
  const ready = isClosed ? { status: 'True' } : { status: 'False', reason };
  expect(scene.condition(key, 'Ready')).toMatchObject(ready);
  expect(writes() - written).toBe(isClosed ? 1 : 0);
});

/** How often somebody has set the policy. */
function writes(): number {
  return scene.keys.policies.get('allowedNetwork')?.versions.length ?? 0;
}

/** What is under way, comes of drift or is as it shall be. */
const noTrouble =
  /^(Closing|Opening|PuttingBack|Proving|Confirming|ChangeUnconfirmed|PutBack|OpenedOutside|ClosedOutside|PathWorks|PathNotAsked|PublicDenied|ServiceEnds)$/;

test('every other reason is in the table', () => {
  const told = new Set(diagnoses.map(({ expected }) => expected.reason));
  expect(Object.keys(reasons).filter((reason) => !noTrouble.test(reason) && !told.has(reason))).toEqual([]);
});

/** Ids follow from the names of accounts, and addresses from ids; who hears of a cut first is a matter of chance. */
function sampled(message: string): string {
  return message
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, sampleGuid)
    .replaceAll(/198\.51\.100\.\d+/g, '198.51.100.7')
    .replaceAll(/account-\d+/g, 'default')
    .replace(/\(\w+ ECONNRESET.*\)/, '(read ECONNRESET)');
}

test(`the README says what was read; to renew it: ${section.renew}`, () => {
  const path = repositoryPath('README.md');
  const rows = diagnoses.map(({ cause, type, expected: { status, reason } }) => {
    const [found = ''] = messages.get(cause)?.split(/\. (?=[A-Z])/) ?? [];
    return [cause, `\`${type}\` ${status}`, `\`${reason}\``, sampled(found)];
  });
  const text = framed(section, table(['Cause', 'Condition', 'Reason', 'The message begins with'], rows));
  if (process.env['DIAGNOSES'] === 'renew') {
    writeFileSync(path, withSection(readFileSync(path, 'utf8'), section, text));
  }
  expect(sectionOf(readFileSync(path, 'utf8'), section)).toBe(text);
});
