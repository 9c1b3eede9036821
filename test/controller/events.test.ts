import { describe, expect, it } from '@jest/globals';

import { passEvents } from '../../src/controller/events.ts';
import type { Resource } from '../../src/controller/kind.ts';
import type { Verdict } from '../../src/controller/outcome.ts';
import { composeStatus } from '../../src/controller/status.ts';
import {
  acted,
  differs,
  failed,
  nowMs,
  paused,
  report,
  resource,
  settled,
  stalled,
  waiting,
} from './samples.ts';

/** What the passes say, one entry a pass: `type reason` or nothing. */
function told(...verdicts: readonly Verdict[]): readonly string[] {
  let current: Resource = resource();
  const counts = new Map<string, number>();
  return verdicts.map((verdict) => {
    const attempts = (counts.get(JSON.stringify(verdict)) ?? 0) + 1;
    counts.set(JSON.stringify(verdict), attempts);
    const before = current;
    const observed = verdict.kind !== 'failed';
    const status = composeStatus(before, before.status ?? {}, {
      verdict,
      attempts,
      nowMs,
      ...(observed && { report: report() }),
    });
    current = { ...before, status };
    return passEvents({}, before, { verdict, attempts, resource: current, released: false })
      .map(({ type, reason }) => `${type} ${reason}`)
      .join();
  });
}

const patient = waiting({ reason: 'VPCNotFound', stallsAfter: 3 });

describe('passEvents', () => {
  it.each<[string, readonly Verdict[], readonly string[]]>([
    ['an undisturbed creation', [waiting(), waiting(), settled, settled], ['', '', 'Normal Succeeded', '']],
    ['a pause', [settled, paused, settled], ['Normal Succeeded', '', 'Normal Succeeded']],
    ['what needs a person', [stalled, stalled], ['Warning Collision', '']],
    ['what is only observed', [differs, differs, settled], ['', '', 'Normal Succeeded']],
    ['an outage', [acted, failed('unavailable'), failed('unavailable')], ['', 'Warning Unavailable', '']],
    [
      'an outage with an end',
      [failed('unavailable'), settled, failed('unavailable')],
      ['Warning Unavailable', 'Normal Succeeded', 'Warning Unavailable'],
    ],
    ['patience that ends', [patient, patient, patient, patient], ['', '', 'Warning VPCNotFound', '']],
    ['throttling of what is ready', [settled, failed('throttled')], ['Normal Succeeded', '']],
    ['throttling of what is not', [failed('throttled')], ['Warning Throttled']],
  ])('%s', (_, verdicts, expected) => {
    expect(told(...verdicts)).toEqual(expected);
  });

  it('says nothing of an object that is gone', () => {
    const before = resource({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    const result = { verdict: settled, attempts: 1, resource: before, released: true };
    expect(passEvents({}, before, result)).toEqual([]);
  });
});
