/** The judge of closings, and closings that it passes; \`npm run faults\` has hundreds (scenario lockout). */
import { describe, expect, it } from '@jest/globals';

import type { Disturbance } from './disturbance.ts';
import { problemsOf } from './judge.ts';
import { close, places } from './world.ts';

describe.each(places)('a closing from %s', (place) => {
  it('that nothing disturbs', async () => {
    const outcome = await close(place, []);
    expect(problemsOf(outcome, [])).toEqual([]);
    expect(outcome.isClosed).toBe(true);
  });

  it.each<[string, Disturbance]>([
    [
      'killed with its answer on the way',
      { at: { call: 'PUT private', ordinal: 1, moment: 'after' }, what: { kind: 'kill' } },
    ],
    [
      'whose path is lost with its answer',
      {
        at: { call: 'PUT private', ordinal: 1, moment: 'after' },
        what: { kind: 'path', dns: 'nxdomain', passes: 40 },
      },
    ],
  ])('%s', async (_, disturbance) => {
    const outcome = await close(place, [disturbance]);
    expect(outcome.struck).toBe(1);
    expect(problemsOf(outcome, [disturbance])).toEqual([]);
  });
});
