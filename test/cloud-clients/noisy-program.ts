/**
 * A program that makes every kind of call fail and logs what it gets, for a test that reads all it prints. Takes the
 * path of a file with an API key.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { AccountAuth } from '../../src/cloud/auth.ts';
import { createLog } from '../../src/log.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import type { FaultRule } from '../cloud/faults.ts';
import { createFakeCluster } from '../cloud/iam/fake-cluster.ts';
import { background, openAccount } from './open-account.ts';

const log = createLog('trace');

function report(error: unknown): void {
  log.error({ err: error, again: { error } }, String(error));
  console.error(error);
}

async function callEverything(cloud: Cloud, auth: AccountAuth): Promise<void> {
  const opened = await openAccount(cloud, { auth, timeoutMs: 200 });
  try {
    const session = await opened.session();
    await session.vpc.listVpcs(background).catch(report);
    await session.vpc.deleteGateway({ id: 'a', vpcId: 'b' }, background).catch(report);
    await session.tagging.attachTags('crn', 'user', ['a:b'], background).catch(report);
  } catch (error) {
    report(error);
  }
}

const faults: readonly FaultRule[] = [
  { status: 401 },
  { status: 500 },
  { drop: true },
  { service: 'vpc', drop: true },
  { service: 'tagging', status: 403 },
  { delayMs: 86_400_000 },
];

/** One account for each way to authenticate, the first two refused until `accept`. */
async function prepare(
  cloud: Cloud,
  apiKeyFile: string,
): Promise<{ auths: AccountAuth[]; accept: () => void }> {
  const { seed, clock } = cloud.control;
  const cluster = await createFakeCluster('cluster');
  const tokenFile = `${apiKeyFile}.token`;
  const subject = { namespace: 'team', name: 'operator' };
  await writeFile(tokenFile, await cluster.token(subject, clock.now() + 3_600_000));
  const id = 'instance';
  const { id: profile } = seed.iam.trustedProfile({ name: 'all', rules: [[]], instances: [id] });
  seed.iam.instance({ id, protocol: 'https' });
  return {
    auths: [
      { apiKeyFile },
      { trustedProfile: { id: profile, tokenFile } },
      { instanceIdentity: { profile: { id: profile } } },
    ],
    accept() {
      seed.apiKey('default', { apiKey: readFileSync(apiKeyFile, 'utf8') });
      seed.iam.cluster(cluster);
    },
  };
}

async function main(apiKeyFile: string): Promise<void> {
  const cloud = await startCloud();
  const { auths, accept } = await prepare(cloud, apiKeyFile);
  const callWithEach = async (): Promise<void> => {
    for (const auth of auths) {
      await callEverything(cloud, auth);
    }
  };
  await callWithEach();
  accept();
  await callWithEach();
  for (const fault of faults) {
    cloud.control.faults.clear();
    cloud.control.faults.add(fault);
    await callWithEach();
  }
  await cloud.stop();
  console.log('done');
}

await main(process.argv[2] ?? '');
