/**
 * Several accounts and regions in one installation, each account with another way to authenticate; and credentials
 * that are rotated while the operator runs. The simulator's log is the witness.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady } from '../harness/gateway-watch.ts';
import { gatewayManifest, type GatewayManifest } from '../harness/gateways.ts';
import { operatorAccount } from '../harness/install.ts';
import type { OperatorProcess } from '../harness/operator-process.ts';
import { clusterOf, projectToken } from '../harness/projected-token.ts';
import { newApiKey, startWorld, type World } from '../harness/world.ts';

jest.setTimeout(180_000);

const regions = ['us-south', 'eu-de'] as const;
/** By account: the operation by which it gets tokens. */
const waysToTokens = {
  default: 'get_token_api_key',
  pods: 'get_token_cr_token',
  vsi: 'create_iam_token',
} as const;
type AccountName = keyof typeof waysToTokens;
const accountNames = Object.keys(waysToTokens) as AccountName[];

let world: World;
let operator: OperatorProcess;
let namespace: string;
let tokenFile: string;

beforeAll(async () => {
  world = await startWorld({}, { regions });
  tokenFile = join(dirname(world.apiKeyFile), 'sa-token');
  await seedAccounts();
  const account = { allowedNamespaces: ['*'], budget: { callsPerSecond: 200, burst: 400 } };
  operator = await world.startOperator({
    config: {
      accounts: [
        { ...account, name: 'default', auth: { apiKeyFile: world.apiKeyFile } },
        { ...account, name: 'pods', auth: { trustedProfile: { name: 'vpe-operator', tokenFile } } },
        { ...account, name: 'vsi', auth: { instanceIdentity: { protocol: 'https' } } },
      ],
    },
  });
  namespace = await world.namespace();
}, firstStartMs);

afterAll(async () => world.stop());

/** A VPC for every account in every region, and who may act for the accounts. */
async function seedAccounts(): Promise<void> {
  const { seed } = world.cloud.control;
  seed.account('pods');
  seed.account('vsi');
  for (const account of accountNames) {
    for (const region of regions) {
      seed.vpc({ account, region, name: 'shared' });
    }
  }
  seed.iam.cluster(await clusterOf(world.plane, 'e2e'));
  seed.iam.trustedProfile({
    name: 'vpe-operator',
    account: 'pods',
    rules: [
      [
        { claim: 'service_instance', operator: 'EQUALS', value: '"e2e"' },
        { claim: 'namespace', operator: 'EQUALS', value: JSON.stringify(operatorAccount.namespace) },
        { claim: 'name', operator: 'EQUALS', value: JSON.stringify(operatorAccount.name) },
      ],
    ],
  });
  await projectToken(world.plane, operatorAccount, tokenFile);
  const id = '0717_e2e';
  const defaultProfile = seed.iam.trustedProfile({ name: 'instance', account: 'vsi', instances: [id] });
  seed.iam.instance({ id, protocol: 'https', defaultProfile });
}

function manifest(name: string, account: AccountName, region: string): GatewayManifest {
  const crn = `crn:v1:bluemix:public:kms:${region}:::endpoint:private.${region}.kms.cloud.ibm.com`;
  return gatewayManifest(name, { account, region, vpc: { name: 'shared' }, target: { crn } });
}

/** How often each account was given a token since then. */
function tokensSince(after: number): Record<string, number> {
  const { control } = world.cloud;
  const counts = accountNames.map((name) => {
    const asked = control.requestLog.entries({ operation: waysToTokens[name], after });
    const { id } = control.account(name);
    return [name, asked.filter(({ status, accountId }) => status === 200 && accountId === id).length];
  });
  return Object.fromEntries(counts) as Record<string, number>;
}

test('each way to authenticate brings gateways to Stable, in every region of its own account', async () => {
  const placed = accountNames.flatMap((account) => regions.map((region) => ({ account, region })));
  const manifests = placed.map(({ account, region }) => manifest(`${account}-${region}`, account, region));
  await world.apply(namespace, ...manifests);

  for (const { account, region } of placed) {
    const key = `${namespace}/${account}-${region}`;
    const { status } = await world.watch.until(key, 'is Ready', isReady);
    const { gateways } = world.cloud.control.area(account, region);
    expect(status).toMatchObject({
      state: 'Stable',
      accountID: world.cloud.control.account(account).id,
      region,
    });
    expect([...gateways.keys()]).toEqual([status?.id]);
  }

  expect(tokensSince(0)).toEqual({ default: 1, pods: 1, vsi: 1 });
  const { requestLog } = world.cloud.control;
  const refused = requestLog.entries().filter(({ status = 0 }) => status === 401 || status === 403);
  expect(refused).toEqual([]);
});

test('a key file and a token file that are replaced, and the keys revoked, are used for the next token', async () => {
  const { control } = world.cloud;
  const oldKey = await readFile(world.apiKeyFile, 'utf8');
  const after = control.requestLog.lastSequence;

  await writeFile(`${world.apiKeyFile}.new`, newApiKey(world.cloud), { mode: 0o600 });
  await rename(`${world.apiKeyFile}.new`, world.apiKeyFile);
  await projectToken(world.plane, operatorAccount, tokenFile);
  control.revokeApiKey(oldKey);
  control.expireTokens();
  const manifests = accountNames.map((account) => ({
    ...manifest(`${account}-us-south`, account, 'us-south'),
    spec: { ...manifest('', account, 'us-south').spec, name: `renamed-${account}` },
  }));
  await world.apply(namespace, ...manifests);

  for (const account of accountNames) {
    await world.watch.until(
      `${namespace}/${account}-us-south`,
      'is Ready under its new name',
      (object) => object.status?.name === `renamed-${account}` && isReady(object),
    );
  }
  const tokens = tokensSince(after);
  expect(Object.keys(tokens)).toEqual(accountNames);
  expect(Math.min(...Object.values(tokens))).toBeGreaterThan(0);
  const asked = control.requestLog.entries({ service: 'iam', after });
  expect(asked.filter(({ status }) => status !== 200)).toEqual([]);
  expect(world.operators).toEqual([operator]);
  expect((await operator.output()).match(/"starting"/g)).toHaveLength(1);
});

test('an account whose credentials are refused says what to check, and the others go on', async () => {
  const { control } = world.cloud;
  control.seed.iam.instance({ id: '0717_other', protocol: 'https' });
  control.expireTokens();
  await world.apply(namespace, manifest('refused', 'vsi', 'us-south'));

  const refused = await world.watch.until(`${namespace}/refused`, 'is refused', ({ status }) =>
    (status?.conditions ?? []).some(({ message }) => message.includes('default trusted profile')),
  );
  expect(refused.status?.conditions).toContainEqual(
    expect.objectContaining({
      type: 'Ready',
      reason: 'AccessDenied',
      message: expect.stringContaining('check that the instance has a default trusted profile, or name one'),
    }),
  );
  const crn = 'crn:v1:bluemix:public:hs-crypto:us-south:::endpoint:api.us-south.hs-crypto.cloud.ibm.com';
  await world.apply(namespace, {
    ...manifest('goes-on', 'default', 'us-south'),
    spec: { ...manifest('', 'default', 'us-south').spec, target: { crn } },
  });
  await world.watch.until(`${namespace}/goes-on`, 'is Ready', isReady);
});
