import { describe, expect, it, test } from '@jest/globals';
import type { EndpointGatewaySpec } from '../../../../src/kinds/endpoint-gateway/types.gen.ts';
import { resolveAddresses } from '../../../../src/kinds/endpoint-gateway/wanted/addresses.ts';
import type { Place } from '../../../../src/kinds/endpoint-gateway/wanted/catalogue.ts';
import { resource } from '../samples.ts';
import { boundIP, listed, place, reservedIP, said, subnet } from './account.ts';

type IPs = NonNullable<EndpointGatewaySpec['ips']>;

const unlisted = place({ reservedIPs: new Map() });
const addresses = (ips: IPs | undefined, where: Place = place()): unknown => {
  const found = said(resolveAddresses(resource({ spec: ips ? { ips } : {} }).spec, where));
  return typeof found === 'string' ? found : found.ips;
};

describe('addresses to allocate', () => {
  it('are not managed when the spec says nothing', () => {
    expect(addresses(undefined)).toBeUndefined();
    expect(addresses([])).toEqual([]);
  });

  it('carry their zone, and what the spec says of them', () => {
    const chosen = { address: '10.0.0.9', name: 'kms-2', autoDelete: false };
    const ips = [{ subnet: { name: 'app-1' } }, { subnet: { id: '0717-main-db-2' }, ...chosen }];
    expect(addresses(ips)).toEqual([
      { kind: 'new', subnetId: '0717-main-app-1', zone: 'us-south-1' },
      { kind: 'new', subnetId: '0717-main-db-2', zone: 'us-south-2', ...chosen },
    ]);
  });

  test.each<[string, IPs, string]>([
    [
      'two subnets of a zone',
      [{ subnet: { name: 'app-1' } }, { subnet: { crn: subnet('db-1', 1).crn } }],
      `stalled ZoneConflict: Both subnet app-1 and subnet ${subnet('db-1', 1).crn} are in zone us-south-1: keep one of them`,
    ],
    [
      'one subnet in two forms',
      [{ subnet: { name: 'app-1' } }, { subnet: { id: '0717-main-app-1' } }],
      'stalled ZoneConflict: Both subnet app-1 and subnet 0717-main-app-1 are in zone us-south-1: keep one of them',
    ],
    [
      'a subnet of another VPC',
      [{ subnet: { name: 'lone' } }],
      'wait SubnetNotFound: No subnet lone in VPC main, but one in VPC other',
    ],
  ])('cannot be in %s', (_, ips, problem) => {
    expect(addresses(ips)).toBe(problem);
  });
});

describe('an existing reserved IP', () => {
  const held = place({
    reservedIPs: listed(reservedIP('keep', 'db-1'), reservedIP('ibm-gateway', 'db-1', 'provider')),
  });
  const twice = place({ reservedIPs: listed(reservedIP('keep', 'db-1'), reservedIP('keep', 'app-2')) });

  it('by its id needs no listing, and has its zone where there is one', () => {
    const ips = [{ reservedIP: { id: 'rip-db-1-keep' } }];
    expect(addresses(ips, unlisted)).toEqual([{ kind: 'existing', id: 'rip-db-1-keep', zone: undefined }]);
    expect(addresses(ips, held)).toEqual([{ kind: 'existing', id: 'rip-db-1-keep', zone: 'us-south-1' }]);
  });

  it('by its name', () => {
    expect(addresses([{ reservedIP: { name: 'keep' } }], held)).toEqual([
      { kind: 'existing', id: 'rip-db-1-keep', zone: 'us-south-1' },
    ]);
  });

  it('that is bound already needs no listing', () => {
    const bound = [boundIP('keep', 'db-1')];
    for (const reference of [{ id: 'rip-db-1-keep' }, { name: 'keep' }, { name: 'keep', subnet: 'db-1' }]) {
      expect(addresses([{ reservedIP: reference }], { ...unlisted, bound })).toEqual([
        { kind: 'existing', id: 'rip-db-1-keep', zone: 'us-south-1' },
      ]);
    }
  });

  it('stays the one that is bound when another of its name appears', () => {
    expect(
      addresses([{ reservedIP: { name: 'keep' } }], { ...twice, bound: [boundIP('keep', 'app-2')] }),
    ).toEqual([{ kind: 'existing', id: 'rip-app-2-keep', zone: 'us-south-2' }]);
  });

  test.each<[string]>([['app-2'], ['0717-main-app-2']])('is told apart by its subnet, %s', (name) => {
    expect(addresses([{ reservedIP: { name: 'keep', subnet: name } }], twice)).toEqual([
      { kind: 'existing', id: 'rip-app-2-keep', zone: 'us-south-2' },
    ]);
  });

  it('counts once, in however many forms it is named', () => {
    const ips = [{ reservedIP: { name: 'keep' } }, { reservedIP: { id: 'rip-db-1-keep' } }];
    expect(addresses(ips, held)).toHaveLength(1);
  });

  test.each<[string, IPs[number]['reservedIP'], Place, string]>([
    [
      'of a name that two subnets have',
      { name: 'keep' },
      twice,
      'stalled ReferenceAmbiguous: 2 reserved IPs of VPC main are named keep, in subnets db-1, app-2: set reservedIP.subnet',
    ],
    [
      'of an unknown name',
      { name: 'kepe' },
      held,
      'wait ReservedIPNotFound: No reserved IP kepe in VPC main; nearest: keep',
    ],
    [
      'of a name that its subnet lacks',
      { name: 'keep', subnet: 'app-2' },
      held,
      'wait ReservedIPNotFound: No reserved IP keep in subnet app-2; there is none',
    ],
    [
      'of an id that no subnet of the VPC has',
      { id: 'rip-nope' },
      held,
      'wait ReservedIPNotFound: No reserved IP rip-nope in VPC main; nearest: rip-db-1-keep',
    ],
    [
      'of an unknown subnet',
      { name: 'keep', subnet: 'lone' },
      held,
      'wait SubnetNotFound: No subnet lone in VPC main, but one in VPC other',
    ],
  ])('%s', (_, reservedIPRef, where, problem) => {
    expect(addresses([{ reservedIP: reservedIPRef ?? {} }], where)).toBe(problem);
  });

  it('and a subnet of one zone conflict once the zone is known', () => {
    const ips = [{ subnet: { name: 'app-1' } }, { reservedIP: { id: 'rip-db-1-keep' } }];
    expect(addresses(ips, unlisted)).toHaveLength(2);
    expect(addresses(ips, held)).toBe(
      'stalled ZoneConflict: Both subnet app-1 and reserved IP rip-db-1-keep are in zone us-south-1: keep one of them',
    );
  });
});
