/**
 * `npm run demo`: the operator's main job from nothing, on a real control plane and a simulated IBM Cloud. Exit code 0
 * only if all of it happened. Whatever it starts ends with it, however it ends.
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';

import type { OperatorProcess } from '../harness/operator-process.ts';
import { endWithParent } from '../lib/end-with-parent.ts';
import { demoNamespace, play } from './demo.ts';
import { exampleManifests, generatedManifests } from './manifests.ts';
import { Picture } from './picture.ts';
import { leadAstray } from './proofs.ts';
import { costs, type DemoResult, type Pace, shortcomings, totals, verdict } from './result.ts';
import { scaleFor } from './scale.ts';
import { allScreens, liveScreen, plainScreen } from './screen.ts';
import { situationsIn } from './situations.ts';
import { setStage, type Stage } from './stage.ts';
import { ansi, type Line, plain, span } from './text.ts';

interface Options {
  readonly gateways?: number;
  readonly keep?: true;
  readonly json?: true;
  readonly picture?: string;
}

const mostGateways = 1_000;
const { stdout, stderr } = process;
const isLive = (json: true | undefined): boolean => !json && stdout.isTTY && process.env['TERM'] !== 'dumb';

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 2 || count > mostGateways) {
    throw new InvalidArgumentError(`Give a whole number from 2 to ${mostGateways}.`);
  }
  return count;
}

async function main(options: Options): Promise<void> {
  endWithParent();
  const interrupt = new AbortController();
  let interruptedBy: NodeJS.Signals | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not once: on Ctrl-C npm passes on what the terminal has sent as well, and a second signal must not kill.
    process.on(name, () => {
      interruptedBy ??= name;
      interrupt.abort(new Error(`ended by ${name}`));
    });
  }
  try {
    process.exitCode = (await run(options, interrupt.signal)) ? 0 : 1;
  } catch (error) {
    stderr.write(`\ndemo: ${(error as Error).message}\n`);
    process.exitCode = interruptedBy === undefined ? 1 : 128 + constants.signals[interruptedBy];
  }
}

/** Whether all of it happened. */
async function run(options: Options, interrupted: AbortSignal): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const say = sayer(options);
  say([[span('Starting a Kubernetes control plane, a simulated IBM Cloud and the operator …')]]);
  const stage = await setStage(stack, scaleFor(options.gateways ?? 0), interrupted);
  say(stage.description);
  const died = deathOf(stage.operator);
  const signal = AbortSignal.any([interrupted, died]);
  const result = await tell(stage, options, { signal, say });
  if (options.json) {
    stdout.write(`${JSON.stringify(result)}\n`);
  }
  if (options.keep) {
    say(invitation(stage));
    await once(signal, 'abort');
    died.throwIfAborted();
  }
  return shortcomings(result, paceOf(options)).length === 0;
}

type Say = (lines: readonly Line[]) => void;

/** Standard output is the story's, or else the one line of JSON's. */
function sayer({ json }: Options): Say {
  const [stream, render] = json ? [stderr, plain] : [stdout, isLive(json) ? ansi : plain];
  return (lines) => stream.write(lines.map((line) => `${render(line)}\n`).join(''));
}

/** Plays the story and tells it. */
async function tell(
  stage: Stage,
  options: Options,
  { signal, say }: { readonly signal: AbortSignal; readonly say: Say },
): Promise<DemoResult> {
  const { gateways, json, picture: file } = options;
  const { cloud, observer } = stage;
  const manifests = gateways === undefined ? await exampleManifests() : generatedManifests(cloud, gateways);
  const opening =
    gateways === undefined
      ? `kubectl apply -f deploy/examples: ${manifests.length} gateways`
      : `kubectl apply of ${manifests.length} generated gateways, spread over the VPCs`;
  const names = manifests.map(({ metadata }) => metadata.name);
  const picture = new Picture(observer);
  const visible = isLive(json)
    ? liveScreen(observer, stdout)
    : plainScreen(observer, names, (text) => (json ? stderr : stdout).write(text));
  const screen = allScreens([picture, visible]);
  // Many times what is usual: only a failure waits for it.
  const deadlineMs = 120_000 + 500 * manifests.length;
  try {
    const parts = { ...stage, screen, manifests, opening, deadlineMs, signal };
    const examples =
      gateways === undefined ? { astray: leadAstray(cloud), situations: situationsIn(cloud, manifests) } : {};
    const result = await play({ ...parts, ...examples });
    screen.close();
    const said = verdict(result, paceOf(options));
    say([[], ...costs(result), ...totals(result), [], ...said]);
    if (file !== undefined) {
      await writeFile(file, draw(picture, stage, [...costs(result), [], ...said]));
      say([[], [span(`The picture of this run is in ${file}`)]]);
    }
    return result;
  } catch (error) {
    screen.close();
    signal.throwIfAborted();
    const words = await lastWords(stage.operator);
    throw new Error(`${(error as Error).message}\n${words}`, { cause: error });
  }
}

/** The examples are few. */
function paceOf({ gateways }: Options): Pace {
  return gateways === undefined ? 'seen' : 'crowded';
}

function draw(picture: Picture, { description }: Stage, closing: readonly Line[]): string {
  const opening = [[span('$ ', 'dim'), span('npm run demo', 'bold')], ...description];
  return picture.draw('vpe-operator: npm run demo', opening, closing);
}

/** Aborts when the operator ends; its reason says how. */
function deathOf(operator: OperatorProcess): AbortSignal {
  const death = new AbortController();
  const watchOver = async (): Promise<void> => {
    const { code, signal } = await operator.ended;
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    death.abort(new Error(`the operator ended early, ${how}\n${await lastWords(operator)}`));
  };
  void watchOver();
  return death.signal;
}

async function lastWords(operator: OperatorProcess): Promise<string> {
  const lines = (await operator.output()).trim().split('\n').slice(-8);
  return `The end of its output:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function invitation({ plane }: Stage): readonly Line[] {
  return [
    [],
    [span('Everything is still running (--keep). In another terminal:', 'bold')],
    [span(`  export KUBECONFIG=${plane.kubeconfig}`)],
    [span(`  export PATH=${plane.bin}:"$PATH"`)],
    [span(`  kubectl apply -n ${demoNamespace} -f deploy/examples/key-protect.yaml`)],
    [span(`  kubectl get endpointgateways -n ${demoNamespace} --watch`)],
    [span('Ctrl-C ends it.')],
  ];
}

const help = `
What happens:
  1. a gateway is created for each of deploy/examples (or --gateways), until all are Ready
  2. somebody takes a security group off one of them behind the operator's back; it heals
  3. one is renamed by kubectl patch
  4. with the examples only: one waits for a provider's permit, one collides, one is only looked at
  5. with the examples only: an HPCS instance is closed to the public network and opened again, one without a
     private path is not closed
  6. all are deleted, and nothing may be left over
The exit code is 0 only when all of it happened. The first run on a machine downloads or builds the control
plane's programs, which can take minutes; after that a run takes less than one.

Examples:
  npm run demo
  npm run demo -- --gateways 100
  npm run --silent demo -- --json | tail -n 1`;

await new Command('npm run demo --')
  .description('Runs the operator on a real control plane and a simulated IBM Cloud, and shows what happens.')
  .option(
    '--gateways <n>',
    `that many generated gateways instead of the examples (2 to ${mostGateways})`,
    countOf,
  )
  .option('--keep', 'leave everything running afterwards, until Ctrl-C')
  .option('--json', 'one line of JSON on standard output; the story goes to standard error')
  .addOption(
    new Option('--picture <file.svg>', 'draw the run as a picture, as the README shows it').conflicts(
      'gateways',
    ),
  )
  .addHelpText('after', help)
  .allowExcessArguments(false)
  .action(main)
  .parseAsync();
