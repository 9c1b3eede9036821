/**
 * `npm run faults`: puts the operator through what can go wrong, and says what it came to.
 * Exit code 0: everything converged; 1: something did not, or was not reached; 2: wrong usage, or no control plane.
 */
import { Command, InvalidArgumentError, Option } from 'commander';

import { endWithParent } from '../lib/end-with-parent.ts';
import type { CaseResult, Choice, Scenario } from './case.ts';
import { runAll } from './pool.ts';
import { line, say, summaryOf } from './report.ts';
import { type Rig, startRig } from './rig.ts';
import { singleFaults } from './scenarios/faults.ts';
import { identity } from './scenarios/identity.ts';
import { kill, killUnchecked } from './scenarios/kill.ts';
import { replicas } from './scenarios/replicas.ts';
import { storm } from './scenarios/storm.ts';
import { watch } from './scenarios/watch.ts';

const scenarios: readonly Scenario[] = [kill, killUnchecked, singleFaults, replicas, watch, identity, storm];

interface Options extends Choice {
  readonly scenario?: readonly string[];
  readonly only?: string;
  readonly lanes: number;
  readonly json?: boolean;
}

/** Anything but `--json` is told while it happens. */
async function run(rig: Rig, options: Options, signal: AbortSignal): Promise<readonly CaseResult[]> {
  const tell = (text: string): void => void (options.json === true || console.log(text));
  const results: CaseResult[] = [];
  for (const scenario of scenarios) {
    if (signal.aborted || options.scenario?.includes(scenario.name) === false) {
      continue;
    }
    const { cases, from } = await scenario.plan(rig, options);
    const chosen = cases.filter(({ name }) => name.includes(options.only ?? ''));
    tell(`\n${scenario.name}: ${scenario.about}\n  ${chosen.length} cases of ${from}`);
    const { lanes } = options;
    const done = await runAll(rig, chosen, { lanes, signal, onResult: (result) => tell(line(result)) });
    tell(`  ${say(summaryOf(done))}`);
    results.push(...done);
  }
  return results;
}

async function main(): Promise<void> {
  endWithParent();
  const options = program.parse().opts<Options>();
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // Not `once`: npm and the terminal may both deliver a signal, and the second would end us at once.
    process.on(name, () => stopping.abort(new Error(`stopped by ${name}`)));
  }
  const rig = await startRig({ signal: stopping.signal });
  try {
    const summary = summaryOf(await run(rig, options, stopping.signal));
    const failed = summary.broken + summary.notReached;
    console.log(
      options.json === true ? JSON.stringify(summary) : `\n${summary.converged} passed, ${failed} failed`,
    );
    stopping.signal.throwIfAborted();
    process.exitCode = failed === 0 && summary.tried > 0 ? 0 : 1;
  } finally {
    await rig.stop();
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
  .option('--lanes <number>', 'operators side by side', positive, 6)
  .option('--json', 'print one JSON object at the end')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
