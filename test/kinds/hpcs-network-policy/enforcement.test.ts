/** Whether a closed instance denies public calls: looked at for a while, told when it changes, and never needed. */
import { describe, expect, it } from '@jest/globals';

import type { Key } from '../../../src/kube/object.ts';
import { internetAddress } from '../../cloud/network/names.ts';
import { inShort } from './in-short.ts';
import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

function statusWrites(): number {
  return scene.kube.calls.filter(({ verb }) => verb === 'applyStatus').length;
}

async function closed(): Promise<Key> {
  const key = scene.make();
  await scene.settle(key);
  expect(scene.isClosed).toBe(true);
  expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'True' });
  return key;
}

describe('a closing that is enforced later', () => {
  it('is Ready, and told as still open until public calls are denied: two writes, however many looks', async () => {
    scene.cloud.control.settings.keyPolicyEnforcementLagMs = 120_000;
    const key = await closed();
    expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'False', reason: 'StillOpen' });
    const [from, written] = [scene.lastRequest, statusWrites()];
    let looks = 0;
    while (scene.condition(key, 'Enforced')?.status !== 'True') {
      const { verdict } = await scene.pass(key);
      looks += 1;
      expect(looks).toBeLessThan(20);
      expect(scene.condition(key, 'Ready')).toMatchObject({ status: 'True' });
      const isOver = scene.condition(key, 'Enforced')?.status === 'True';
      expect(verdict).toEqual(isOver ? { kind: 'settled' } : { kind: 'settled', againInMs: 15_000 });
      scene.advance(15_000);
    }
    expect(scene.condition(key, 'Enforced')).toMatchObject({ reason: 'PublicDenied' });
    expect(statusWrites()).toBe(written + 1);
    expect(scene.calls(from).filter((call) => call === 'GET public 200')).toHaveLength(looks - 1);
    // Known once and for all.
    const known = scene.lastRequest;
    await scene.pass(key);
    expect(scene.calls(known)).toEqual(['GET private 200']);
    expect(statusWrites()).toBe(written + 1);
  });

  it('is asked for with each look, and no sooner, once it has taken too long', async () => {
    scene.cloud.control.settings.keyPolicyEnforcementLagMs = 10 ** 9;
    const key = await closed();
    scene.advance(600_000);
    const from = scene.lastRequest;
    expect((await scene.pass(key)).verdict).toEqual({ kind: 'settled' });
    expect(scene.calls(from)).toEqual(['GET private 200', 'GET public 200']);
    expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'False', reason: 'StillOpen' });
    expect(await scene.checkDrift(key)).toBe(true);
  });

  it('is asked for anew after the next closing', async () => {
    const key = await closed();
    scene.edit(key, { allowedNetwork: 'PublicAndPrivate' });
    await scene.settle(key);
    expect(scene.condition(key, 'Enforced')).toBeUndefined();
    scene.edit(key, { allowedNetwork: 'PrivateOnly' });
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(scene.calls(from).at(-1)).toBe('GET public 401');
    expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'True', reason: 'PublicDenied' });
  });
});

describe('an operator that reaches no public endpoint', () => {
  it.each<[string, (host: string) => void]>([
    [
      'since it knows no public names',
      (name) => scene.cloud.control.network.dnsFaults.add({ kind: 'nxdomain', name }),
    ],
    [
      'since nothing answers there',
      (host) => {
        const address = internetAddress(host);
        scene.cloud.control.network.addressFaults.add({ kind: 'blackhole', address });
      },
    ],
  ])('%s, closes all the same, and says that it cannot tell', async (_, cut) => {
    cut(scene.keys.endpoints.public);
    const key = await closed();
    expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'Unknown', reason: 'NoPublicEgress' });
    expect(scene.read(key).status?.endpoints?.public).toMatchObject({ result: 'Unreachable' });
    const [from, written] = [scene.lastRequest, statusWrites()];
    expect((await scene.pass(key)).verdict).toEqual({ kind: 'settled' });
    expect(scene.calls(from)).toEqual(['GET private 200']);
    expect(statusWrites()).toBe(written);
  });
});

it('a denial by 403 counts like one by 401', async () => {
  scene.cloud.control.settings.keyNetworkDenialStatus = 403;
  const key = await closed();
  expect(scene.calls().at(-1)).toBe('GET public 403');
  expect(scene.condition(key, 'Enforced')).toMatchObject({ status: 'True', reason: 'PublicDenied' });
});

it('a denial is no proof while the private endpoint denies as well', async () => {
  scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
  scene.cloud.control.setKeyRole(scene.apiKey, 'Reader');
  const key = scene.make();
  expect(inShort((await scene.pass(key)).verdict)).toBe('waiting RoleMissing');
  expect(scene.read(key).status).not.toHaveProperty('access');
  expect(scene.condition(key, 'Enforced')).toBeUndefined();
});

/** Until the service ends, as the status says. */
function daysLeft(key: Key): number {
  const { message = '' } = scene.condition(key, 'Advisory') ?? {};
  return Number(/in (\d+) days?/.exec(message)?.[1]);
}

describe('the end of Hyper Protect Crypto Services', () => {
  const dayMs = 86_400_000;

  /** A minute before the next midnight. */
  function goToLateEvening(): void {
    const now = scene.cloud.control.clock.now();
    scene.advance(dayMs - (now % dayMs) - 60_000);
  }

  it('is told in days, which a look at midnight finds to be one less: one write a day', async () => {
    goToLateEvening();
    const key = await closed();
    goToLateEvening();
    await scene.pass(key);
    const [days, written] = [daysLeft(key), statusWrites()];
    expect(days).toBe(Math.ceil((Date.UTC(2027, 2, 28) - scene.cloud.control.clock.now()) / dayMs));
    expect(await scene.checkDrift(key)).toBe(false);
    scene.advance(60_000);
    expect(await scene.checkDrift(key)).toBe(true);
    expect(inShort((await scene.pass(key)).verdict)).toBe('settled');
    expect(daysLeft(key)).toBe(days - 1);
    expect(statusWrites()).toBe(written + 1);
    expect(await scene.checkDrift(key)).toBe(false);
  });

  it('is no matter of Key Protect', async () => {
    const { seed } = scene.cloud.control;
    const { crn } = seed.keyProtectInstance({ account: scene.account, name: 'keys' });
    const key = scene.make({ instance: { crn } });
    await scene.settle(key);
    expect(scene.condition(key, 'Advisory')).toBeUndefined();
    scene.advance(dayMs);
    expect(await scene.checkDrift(key)).toBe(false);
  });
});
