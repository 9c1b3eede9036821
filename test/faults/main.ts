/**
 * `npm run faults`: puts the operator through what can go wrong, and says what it came to.
 * Exit code 0: everything converged; 1: something did not, or was not reached; 2: wrong usage, no such case, or no
 * control plane; 128 and the signal's number: interrupted.
 */
import { constants } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';

import { abortable } from '../../src/lib/abortable.ts';
import { endWithParent } from '../lib/end-with-parent.ts';
import type { Choice, Scenario } from './case.ts';
import { conclusion, summaryOf } from './report.ts';
import { startRig } from './rig.ts';
import { runScenarios } from './run-scenarios.ts';
import { singleFaults } from './scenarios/faults.ts';
import { identity } from './scenarios/identity.ts';
import { kill, killUnchecked } from './scenarios/kill.ts';
import { lockout } from './scenarios/lockout.ts';
import { lockoutKill } from './scenarios/lockout-kill.ts';
import { replicas } from './scenarios/replicas.ts';
import { storm } from './scenarios/storm.ts';
import { watch } from './scenarios/watch.ts';

const scenarios: readonly Scenario[] = [
  kill,
  killUnchecked,
  singleFaults,
  lockout,
  lockoutKill,
  replicas,
  watch,
  identity,
  storm,
];

interface Options extends Choice {
  readonly scenario?: readonly string[];
  readonly only?: string;
  readonly lanes: number;
  readonly json?: boolean;
}

/** Returns the exit code. Anything but `--json` is told while it happens. */
async function run({ scenario, json, ...options }: Options, signal: AbortSignal): Promise<number> {
  const startedMs = performance.now();
  const tell = (text: string): void => void (json === true || console.log(text));
  const wanted = scenarios.filter(({ name }) => scenario?.includes(name) !== false);
  const rig = await abortable(startRig({ signal }), signal);
  try {
    const results = await runScenarios(wanted, rig, { ...options, signal, tell });
    const seconds = (performance.now() - startedMs) / 1000;
    const summary = summaryOf(results, { seconds, seed: options.seed });
    if (summary.tried === 0) {
      console.error(`no case has a name that contains ${JSON.stringify(options.only ?? '')}`);
      return 2;
    }
    console.log(json === true ? JSON.stringify(summary) : `\n${conclusion(summary)}`);
    return summary.converged === summary.tried ? 0 : 1;
  } finally {
    await rig.stop();
  }
}

async function main(): Promise<number> {
  endWithParent();
  const options = program.parse().opts<Options>();
  const stopping = new AbortController();
  let stoppedBy: NodeJS.Signals | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not `once`: npm and the terminal may both deliver a signal, and the second would end us at once.
    process.on(name, () => {
      stoppedBy ??= name;
      stopping.abort(new Error(`stopped by ${name}`));
    });
  }
  try {
    return await run(options, stopping.signal);
  } catch (error) {
    if (stoppedBy === undefined) {
      throw error;
    }
    console.error(`\nstopped by ${stoppedBy}`);
    return 128 + constants.signals[stoppedBy];
  }
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('It must be a whole number above 0.');
  }
  return number;
}

const program = new Command('faults')
  .description('Puts the operator through what can go wrong, on a real API server and a simulated IBM Cloud.')
  .addOption(new Option('--scenario <names...>', 'only these').choices(scenarios.map(({ name }) => name)))
  .option('--seed <number>', 'decides which cases are sampled', positive, 1)
  .option('--only <text>', 'only cases whose name contains this')
  .option('--short', 'the selection that npm test makes', false)
  .option('--lanes <number>', 'operators side by side', positive, 8)
  .option('--json', 'print one JSON object at the end')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

// Not just the exit code: cases that were cut still hold timers and servers. Their operators are tethered.
main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
