/**
 * The README's section about the ways to create a gateway, from the list and from what became of the examples in a
 * run. Pure.
 */
import { framed, type ReadmeSection, table } from '../lib/readme-section.ts';
import { type Call, isSent } from './calls.ts';
import { type Choice, type Choices, type OutOfScope, type Use, type Way, ways } from './ways.ts';

export const waysSection: ReadmeSection = {
  title: 'ways to create a gateway',
  source: 'test/e2e/ways.test.ts from test/ways and from what it ran',
  renew: 'WAYS=renew npx jest test/e2e/ways.test.ts',
};

/** What was seen when the examples were applied and changed. */
export interface Runs {
  /** The reason of Ready, by the example's file. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Calls that carried out a choice, by its name. */
  readonly calls: ReadonlyMap<string, readonly Call[]>;
}

/** Between its markers, and as prettier leaves it. Throws when something was not run. */
export function renderWays(list: Choices, runs: Runs): string {
  return framed(waysSection, [
    '## Ways to create a gateway',
    '',
    introduction,
    '',
    outcomeOf(runs),
    '',
    ...table(
      ['Choice', 'Console', 'CLI', 'API', 'Terraform', 'Manifest'],
      list.choices.map((choice) => rowOf(choice, list, runs)),
    ),
    '',
    'What no manifest says:',
    '',
    ...table(['Console, CLI, API, Terraform', 'Why'], list.outOfScope.map(outOfScopeRow)),
  ]);
}

const introduction = `What IBM's [Creating an endpoint gateway](https://cloud.ibm.com/docs/vpc?topic=vpc-ordering-endpoint-gateway) can be
told in the console, on the command line, through the API and with Terraform, and the fields that say it here. Fields
without a prefix are those of \`spec\`, written as \`kubectl explain endpointgateway.spec\` takes them.
With \`npm run cloud\`, \`kubectl apply -f deploy/examples -f deploy/examples/more\` tries them all.`;

function outcomeOf({ reasons }: Runs): string {
  const unready = [...reasons].filter(([, reason]) => reason !== 'Succeeded');
  const rest = unready.map(([file, reason]) => `; ${linkTo(file)} says \`${reason}\``);
  const ready = `${reasons.size - unready.length} of ${reasons.size} get Ready${rest.join('')}`;
  return `A test applies each manifest to a real API server and the simulated cloud: ${ready}.
The column API is what the cloud was asked then, or another spelling of it.`;
}

function rowOf(choice: Choice, { spellings }: Choices, { calls }: Runs): readonly string[] {
  const seen = calls.get(choice.choice);
  if (seen === undefined) {
    throw new Error(`not carried out, so it cannot be shown: ${choice.choice}`);
  }
  const api = Object.entries(choice.api ?? {}).flatMap(([owner, words]): [string, readonly string[]][] => {
    const sent = words.filter((argument) => isSent({ way: 'api', owner, argument }, seen, spellings));
    return isSent({ way: 'api', owner }, seen, spellings) ? [[owner, sent]] : [];
  });
  const shown = { ...choice, api: Object.fromEntries(api) };
  return [choice.choice, ...ways.map((way) => cellOf(way, shown)), choice.manifests.map(useOf).join('<br>')];
}

function outOfScopeRow(reason: OutOfScope): readonly string[] {
  const cells = ways.map((way) => cellOf(way, reason)).filter((cell) => cell !== '');
  return [cells.join('<br>'), reason.why];
}

/** What takes arguments, and its arguments behind it; one line each. */
function cellOf(way: Way, mapped: Choice | OutOfScope): string {
  return Object.entries(mapped[way] ?? {})
    .map(([owner, words]) => lineOf(way, owner, words === 'all' ? [] : words))
    .join('<br>');
}

function lineOf(way: Way, owner: string, words: readonly string[]): string {
  if (way === 'console') {
    return words.length === 0 ? owner : `${owner}: ${words.join(', ')}`;
  }
  return [owner, ...words].map((word) => `\`${word}\``).join(' ');
}

function useOf({ file, fields = [], without = [], change }: Use): string {
  const said = [named(fields), without.length === 0 ? '' : `without ${named(without)}`]
    .filter(Boolean)
    .join(', ');
  if (change === undefined) {
    return `${linkTo(file)}: ${said}`;
  }
  return change === 'deleted' ? `${linkTo(file)}, deleted` : `${linkTo(file)}, changed: ${said}`;
}

function named(paths: readonly string[]): string {
  return paths.map((path) => `\`${path.replace(/^spec\./, '')}\``).join(', ');
}

function linkTo(file: string): string {
  return `[${file.replace(/^.*\/|\.yaml$/g, '')}](deploy/examples/${file})`;
}
