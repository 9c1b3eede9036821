/**
 * What a user reads of a gateway that is stable and does not work: each cause is made in the simulated network, and
 * found out over real sockets (design §5.6).
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { beforeEach, expect, it, test } from '@jest/globals';

import { reasons } from '../../../../src/kinds/endpoint-gateway/reasons.ts';
import type { Key } from '../../../../src/kube/object.ts';
import { framed, type ReadmeSection, sectionOf, table, withSection } from '../../../lib/readme-section.ts';
import { repositoryPath } from '../../../lib/repository.ts';
import { keyProtect } from '../scene.ts';
import { diagnoses } from './diagnoses.ts';
import type { ProvenScene } from './proven-scene.ts';
import { useProvenScenes } from './use-proven-scenes.ts';

const section: ReadmeSection = {
  title: 'diagnoses',
  source: 'test/kinds/endpoint-gateway/proofs/diagnosis.test.ts from what it ran',
  renew: 'DIAGNOSES=renew npx jest proofs/diagnosis',
};

/** What was read, by cause. */
const messages = new Map<string, string>();
const { open } = useProvenScenes();
let proven: ProvenScene;
let key: Key;

beforeEach(async () => {
  proven = await open();
  const { scene } = proven;
  key = scene.make({
    target: { crn: keyProtect },
    ips: [{ subnet: { name: 'a1' } }, { subnet: { name: 'a2' } }],
  });
  await scene.settle(key);
});

test('a gateway that works is proven', async () => {
  expect(await proven.expectToShow(key, 'DNSVerified', { status: 'True' })).toMatchObject({
    reason: 'DNSVerified',
    message: 'Each name leads to the gateway: private.us-south.kms.cloud.ibm.com',
  });
  expect(await proven.expectToShow(key, 'Reachable', { status: 'True' })).toMatchObject({
    reason: 'Reachable',
    message:
      'Each address answers: port 443 of 10.0.0.4 (us-south-1), port 443 of 10.1.0.4 (us-south-2), with a certificate for private.us-south.kms.cloud.ibm.com',
  });
});

it.each(diagnoses.map((row) => [row.cause, row] as const))('%s', async (cause, { type, expected, make }) => {
  make(proven, proven.scene.gateway);
  const { status, reason, message } = expected;
  const { message: said } = await proven.expectToShow(key, type, { status, reason });
  expect(said).toMatch(message);
  messages.set(cause, said);
  // Proofs are no verdict about the cloud.
  expect(proven.condition(key, 'Ready')).toMatchObject({ status: 'True', reason: 'Succeeded' });
});

it('heals by itself', async () => {
  const fault = proven.network.dnsFaults.add({ kind: 'nxdomain' });
  await proven.expectToShow(key, 'DNSVerified', { status: 'False' });
  proven.network.dnsFaults.clear(fault);
  const healed = await proven.expectToShow(key, 'DNSVerified', { status: 'True' });
  expect(healed.reason).toBe('DNSVerified');
});

test('every reason for a failing proof is in the table', () => {
  const failing = Object.keys(reasons).filter((reason) =>
    /^(DNS(Answer|NoAnswer|Resolver)|Connect|NoAnswer|TLS|Certificate)/.test(reason),
  );
  expect(new Set(diagnoses.map(({ expected }) => expected.reason))).toEqual(new Set(failing));
});

test.each(['TLS', 'TCP'] as const)('nothing is sent to the service but what opens %s', async (protocol) => {
  proven.scene.edit(key, { verify: { dns: true, ports: [443], protocol, required: false } });
  await proven.expectToShow(key, 'Reachable', { status: 'True' });
  const opened = proven.network.connections.entries().filter(({ side }) => side === proven.scene.vpc.id);
  expect(opened).not.toEqual([]);
  expect(opened.filter(({ bytesReceived }) => bytesReceived > 0)).toEqual([]);
});

test(`the README says what was read; to renew it: ${section.renew}`, () => {
  const path = repositoryPath('README.md');
  const rows = diagnoses.map(({ cause, type, expected: { reason } }) => {
    const [found = ''] = messages.get(cause)?.split(/\. (?=[A-Z])/) ?? [];
    return [cause, `\`${type}\``, `\`${reason}\``, found];
  });
  const text = framed(section, table(['Cause', 'False', 'Reason', 'The message begins with'], rows));
  if (process.env['DIAGNOSES'] === 'renew') {
    writeFileSync(path, withSection(readFileSync(path, 'utf8'), section, text));
  }
  expect(sectionOf(readFileSync(path, 'utf8'), section)).toBe(text);
});
