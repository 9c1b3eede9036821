/**
 * A program that makes every kind of call fail and logs what it gets, for a test that reads all it prints. Takes the
 * path of a file with an API key.
 */
import { readFileSync } from 'node:fs';
import { createLog } from '../../src/log.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import type { FaultRule } from '../cloud/faults.ts';
import { background, openAccount } from './open-account.ts';

const log = createLog('trace');

function report(error: unknown): void {
  log.error({ err: error, again: { error } }, String(error));
  console.error(error);
}

async function callEverything(cloud: Cloud, apiKeyFile: string): Promise<void> {
  const opened = await openAccount(cloud, { apiKeyFile, timeoutMs: 200 });
  try {
    const session = await opened.session();
    await session.vpc.listVpcs(background).catch(report);
    await session.vpc.deleteGateway({ id: 'a', vpcId: 'b' }, background).catch(report);
    await session.tagging.attachTag('crn', 'a:b', background).catch(report);
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

async function main(apiKeyFile: string): Promise<void> {
  const cloud = await startCloud();
  await callEverything(cloud, apiKeyFile);
  cloud.control.seed.apiKey('default', { apiKey: readFileSync(apiKeyFile, 'utf8') });
  await callEverything(cloud, apiKeyFile);
  for (const fault of faults) {
    cloud.control.faults.clear();
    cloud.control.faults.add(fault);
    await callEverything(cloud, apiKeyFile);
  }
  await cloud.stop();
  console.log('done');
}

await main(process.argv[2] ?? '');
