import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { Subnet } from '../../../../src/cloud/vpc-types.ts';
import type { EndpointGatewaySpec } from '../../../../src/kinds/endpoint-gateway/types.gen.ts';
import { autoAddresses, lacksAddress } from '../../../../src/kinds/endpoint-gateway/wanted/auto-addresses.ts';
import type { Catalogue, Place } from '../../../../src/kinds/endpoint-gateway/wanted/catalogue.ts';
import { resource } from '../samples.ts';
import { boundIP, byKey, main, other, place, said, subnet } from './account.ts';

type AutoIPs = NonNullable<EndpointGatewaySpec['autoIPs']>;

function among(
  subnets: readonly Subnet[],
  parts: Partial<Catalogue> = {},
  bound: Place['bound'] = [],
): Place {
  return place({ ...parts, subnets: byKey(subnets, ({ id }) => id) }, bound);
}

const choose = (auto: AutoIPs, where: Place = place()): unknown =>
  said(autoAddresses(auto, 'us-south', where));

const roomy = (name: string, zone: number, available: number): Subnet =>
  subnet(name, zone, { available_ipv4_address_count: available });

/** What is chosen, a word each. */
function chosen(auto: AutoIPs, where: Place = place()): unknown {
  const found = said(autoAddresses(auto, 'us-south', where));
  return typeof found === 'string'
    ? found
    : [
        ...(found.ips ?? []).map((ip) => (ip.kind === 'new' ? ip.subnetId.replace('0717-main-', '') : ip.id)),
        ...found.zonesWithoutSubnet.map((zone) => `none in ${zone}`),
      ];
}

describe('one address a zone', () => {
  it('goes into the subnet with most free addresses, then by name', () => {
    const subnets = [roomy('small', 1, 5), roomy('large', 1, 50), roomy('b', 2, 7), roomy('a', 2, 7)];
    expect(chosen({ zones: 'All' }, among(subnets))).toEqual(['large', 'a']);
  });

  it('never goes into another VPC', () => {
    const elsewhere = subnet('theirs', 2, { vpc: other, available_ipv4_address_count: 500 });
    expect(chosen({ zones: 'All' }, among([roomy('mine', 1, 5), elsewhere]))).toEqual(['mine']);
  });

  it('stays where it is bound, whatever is free elsewhere', () => {
    const where = among([roomy('small', 1, 1), roomy('large', 1, 50), roomy('only', 2, 9)], {}, [
      boundIP('x', 'small'),
    ]);
    expect(chosen({ zones: 'All' }, where)).toEqual(['rip-small-x', 'only']);
  });

  it('leaves a subnet that is not among those given', () => {
    const where = place({}, [boundIP('x', 'db-1'), boundIP('y', 'app-2')]);
    const subnets = [{ name: 'app-1' }, { id: '0717-main-app-2' }, { name: 'app-3' }];
    expect(chosen({ zones: 'All', subnets }, where)).toEqual(['app-1', 'rip-app-2-y', 'app-3']);
  });

  it('stays outside of the subnets given while these have no room for it', () => {
    const full = subnet('full', 1, { available_ipv4_address_count: 0 });
    const where = among([full, subnet('open', 1), subnet('only', 2)], {}, [
      boundIP('x', 'open'),
      boundIP('y', 'only'),
    ]);
    expect(chosen({ zones: 'All', subnets: [{ name: 'full' }] }, where)).toEqual([
      'rip-open-x',
      'rip-only-y',
    ]);
  });

  it('has no place in a zone without a subnet of those given, or with full ones only', () => {
    expect(chosen({ zones: 'All', subnets: [{ name: 'app-1' }] })).toEqual([
      'app-1',
      'none in us-south-2',
      'none in us-south-3',
    ]);
    expect(chosen({ zones: 'All' }, among([roomy('full', 1, 0), roomy('free', 2, 1)]))).toEqual([
      'free',
      'none in us-south-1',
    ]);
  });

  it('keeps one that is bound in a subnet that is full', () => {
    expect(chosen({ zones: 'All' }, among([roomy('full', 1, 0)], {}, [boundIP('x', 'full')]))).toEqual([
      'rip-full-x',
    ]);
  });

  it('has the name and autoDelete that the spec says', () => {
    expect(
      choose({ zones: 'All', namePrefix: 'kms', autoDelete: false }, among([subnet('app-1', 1)])),
    ).toEqual({
      ips: [
        {
          kind: 'new',
          subnetId: '0717-main-app-1',
          zone: 'us-south-1',
          name: 'kms-us-south-1',
          autoDelete: false,
        },
      ],
      zonesWithoutSubnet: [],
    });
  });

  it('waits until the account sees the subnet of what is bound', () => {
    expect(chosen({ zones: 'All' }, among([subnet('app-1', 1)], {}, [boundIP('x', 'hidden')]))).toBe(
      "wait SubnetNotFound: The gateway's address 10.0.0.4 (x) is in subnet 0717-main-hidden, which the account cannot see",
    );
  });

  it('needs every subnet that is given', () => {
    expect(chosen({ zones: 'All', subnets: [{ name: 'app-1' }, { name: 'lone' }] })).toBe(
      'wait SubnetNotFound: No subnet lone in VPC main, but one in VPC other',
    );
  });
});

describe('zones of the Nodes', () => {
  test.each<[string, readonly string[] | undefined, unknown]>([
    ['in the region', ['us-south-3', 'us-south-1', 'us-south-1'], ['app-1', 'app-3']],
    ['partly elsewhere', ['eu-de-1', 'us-south-2'], ['app-2']],
    ['where the VPC has no subnet', ['us-south-1', 'us-south-4'], ['app-1', 'none in us-south-4']],
    [
      'all elsewhere',
      ['eu-de-1', 'eu-de-2'],
      'wait NoNodeZones: No Node of this cluster is in a zone of region us-south; they are in eu-de-1, eu-de-2',
    ],
    [
      'unlabelled',
      [],
      'wait NoNodeZones: No Node of this cluster is in a zone of region us-south; no Node names a zone',
    ],
    [
      'unreadable',
      undefined,
      'stalled NeedsClusterScope: This installation of the operator may not read Nodes, so it cannot tell their zones: set autoIPs.zones to All, or give ips',
    ],
  ])('%s', (_, nodeZones, expected) => {
    expect(chosen({ zones: 'Nodes' }, place({ nodeZones }))).toEqual(expected);
  });
});

it('stays in a zone that has no Node, or none any more', () => {
  const bound = [boundIP('x', 'app-1'), boundIP('y', 'db-3')];
  expect(chosen({ zones: 'Nodes' }, place({ nodeZones: ['us-south-1', 'us-south-2'] }, bound))).toEqual([
    'rip-app-1-x',
    'app-2',
    'rip-db-3-y',
  ]);
  const subnets = [{ name: 'app-1' }];
  expect(chosen({ zones: 'Nodes', subnets }, place({ nodeZones: ['us-south-1'] }, bound))).toEqual([
    'rip-app-1-x',
    'rip-db-3-y',
  ]);
});

describe('a gateway lacks an address', () => {
  const all = [subnet('app-1', 1), subnet('app-2', 2)];
  const full = all.map((one) => ({ ...one, available_ipv4_address_count: 0 }));
  const auto = { zones: 'Nodes' } as const;

  test.each<
    [string, EndpointGatewaySpec['autoIPs'], readonly string[] | undefined, readonly Subnet[], boolean]
  >([
    ['in a zone that has come to have Nodes', auto, ['us-south-1', 'us-south-2'], all, true],
    ['in a zone that has come to have a subnet', { zones: 'All' }, undefined, all, true],
    ['not in one without Nodes', auto, ['us-south-1'], all, false],
    ['not where there is no room for one', { zones: 'All' }, undefined, full, false],
    ['not where nobody may tell the zones of Nodes', auto, undefined, all, false],
    ['not when all Nodes are elsewhere', auto, ['eu-de-1'], all, false],
    ['not when others bind its addresses', undefined, ['us-south-2'], all, false],
  ])('%s', (_, autoIPs, nodeZones, subnets, expected) => {
    const object = resource({ spec: autoIPs === undefined ? {} : { autoIPs } });
    const gateway = { vpc: main, ips: [boundIP('x', 'app-1')] };
    const around = { subnets: byKey(subnets, ({ id }) => id), nodeZones };
    expect(lacksAddress(object, gateway, around)).toBe(expected);
  });
});

it('never chooses two in a zone, covers every zone that it can, and stays with its choice', () => {
  const subnets = fc.uniqueArray(
    fc.record({
      zone: fc.integer({ min: 1, max: 4 }),
      letter: fc.constantFrom('a', 'b', 'c'),
      available: fc.nat(3),
    }),
    { selector: ({ zone, letter }) => `${letter}${zone}`, maxLength: 9 },
  );
  fc.assert(
    fc.property(subnets, fc.infiniteStream(fc.nat(3)), (places, later) => {
      const at = (counts: (available: number) => number): readonly Subnet[] =>
        places.map(({ zone, letter, available }) => roomy(`${letter}${zone}`, zone, counts(available)));
      const first = autoAddresses({ zones: 'All' }, 'us-south', among(at((available) => available)));
      if ('problem' in first || first.value.ips === undefined) {
        throw new Error('nothing can be missing');
      }
      const { ips, zonesWithoutSubnet } = first.value;
      const covered = ips.map(({ zone }) => zone);
      expect(new Set(covered).size).toBe(covered.length);
      expect(new Set([...covered, ...zonesWithoutSubnet])).toEqual(
        new Set(places.map(({ zone }) => `us-south-${zone}`)),
      );
      // Bound as chosen, and with any other numbers of free addresses, the choice is the same.
      const bound = ips.flatMap((ip) =>
        ip.kind === 'new' ? boundIP('x', ip.subnetId.replace('0717-main-', '')) : [],
      );
      const again = autoAddresses(
        { zones: 'All' },
        'us-south',
        among(
          at(() => later.next().value ?? 0),
          {},
          bound,
        ),
      );
      const kept = 'value' in again ? (again.value.ips ?? []).filter(({ kind }) => kind === 'existing') : [];
      expect(kept.map((ip) => (ip.kind === 'existing' ? ip.id : ''))).toEqual(bound.map(({ id }) => id));
    }),
  );
});
