/** The tiers of `npm test` and `npm run check`, in the order in which they run: the cheap ones first. */
import { sep } from 'node:path';

export interface Tier {
  readonly name: string;
  /** Program and arguments; programs are looked for in node_modules/.bin first. */
  readonly command: readonly [program: string, ...args: string[]];
  /**
   * How its checks are counted: the tier as a whole by its exit code, jest's tests by its report, or what
   * its last line says (`N passed, N failed`).
   */
  readonly counting: 'exit-code' | 'jest' | 'last-line';
}

const suites = ['test', 'check'] as const;
export type Suite = (typeof suites)[number];

export function isSuite(name: string | undefined): name is Suite {
  return suites.some((suite) => suite === name);
}

/** `check` is what a commit must pass: all that needs neither a control plane nor Go. */
export function tiersOf(suite: Suite, root: string): readonly Tier[] {
  const tests = `^${escaped(root + sep)}test${escaped(sep)}`;
  const check: readonly Tier[] = [
    { name: 'format', command: ['prettier', '--check', '.'], counting: 'exit-code' },
    { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'], counting: 'exit-code' },
    { name: 'types', command: ['tsc', '--noEmit'], counting: 'exit-code' },
    { name: 'generated', command: ['node', 'src/codegen/main.ts', '--check'], counting: 'exit-code' },
    { name: 'build', command: ['tsc', '-p', 'tsconfig.build.json'], counting: 'exit-code' },
    {
      name: 'unit',
      command: ['jest', '--testPathPatterns', `${tests}(?!e2e${escaped(sep)})`],
      counting: 'jest',
    },
  ];
  if (suite === 'check') {
    return check;
  }
  return [
    ...check,
    { name: 'contract', command: ['node', 'test/contract/main.ts'], counting: 'last-line' },
    { name: 'faults', command: ['node', 'test/faults/main.ts', '--short'], counting: 'last-line' },
    {
      name: 'e2e',
      // Each file has a control plane and a cloud of its own, and mostly waits for them.
      command: ['jest', '--maxWorkers=2', '--testPathPatterns', `${tests}e2e${escaped(sep)}`],
      counting: 'jest',
    },
  ];
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
