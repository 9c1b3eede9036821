/**
 * `npm run cloud`: the simulated cloud in the foreground, with what the operator and a person with `curl` need to
 * reach it as `export` lines on standard output. Ends with exit code 0 on SIGINT and SIGTERM.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { endWithParent } from '../lib/end-with-parent.ts';
import { serviceTargets } from './catalog/service-targets.ts';
import { NEW_VERSION } from './client.ts';
import { startCloud, type Cloud } from './cloud.ts';
import { seedExamples } from './example-seed.ts';
import { operatorConfig } from './operator-config.ts';
import { byIdOrName } from './seed.ts';
import { fastSettings, standardSettings } from './settings.ts';

interface Options {
  readonly fast?: true;
  readonly showApiKey?: true;
}

const REGION = 'us-south';
/** It may run for days, with an operator polling it. */
const LOG_LIMIT = 50_000;

async function main(): Promise<void> {
  endWithParent();
  const { fast, showApiKey } = new Command('cloud')
    .description('Runs the simulated IBM Cloud until it is interrupted.')
    .option('--fast', 'shorten every delay')
    .option('--show-api-key', 'print the API key itself, not only the file that holds it')
    .parse()
    .opts<Options>();
  const interrupted = new Promise((resolve) => {
    // Not `once`: npm and the terminal may both deliver a signal, and the second would end us at once.
    process.on('SIGINT', resolve);
    process.on('SIGTERM', resolve);
  });
  const cloud = await startCloud({ settings: fast ? fastSettings : standardSettings, logLimit: LOG_LIMIT });
  seedExamples(cloud.control.seed);
  const configFile = join(dirname(cloud.caFile), 'operator.yaml');
  await writeFile(configFile, stringify(await operatorConfig(cloud)));
  console.log(await welcome(cloud, configFile));
  if (showApiKey) {
    console.log(`export api_key=${await readFile(await cloud.apiKeyFile('default'), 'utf8')}`);
  }
  await interrupted;
  await cloud.stop();
}

/** Lines for a shell: assignments to evaluate, and as comments how to go on. */
async function welcome(cloud: Cloud, configFile: string): Promise<string> {
  const { plainEndpoints: plain, control } = cloud;
  const vpc = byIdOrName(control.area('default', REGION).vpcs, 'vpc-1');
  const variables = {
    VPE_OPERATOR_CONFIG: configFile,
    vpc_api_endpoint: plain.vpc(REGION).replace(/\/v1$/, ''),
    iam_api_endpoint: plain.iam,
    tagging_api_endpoint: plain.tagging,
    admin_endpoint: plain.admin,
    api_version: NEW_VERSION,
    api_key_file: await cloud.apiKeyFile('default'),
    ResourceGroupId: vpc.resourceGroup.id,
    VpcId: vpc.id,
    SubnetId: [...vpc.subnets][0]?.id,
    sg: [...vpc.securityGroups].find(({ isDefault }) => !isDefault)?.id,
    TargetCrn: serviceTargets(REGION).find(({ name }) => name === 'key-protect')?.crn,
  };
  return [
    '# The simulated IBM Cloud is running. In another terminal:',
    ...Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`),
    '# a token for curl:',
    tokenCommand,
    '# what the admin endpoint can do: curl -s "$admin_endpoint"',
  ].join('\n');
}

/** Gets a token without the key ever being on a command line. */
const tokenCommand =
  'export iam_token="Bearer $(curl -s "$iam_api_endpoint/identity/token"' +
  ' --data-urlencode grant_type=urn:ibm:params:oauth:grant-type:apikey' +
  ` --data-urlencode "apikey@$api_key_file" | sed -E 's/.*"access_token":"([^"]+)".*/\\1/')"`;

await main();
