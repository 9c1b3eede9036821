/** Proofs that a gateway has to have to be Ready (design §5.3, "a required proof fails"; §5.6). */
import { describe, expect, it } from '@jest/globals';

import type { GatewayResource } from '../../../../src/kinds/endpoint-gateway/observed.ts';
import { plan } from '../../../../src/kinds/endpoint-gateway/plan.ts';
import type { GatewayProofs, Unproven } from '../../../../src/kinds/endpoint-gateway/proofs/proofs.ts';
import { convergenceMs, kmsName, nowMs, proofs, seen } from '../proofs/samples.ts';
import { resource } from '../samples.ts';

const required = { dns: true, required: true } as const;

/** Failing for so long, as far as the status tells. */
function asking(failingForMs?: number): GatewayResource {
  const conditions =
    failingForMs === undefined
      ? []
      : [
          {
            type: 'DNSVerified',
            status: 'False' as const,
            reason: 'DNSNoAnswer',
            message: '',
            lastTransitionTime: new Date(nowMs - failingForMs).toISOString(),
          },
        ];
  return resource({ spec: { verify: required }, status: { conditions } });
}

const noAnswer: Partial<GatewayProofs> = {
  names: { status: 'Failing', results: [{ name: kmsName, addresses: [], failure: 'ENOTFOUND' }] },
};
const proving: Partial<GatewayProofs> = { names: { status: 'Unproven', results: [] } };
const unproven = (reason: Unproven['reason']): Unproven => ({
  status: 'NotProven',
  reason,
  message: 'because',
});
const notProbed = unproven('NotProbed');

describe('verify.required', () => {
  it.each<[string, Partial<GatewayProofs> | 'off' | undefined, object]>([
    ['everything is proven', {}, { kind: 'settled' }],
    ['nobody asks', undefined, { kind: 'settled' }],
    ['there are too few results', proving, { kind: 'wait', reason: 'Proving', pace: 'slow' }],
    ['one fails', noAnswer, { kind: 'wait', reason: 'DNSNoAnswer', pace: 'slow' }],
    [
      'the operator is elsewhere',
      { names: unproven('NotProvableFromHere'), connections: unproven('NotProvableFromHere') },
      { kind: 'stalled', reason: 'NotProvableFromHere', message: 'DNSVerified: because' },
    ],
    ['one is not asked for', { connections: notProbed }, { kind: 'settled' }],
    ['none can be', { names: notProbed, connections: notProbed }, { kind: 'stalled', reason: 'NotProbed' }],
    ['there is no address', { names: unproven('NoAddress') }, { kind: 'stalled', reason: 'NoAddress' }],
    ['they are switched off', 'off', { kind: 'stalled', reason: 'NotProbed' }],
  ])('%s', (_, parts, expected) => {
    const found = typeof parts === 'object' ? proofs(parts) : parts;
    expect(plan(asking(), seen({ proofs: found }))).toMatchObject(expected);
  });

  it.each([
    [0, 'wait'],
    [convergenceMs - 1, 'wait'],
    [convergenceMs, 'stalled'],
  ])('a proof that has failed for %i ms: %s', (forMs, kind) => {
    expect(plan(asking(forMs), seen({ proofs: proofs(noAnswer) }))).toMatchObject({
      kind,
      reason: 'DNSNoAnswer',
    });
  });
});

it('keeps nobody from Ready who does not ask for it', () => {
  const asksNothing = resource({ spec: { verify: { dns: true, required: false } } });
  for (const object of [asksNothing, resource()]) {
    expect(plan(object, seen({ proofs: proofs(noAnswer) }))).toEqual({ kind: 'settled' });
    expect(plan(object, seen({ proofs: 'off' }))).toEqual({ kind: 'settled' });
  }
});
