/**
 * Runs the Go module's tests. Promises one readable error when Go is missing or too old, and that the Go
 * processes end with the signal, or with this process however that ends.
 */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { signalGroup } from '../lib/signal-group.ts';
import { spawnTethered } from '../lib/tether.ts';
import type { TestOutcome } from './verdict.ts';

export interface GoTestOptions {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The run could not be made for a reason that its reader can remove; the message says how. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

const goMissing =
  'The contract tests need Go, 1.25 or later, on PATH: install it from https://go.dev/dl/ or with your package manager.';

/** Throws when the tests could not be built or started; failing tests are part of the outcome. */
export async function runGoTests(options: GoTestOptions): Promise<TestOutcome> {
  const version = await go(['version'], options);
  if (version.code !== 0) {
    throw new SetupError(`${goMissing}\n${version.stderr.trim()}`);
  }
  const unformatted = await run('gofmt', ['-l', '.'], options);
  if (unformatted.code !== 0 || unformatted.stdout !== '') {
    throw new SetupError(
      `gofmt would change files in ${options.directory}:\n${unformatted.stdout}${unformatted.stderr}`,
    );
  }
  const tested = await go(['test', '-json', '-count=1', '-vet=all', '-timeout=5m', './...'], options);
  const outcome = readEvents(tested.stdout);
  if (tested.code !== 0 && outcome.failures.length === 0) {
    throw new SetupError(`go test failed before any test:\n${tested.stderr}${tested.stdout}`);
  }
  return outcome;
}

async function go(args: readonly string[], options: GoTestOptions): Promise<Finished> {
  return run('go', args, options);
}

/** In a process group of its own, because `go test` leaves its test binary behind when it alone is ended. */
async function run(
  program: string,
  args: readonly string[],
  { directory, environment, signal }: GoTestOptions,
): Promise<Finished> {
  signal.throwIfAborted();
  const child = spawnTethered(program, args, {
    cwd: directory,
    // A workspace around this repository has no say in what is built.
    env: { ...environment, GOFLAGS: '-mod=readonly', GOWORK: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const endGroup = (): void => signalGroup(child, 'SIGKILL');
  signal.addEventListener('abort', endGroup, { once: true });
  const closed = once(child, 'close') as Promise<[number | null]>;
  try {
    const outputs = [child.stdout, child.stderr].map(async (stream) => text(stream as Readable));
    const [[code], stdout = '', stderr = ''] = await Promise.all([closed, ...outputs]);
    signal.throwIfAborted();
    return { code, stdout, stderr };
  } finally {
    signal.removeEventListener('abort', endGroup);
  }
}

/** One line of `go test -json` (documented by `go doc test2json`). */
interface Event {
  readonly Action: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
  /** Set instead of Package on what the compiler printed; begins with the package's name. */
  readonly ImportPath?: string;
}

/**
 * Counts every test and subtest that has no subtests of its own, so that a group is not counted twice; a
 * package that failed outside its tests (a build error, a panic) is a failure under its own name.
 */
export function readEvents(stdout: string): TestOutcome {
  const events = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Event);
  const names = new Set(events.flatMap((event) => (event.Test === undefined ? [] : [nameOf(event)])));
  const isGroup = (name: string): boolean => [...names].some((other) => other.startsWith(`${name}/`));
  const ended = (action: string): readonly string[] =>
    events.filter((event) => event.Test !== undefined && event.Action === action).map(nameOf);
  const outputOf = (name: string): string =>
    events
      .filter((event) => isOutputOf(name, event))
      .map(({ Output = '' }) => Output)
      .join('');

  const failedTests = ended('fail').filter((name) => !isGroup(name) || saysWhy(outputOf(name)));
  const failedPackages = events
    .filter((event) => event.Action === 'fail' && event.Test === undefined)
    .map(nameOf)
    .filter((name) => !failedTests.some((test) => test.startsWith(`${name}.`)));
  return {
    passed: ended('pass').filter((name) => !isGroup(name)).length,
    failures: [...failedTests, ...failedPackages].map((name) => ({ name, output: outputOf(name) })),
  };
}

function nameOf({ Package = '', Test }: Event): string {
  return Test === undefined ? Package : `${Package}.${Test}`;
}

function isOutputOf(name: string, event: Event): boolean {
  return event.Action === 'build-output'
    ? event.ImportPath?.split(' ')[0] === name
    : event.Action === 'output' && nameOf(event) === name;
}

/** A group that failed only because a subtest did says nothing but its frame. */
function saysWhy(output: string): boolean {
  return output.split('\n').some((line) => line.trim() !== '' && !/^\s*(===|---)/.test(line));
}
