/**
 * `npm test` and `npm run check`: runs the tiers one after the other, whatever fails, and sums them up.
 * `node test/run.ts test --only unit` runs one tier. Exit code 0: everything passed; 1: something failed;
 * 2: wrong usage; 128 and the signal's number: interrupted.
 */
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { endWithParent } from './lib/end-with-parent.ts';
import { runTier, type TierResult } from './run/run-tier.ts';
import { summary } from './run/summary.ts';
import { isSuite, tiersOf, type Tier } from './run/tiers.ts';

const root = process.cwd();

/** The tiers that were asked for, or why they cannot be run. */
function chooseTiers(args: string[]): readonly Tier[] | string {
  const { values, positionals } = parseArgs({
    args,
    options: { only: { type: 'string' } },
    allowPositionals: true,
  });
  const [suite, ...rest] = positionals;
  if (!isSuite(suite) || rest.length > 0) {
    return 'usage: node test/run.ts test|check [--only <tier>]';
  }
  const tiers = tiersOf(suite, root);
  const chosen = tiers.filter(({ name }) => name === (values.only ?? name));
  return chosen.length > 0 ? chosen : `no tier ${values.only}; ${tiers.map(({ name }) => name).join(', ')}`;
}

/** Runs on after a failed tier; stops after the one that the signal interrupts. */
async function run(tiers: readonly Tier[], signal: AbortSignal): Promise<TierResult[]> {
  const results: TierResult[] = [];
  for (const tier of tiers) {
    if (signal.aborted) {
      break;
    }
    console.log(`\n=== ${tier.name}: ${tier.command.join(' ')}`);
    results.push(await runTier(tier, { root, signal }));
  }
  return results;
}

async function main(args: string[]): Promise<number> {
  const tiers = chooseTiers(args);
  if (typeof tiers === 'string') {
    console.error(tiers);
    return 2;
  }
  const interrupt = new AbortController();
  let interruptedBy: NodeJS.Signals | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not `once`: npm and the terminal may both deliver a signal, and the second would end us at once.
    process.on(name, () => {
      interruptedBy ??= name;
      interrupt.abort();
    });
  }
  const results = await run(tiers, interrupt.signal);
  const notRun = tiers.slice(results.length).map(({ name }) => name);
  console.log(`\n${summary(results, notRun)}`);
  if (interruptedBy !== undefined) {
    return 128 + constants.signals[interruptedBy];
  }
  return results.every(({ failed }) => failed === 0) ? 0 : 1;
}

endWithParent();
process.exitCode = await main(process.argv.slice(2));
