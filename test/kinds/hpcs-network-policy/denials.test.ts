/**
 * What a 401 comes of, told apart by the private answer, the instance's state and the role together (fact sheet §1.8,
 * §4.4): alone it says nothing, least of all that an instance is closed.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';

import type { PolicyScene } from './scene.ts';
import { usePolicyScenes } from './use-policy-scenes.ts';

let scene: PolicyScene;

usePolicyScenes((opened) => {
  scene = opened;
});

/** Tokens that IAM was asked for since then. */
function tokensSince(after: number): number {
  return scene.cloud.control.requestLog.entries({ after, service: 'iam' }).length;
}

/** The same of the key-management services, calls among them whose token says nothing. */
function callsSince(after: number): readonly string[] {
  return scene.cloud.control.requestLog
    .entries({ after })
    .filter(({ service }) => service.startsWith('keys-'))
    .map(({ method, service, status }) => `${method} ${service} ${status ?? 'none'}`);
}

const open = { allowedNetwork: 'PublicAndPrivate' } as const;
const denied = 'get_instance_policy: Unauthorized: The user does not have access to the specified resource';

/** One that the operator has closed. */
async function closedInstance(): Promise<string> {
  const key = scene.make();
  await scene.settle(key);
  return key;
}

describe('a role that was lost', () => {
  it.each(['Writer', 'Reader', 'none'] as const)(
    'to be %s is named, and nothing else changes',
    async (role) => {
      const key = await closedInstance();
      const { status } = scene.read(key);
      scene.cloud.control.setKeyRole(scene.apiKey, role);
      const from = scene.lastRequest;
      const { verdict } = await scene.pass(key);
      expect(verdict).toMatchObject({
        kind: 'waiting',
        reason: 'RoleMissing',
        message: `The private endpoint answers, and denies the call: the operator's credentials need the service role Manager on instance ${scene.instance.guid} (${denied})`,
      });
      expect(scene.calls(from)).toEqual(['GET private 401', 'GET private 401']);
      expect(scene.condition(key, 'PrivatePath')).toMatchObject({
        status: 'Unknown',
        reason: 'RoleMissing',
      });
      expect(scene.read(key).status).toMatchObject({
        access: 'PrivateOnly',
        policy: status?.policy,
      });
      expect(scene.condition(key, 'Enforced')).toEqual(
        status?.conditions?.find(({ type }) => type === 'Enforced'),
      );
      scene.cloud.control.setKeyRole(scene.apiKey, 'Manager');
      await scene.settle(key);
      expect(scene.isClosed).toBe(true);
      expect(scene.keys.policies.get('allowedNetwork')?.versions).toHaveLength(1);
    },
  );

  it('is named while the instance is being proven, and the proofs begin anew', async () => {
    const key = scene.make();
    await scene.pass(key);
    scene.advance(20_000);
    scene.cloud.control.setKeyRole(scene.apiKey, 'Reader');
    expect((await scene.pass(key)).verdict).toMatchObject({
      reason: 'RoleMissing',
    });
    expect(scene.read(key).status).not.toHaveProperty('proofs');
    expect(scene.isClosed).toBe(false);
  });

  it('is named where the instance shall be opened, and the public endpoint is not asked instead', async () => {
    scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
    scene.cloud.control.setKeyRole(scene.apiKey, 'Reader');
    const key = scene.make(open);
    expect((await scene.pass(key)).verdict).toMatchObject({
      reason: 'RoleMissing',
    });
    expect(scene.calls()).toEqual(['GET private 401', 'GET private 401']);
  });
});

describe('a wrong instance', () => {
  const nobody = '00000000-0000-4000-8000-000000000000';

  it('is told from a missing role by Resource Controller', async () => {
    const crn = scene.instance.crn.replace(scene.instance.guid, nobody).replace('hs-crypto', 'kms');
    const key = scene.make({ instance: { crn } });
    await scene.pass(key);
    expect(scene.condition(key, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'InstanceNotFound',
    });
    expect(scene.condition(key, 'PrivatePath')).toMatchObject({
      status: 'Unknown',
      reason: 'InstanceNotFound',
      message: expect.stringContaining(`Resource Controller shows no instance ${nobody}`),
    });
    expect(scene.read(key).status).not.toHaveProperty('access');
  });

  it('of another account is none that can be seen', async () => {
    const { seed } = scene.cloud.control;
    const { name: account } = seed.account(`${scene.account}-other`);
    const theirs = seed.keyProtectInstance({ account, name: 'theirs' });
    const key = scene.make({ instance: { crn: theirs.crn } });
    await scene.pass(key);
    expect(scene.condition(key, 'Ready')).toMatchObject({
      reason: 'InstanceNotFound',
    });
    expect(theirs.keys?.policies.size).toBe(0);
  });
});

describe('a closed network', () => {
  it.each([401, 403] as const)('is known by a private answer beside a public %d', async (status) => {
    scene.cloud.control.settings.keyNetworkDenialStatus = status;
    const key = await closedInstance();
    expect(scene.calls().at(-1)).toBe(`GET public ${status}`);
    expect(scene.condition(key, 'Enforced')).toMatchObject({
      status: 'True',
      reason: 'PublicDenied',
    });
  });

  it.each([
    ['closed', () => scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only')],
    ['open, and the role is missing', () => scene.cloud.control.setKeyRole(scene.apiKey, 'Reader')],
  ])('is not concluded from a public denial alone: the instance is %s', async (_, make) => {
    make();
    await scene.moveTo('public');
    const key = scene.make(open);
    const { verdict } = await scene.pass(key);
    expect(verdict).toMatchObject({
      kind: 'waiting',
      reason: 'NoWorkingPath',
      message: expect.stringMatching(
        /; the public endpoint denies the call: the instance is closed, or the credentials lack the service role Manager$/,
      ),
    });
    expect(scene.read(key).status).not.toHaveProperty('access');
    expect(scene.condition(key, 'Enforced')).toBeUndefined();
    expect(scene.read(key).status).toMatchObject({
      endpoints: {
        private: { result: 'Unreachable' },
        public: { result: 'Denied' },
      },
    });
  });

  it('never renews the token, however often it denies', async () => {
    scene.cloud.control.setAllowedNetwork(scene.instance.crn, 'private-only');
    scene.cloud.control.network.dnsFaults.add({
      kind: 'nxdomain',
      name: scene.host,
    });
    const key = scene.make(open);
    await scene.pass(key);
    const from = scene.lastRequest;
    for (let passes = 0; passes < 5; passes += 1) {
      scene.advance(60_000);
      await scene.pass(key);
    }
    expect(scene.calls(from)).toEqual(Array.from({ length: 5 }, () => 'GET public 401'));
    expect(tokensSince(from)).toBe(0);
  });
});

/** Right before the policy is read or set, so that this call is the one that meets it. */
function expireBefore(operation: string): void {
  const { control } = scene.cloud;
  control.faults.add({
    operation: operation === 'get_instance_policy' ? 'get_resource_instance' : 'get_instance_policy',
    when: 'after',
    times: 1,
    meanwhile: async () => control.expireTokens(),
  });
}

describe('an expired token', () => {
  let key: string;
  beforeEach(() => {
    key = scene.make();
  });

  it('heals unnoticed, and costs one renewal', async () => {
    await scene.settle(key);
    const before = scene.read(key);
    expireBefore('get_instance_policy');
    const from = scene.lastRequest;
    expect((await scene.pass(key)).verdict.kind).toBe('settled');
    expect(callsSince(from)).toEqual(['GET keys-private 401', 'GET keys-private 200']);
    expect(tokensSince(from)).toBe(1);
    expect(scene.read(key)).toBe(before);
  });

  it('heals unnoticed with the closing, which is sent for another intent', async () => {
    await scene.passUntil(key, () => (scene.read(key).status?.proofs?.times.length ?? 0) === 2);
    scene.advance(20_000);
    expireBefore('put_instance_policy');
    const from = scene.lastRequest;
    await scene.settle(key);
    expect(callsSince(from)).toEqual([
      'GET keys-private 200',
      'PUT keys-private 401',
      'GET keys-private 200',
      'PUT keys-private 204',
      'GET keys-private 200',
      'GET keys-public 401',
    ]);
    expect(tokensSince(from)).toBe(1);
    expect(scene.keys.policies.get('allowedNetwork')?.versions).toHaveLength(1);
  });

  it('that cannot be renewed is said to be that, and no trouble of the path', async () => {
    await scene.settle(key);
    expireBefore('get_instance_policy');
    scene.cloud.control.faults.add({
      service: 'iam',
      when: 'before',
      status: 503,
    });
    const { verdict } = await scene.pass(key);
    expect(verdict).toMatchObject({
      kind: 'waiting',
      reason: 'InstanceUnread',
      message: expect.stringMatching(/^There is no token for the private endpoint: get_token/),
    });
    expect(scene.condition(key, 'PrivatePath')).toMatchObject({
      status: 'Unknown',
      reason: 'InstanceUnread',
    });
    expect(scene.read(key).status).toMatchObject({ access: 'PrivateOnly' });
  });
});
