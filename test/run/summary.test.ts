import { expect, test } from '@jest/globals';
import { summary } from './summary.ts';

test('the table lists every tier, and the last line sums them up', () => {
  const results = [
    { name: 'lint', passed: 1, failed: 0, seconds: 2.25 },
    { name: 'unit', passed: 1234, failed: 5, seconds: 61 },
  ];

  expect(summary(results, ['e2e'])).toBe(
    [
      'tier  passed  failed  seconds',
      'lint       1       0      2.3',
      'unit    1234       5     61.0',
      'e2e        -       -  not run',
      '',
      '1235 passed, 5 failed',
    ].join('\n'),
  );
});
