/**
 * `npm run contract`: IBM's published Go SDKs drive every operation of the simulated IBM Cloud, and what they
 * read is held against what was sent. Prints a table, or with `--json` one object; exits 1 when a check failed
 * and 2 when the run itself could not be made.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { startCloud, type Cloud } from '../cloud/cloud.ts';
import { endWithParent } from '../lib/end-with-parent.ts';
import { makeTetheredFolder } from '../lib/tether.ts';
import { cloudOptions, describeCloud } from './environment.ts';
import { runGoTests, SetupError } from './go-test.ts';
import { withOperations } from './operations.ts';
import { render } from './table.ts';
import { crossCheck, judge, parseReport, type Operation, type Verdict } from './verdict.ts';

/** It takes no input that could be wrong. */
const NOT_REFUSABLE = 'get_keys';

const here = import.meta.dirname;

async function run(signal: AbortSignal): Promise<Verdict> {
  const { result: cloud, operations } = await withOperations(async () => startCloud(cloudOptions));
  const served = operations.map((id): Operation => ({ id, refusable: id !== NOT_REFUSABLE }));
  try {
    const folder = await makeTetheredFolder(join(tmpdir(), 'vpe-contract-'));
    try {
      return await drive(cloud, { folder: folder.path, served, signal });
    } finally {
      await folder.remove();
    }
  } finally {
    await cloud.stop();
  }
}

interface DriveOptions {
  readonly folder: string;
  readonly served: readonly Operation[];
  readonly signal: AbortSignal;
}

async function drive(cloud: Cloud, { folder, served, signal }: DriveOptions): Promise<Verdict> {
  const report = join(folder, 'report.jsonl');
  const environment = join(folder, 'environment.json');
  const description = await describeCloud(cloud, { report, knownRawOnly: join(here, 'known-raw-only.json') });
  await writeFile(environment, JSON.stringify(description), { mode: 0o600 });
  const tests = await runGoTests({
    directory: join(here, 'go'),
    // Go builds inside our folder, so that nothing of an ended build is left.
    environment: { ...process.env, CONTRACT_ENVIRONMENT: environment, GOTMPDIR: folder },
    signal,
  });
  const log = new Map(cloud.control.requestLog.entries().map((entry) => [entry.requestId, entry.operation]));
  const checked = crossCheck(parseReport(await readFile(report, 'utf8')), (requestID) => log.get(requestID));
  return judge(served, checked, tests);
}

async function main(): Promise<void> {
  endWithParent();
  const { json = false } = new Command('contract')
    .description(
      "Drives the simulated IBM Cloud with IBM's Go SDKs and compares what they read with what was sent.",
    )
    .option('--json', 'print one JSON object instead of a table')
    .parse()
    .opts<{ json?: boolean }>();
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // Not `once`: npm and the terminal may both deliver a signal, and the second would end us at once.
    process.on(name, () => stopping.abort(new SetupError(`stopped by ${name}`)));
  }
  if (process.stderr.isTTY) {
    console.error("Running the contract tests; building IBM's SDKs takes about a minute the first time.");
  }
  const verdict = await run(stopping.signal);
  console.log(json ? JSON.stringify(verdict) : render(verdict));
  process.exitCode = verdict.failed === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 2;
});
