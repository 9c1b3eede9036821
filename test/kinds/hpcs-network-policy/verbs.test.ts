/** What the account's configuration does not allow is refused before anything is proven or changed (design §4). */
import { expect, it } from '@jest/globals';

import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

const privateOnly = 'PrivateOnly';
const both = 'PublicAndPrivate';

it.each([
  [
    'close',
    'open',
    privateOnly,
    /^account account-\d+ does not allow close, which this takes: set allowedNetwork to private-only: .*; its owner can add close to allowedVerbs/,
  ],
  [
    'open',
    'close',
    both,
    /^account account-\d+ does not allow open, which this takes: set allowedNetwork to public-and-private, .*; its owner can add open to allowedVerbs/,
  ],
] as const)('an account without the verb %s', async (_, allowed, allowedNetwork, words) => {
  const was = allowedNetwork === both ? 'private-only' : 'public-and-private';
  scene.cloud.control.setAllowedNetwork(scene.instance.crn, was);
  scene.restart({ allowedVerbs: [allowed] });
  const key = scene.make({ allowedNetwork });
  expect((await scene.pass(key)).verdict).toMatchObject({
    kind: 'stalled',
    reason: 'NotAllowed',
    message: expect.stringMatching(words),
  });
  expect(scene.read(key).status).not.toHaveProperty('proofs');
  expect(scene.read(key).status?.plan).toMatchObject({ total: 1 });
  scene.advance(20_000);
  await scene.pass(key);
  expect(scene.read(key).status).not.toHaveProperty('proofs');
  expect(scene.keys.policies.get('allowedNetwork')?.versions).toHaveLength(1);
});

it('is told of the verb while something else is in the way, too', async () => {
  scene.restart({ allowedVerbs: [] });
  const key = scene.make({ lockoutGuard: { endpointGatewayRef: { name: 'none' } } });
  expect((await scene.pass(key)).verdict).toMatchObject({ kind: 'stalled', reason: 'NotAllowed' });
});

it.each([
  ['closed', privateOnly, 'private-only'],
  ['open', both, 'public-and-private'],
] as const)('takes none to find an instance %s as it shall be', async (_, allowedNetwork, is) => {
  scene.cloud.control.setAllowedNetwork(scene.instance.crn, is);
  scene.restart({ allowedVerbs: [] });
  const key = scene.make({ allowedNetwork });
  await scene.settle(key);
  expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'True' });
});

it('takes none to look', async () => {
  scene.restart({ allowedVerbs: [] });
  const key = scene.make({ managementPolicy: 'Observe' });
  expect((await scene.pass(key)).verdict).toMatchObject({ kind: 'differs' });
});

it('does not keep a closing from being confirmed or taken back that was sent before', async () => {
  const key = scene.make();
  const { dnsFaults } = scene.cloud.control.network;
  await scene.passUntil(key, () => scene.isClosed);
  const fault = dnsFaults.add({ kind: 'nxdomain', name: scene.host });
  scene.restart({ allowedVerbs: [] });
  await scene.passUntil(
    key,
    (verdict) => verdict.kind === 'waiting' && verdict.reason === 'ChangeUnconfirmed',
  );
  dnsFaults.clear(fault);
  await scene.settle(key);
  expect(scene.isClosed).toBe(true);
  expect(scene.read(key).status).not.toHaveProperty('change');
});
