import { describe, expect, test } from '@jest/globals';
import { tiersOf, type Suite } from './tiers.ts';

function patternOf(suite: Suite, tier: string, root: string): RegExp {
  const { command } = tiersOf(suite, root).find(({ name }) => name === tier) ?? { command: [''] };
  return new RegExp(command.at(-1) ?? '');
}

function names(suite: Suite): string[] {
  return tiersOf(suite, '/repo').map(({ name }) => name);
}

test('a commit is checked by the tiers of a test run that need no control plane', () => {
  expect(names('check')).toEqual(['format', 'lint', 'types', 'generated', 'build', 'unit']);
  expect(names('test')).toEqual([...names('check'), 'contract', 'faults', 'e2e']);
});

describe.each(['/repo', '/home/x/test/e2e/a+b (1)'])('in %s', (root) => {
  test.each([
    ['test/kube/store.test.ts', 'unit'],
    ['test/architecture.test.ts', 'unit'],
    ['test/e2e/manifests.test.ts', 'e2e'],
    ['test/e2e/deep/er.test.ts', 'e2e'],
  ])('%s belongs to %s alone', (path, tier) => {
    const tiers = ['unit', 'e2e'].filter((name) => patternOf('test', name, root).test(`${root}/${path}`));

    expect(tiers).toEqual([tier]);
  });
});
