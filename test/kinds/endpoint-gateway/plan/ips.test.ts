import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { ReservedIPReference } from '../../../../src/cloud/vpc-types.ts';
import { pairUp } from '../../../../src/kinds/endpoint-gateway/plan/ips.ts';
import type { EndpointGatewaySpec } from '../../../../src/kinds/endpoint-gateway/types.gen.ts';
import { inShort, type Model, none, settle, zoneOf } from '../gateway-model.ts';
import { ip, reserved } from '../samples.ts';

type AskedIP = NonNullable<EndpointGatewaySpec['ips']>[number];

function bound(...ips: readonly ReservedIPReference[]): Model {
  return { ...none, ips, autoDelete: new Map(ips.map(({ id }) => [id, true])) };
}

function covered(model: Model | undefined): readonly string[] {
  return model?.ips.map(zoneOf) ?? [];
}

function want(zone: number): fc.Arbitrary<AskedIP | null> {
  return fc.option(
    fc.oneof(
      fc.record({ subnet: fc.constantFrom({ id: `a${zone}` }, { id: `b${zone}` }) }),
      fc.record({
        subnet: fc.constant({ id: `a${zone}` }),
        address: fc.constantFrom('10.0.0.4', '10.0.0.9'),
      }),
      fc.record({
        subnet: fc.constant({ id: `b${zone}` }),
        autoDelete: fc.boolean(),
        name: fc.constant('n'),
      }),
      fc.record({ reservedIP: fc.constant({ id: `rip-${zone}` }) }),
    ),
  );
}

describe('addresses', () => {
  it.each<[string, Model, readonly AskedIP[], readonly string[]]>([
    ['are bound', none, [{ subnet: { id: 'a1' } }, { subnet: { id: 'a2' } }], ['+a1', '+a2']],
    ['are all unbound when none is wanted', bound(ip('1', 'a1'), ip('2', 'a2')), [], ['-1', '-2']],
    ['of any kind will do in the right subnet', bound(ip('1', 'a1')), [{ subnet: { id: 'a1' } }], []],
    ['bind elsewhere before they unbind', bound(ip('1', 'a1')), [{ subnet: { id: 'a2' } }], ['+a2', '-1']],
    [
      'swap inside a zone, after everything else is bound',
      bound(ip('1', 'a1'), ip('2', 'a2')),
      [{ subnet: { id: 'b1' } }, { subnet: { id: 'a3' } }],
      ['+a3', '-1', '+b1', '-2'],
    ],
    [
      'swap zone after zone',
      bound(ip('1', 'a1'), ip('2', 'a2')),
      [{ subnet: { id: 'b1' } }, { subnet: { id: 'b2' } }],
      ['-1', '+b1', '-2', '+b2'],
    ],
    [
      'swap for another address of the same subnet',
      bound(ip('1', 'a1', '10.0.0.4')),
      [{ subnet: { id: 'a1' }, address: '10.0.0.9' }],
      ['-1', '+a1'],
    ],
    [
      'swap for a reserved IP of the same zone',
      bound(ip('1', 'a1')),
      [{ reservedIP: { id: 'rip-1' } }],
      ['-1', '+rip-1'],
    ],
    [
      'bind a reserved IP of another zone first',
      bound(ip('1', 'a1')),
      [{ reservedIP: { id: 'rip-2' } }],
      ['+rip-2', '-1'],
    ],
    [
      'change name and auto_delete in place',
      bound(ip('1', 'a1')),
      [{ subnet: { id: 'a1' }, name: 'one', autoDelete: false }],
      ['~1 name,auto_delete'],
    ],
    [
      'in subnets that nobody knows any more go last, each of them',
      bound(ip('1', 'gone'), ip('2', 'gone-too')),
      [{ subnet: { id: 'a1' } }],
      ['+a1', '-1', '-2'],
    ],
  ])('%s', (_, model, ips, expected) => {
    expect(inShort(settle(model, { ips }).done)).toEqual(expected);
  });

  it('that exist already keep their own name and auto_delete', () => {
    const rip = reserved.get('rip-1');
    const model = { ...none, ips: rip ? [rip] : [], autoDelete: new Map([['rip-1', false]]) };
    expect(settle(model, { ips: [{ reservedIP: { id: 'rip-1' } }] }).done).toEqual([]);
  });

  it('keep their own auto_delete where one is wanted in their subnet, unless the spec says it in so many words', () => {
    const theirs = { ...bound(ip('r', 'a1')), autoDelete: new Map([['r', false]]) };
    const subnet = { id: 'a1' };
    expect(settle(theirs, { ips: [{ subnet }] }).done).toEqual([]);
    expect(inShort(settle(theirs, { ips: [{ subnet, autoDelete: true }] }).done)).toEqual(['~r auto_delete']);
  });

  it('serve one want each, those that are named first', () => {
    const rip = reserved.get('rip-1');
    const wants = [
      { kind: 'new', subnetId: 'a1', zone: 'us-south-1' },
      { kind: 'existing', id: 'rip-1', zone: undefined },
    ] as const;
    const pairs = pairUp(wants, rip ? [rip] : []);
    expect(pairs.map((pair) => pair.ip?.id)).toEqual([undefined, 'rip-1']);
  });

  it('never leave a zone uncovered that both states cover, but for its own swap', () => {
    const address = fc.constantFrom(undefined, '10.0.0.4', '10.0.0.9');
    const held = fc.tuple(
      ...[1, 2, 3].map((zone) => fc.option(fc.tuple(fc.constantFrom(`a${zone}`, `b${zone}`), address))),
    );
    fc.assert(
      fc.property(held, fc.tuple(want(1), want(2), want(3)), (before, after) => {
        const ips = before.flatMap((one, index) =>
          one === null ? [] : [ip(`${index}`, one[0], one[1] ?? '10.0.0.7')],
        );
        const wanted = after.filter((one) => one !== null);
        const { states, done } = settle(bound(...ips), { ips: wanted });
        const last = states.at(-1);
        expect(last?.ips).toHaveLength(wanted.length);
        const kept = covered(states[0]).filter((zone) => covered(last).includes(zone));
        for (const state of states) {
          const uncovered = kept.filter((zone) => !covered(state).includes(zone));
          expect(uncovered.length).toBeLessThanOrEqual(1);
        }
        expect(done.length).toBeLessThanOrEqual(9);
      }),
    );
  });
});
