import { describe, expect, it, test } from '@jest/globals';
import {
  resolveResourceGroup,
  resolveSecurityGroups,
  resolveSubnet,
  resolveVpc,
} from '../../../../src/kinds/endpoint-gateway/wanted/references.ts';
import type { EndpointGatewaySpec } from '../../../../src/kinds/endpoint-gateway/types.gen.ts';
import { resource } from '../samples.ts';
import { byKey, catalogue, main, other, place, said, securityGroup, subnet } from './account.ts';

type Reference = EndpointGatewaySpec['vpc'];

const vpcBy = (reference: Reference, parts = catalogue()): unknown => {
  const found = said(resolveVpc(resource({ spec: { vpc: reference } }), parts));
  return typeof found === 'string' ? found : found.name;
};

describe('a VPC', () => {
  test.each<[Reference]>([[{ id: main.id }], [{ name: 'main' }], [{ crn: main.crn }]])('%j', (reference) => {
    expect(vpcBy(reference)).toBe('main');
  });

  test.each<[string, Reference, string]>([
    [
      'a misspelled name',
      { name: 'mian' },
      'No VPC mian in region us-south that account default can see; nearest: main, other',
    ],
    [
      'an unknown id',
      { id: 'r006-nope' },
      'No VPC r006-nope in region us-south that account default can see; nearest: main (r006-main), other (r006-other)',
    ],
    [
      'a CRN of another account',
      { crn: main.crn.replace('a/0123', 'a/ffff') },
      `No VPC ${main.crn.replace('a/0123', 'a/ffff')} in region us-south that account default can see; nearest: main (r006-main), other (r006-other)`,
    ],
  ])('%s may come yet', (_, reference, message) => {
    expect(vpcBy(reference)).toBe(`wait VPCNotFound: ${message}`);
  });

  it('is looked for in an account without any', () => {
    expect(vpcBy({ name: 'main' }, catalogue({ vpcs: new Map() }))).toBe(
      'wait VPCNotFound: No VPC main in region us-south that account default can see; there is none',
    );
  });

  it('that is not found is waited for at the slow pace, and calls the object stalled after some time', () => {
    expect(resolveVpc(resource({ spec: { vpc: { name: 'nope' } } }), catalogue())).toMatchObject({
      problem: { pace: 'slow', stallsAfter: 3 },
    });
  });

  it('shows five names at most, the nearest ones', () => {
    const vpcs = ['prod-a', 'prod-b', 'prod-c', 'prod-d', 'prod-e', 'staging', 'test'].map((name) => ({
      ...main,
      id: name,
      name,
    }));
    expect(vpcBy({ name: 'Prod-C' }, catalogue({ vpcs: byKey(vpcs, ({ id }) => id) }))).toBe(
      'wait VPCNotFound: No VPC Prod-C in region us-south that account default can see; nearest: prod-c, prod-a, prod-b, prod-d, prod-e',
    );
  });
});

describe('a resource group', () => {
  const groupBy = (reference?: Reference): unknown =>
    said(
      resolveResourceGroup(resource({ spec: reference ? { resourceGroup: reference } : {} }), catalogue()),
    );

  test.each<[Reference]>([
    [{ id: 'group-of-platform' }],
    [{ name: 'platform' }],
    [{ crn: [...(catalogue().resourceGroups?.values() ?? [])][1]?.crn ?? '' }],
  ])('%j', (reference) => {
    expect(groupBy(reference)).toMatchObject({ id: 'group-of-platform' });
  });

  it('need not be named', () => {
    expect(groupBy()).toBeUndefined();
  });

  it('that is not found', () => {
    expect(groupBy({ name: 'plaform' })).toBe(
      'wait ResourceGroupNotFound: No resource group plaform that account default can see; nearest: platform, Default',
    );
  });
});

describe('a subnet', () => {
  const subnetBy = (reference: Reference, parts = {}): unknown => {
    const found = said(resolveSubnet(reference, place(parts)));
    return typeof found === 'string' ? found : found.id;
  };
  const app1 = subnet('app-1', 1);

  test.each<[Reference]>([[{ id: app1.id }], [{ name: 'app-1' }], [{ crn: app1.crn }]])('%j', (reference) => {
    expect(subnetBy(reference)).toBe(app1.id);
  });

  it('of a name that the VPC lacks and another has', () => {
    expect(subnetBy({ name: 'lone' })).toBe(
      'wait SubnetNotFound: No subnet lone in VPC main, but one in VPC other',
    );
  });

  test.each<[Reference]>([[{ id: '0717-other-lone' }], [{ crn: subnet('lone', 2, { vpc: other }).crn }]])(
    'of another VPC: only an edit helps %j',
    (reference) => {
      expect(subnetBy(reference)).toBe(
        'stalled SubnetNotFound: The subnet lone (0717-other-lone) is in VPC other, not in main',
      );
    },
  );

  it('of a misspelled name', () => {
    expect(subnetBy({ name: 'app1' })).toBe(
      'wait SubnetNotFound: No subnet app1 in VPC main; nearest: app-1, app-2, app-3, db-1, db-2',
    );
  });

  it('whose name is not unique after all', () => {
    const twins = [subnet('app-1', 1), { ...subnet('app-1', 2), id: 'twin' }];
    expect(subnetBy({ name: 'app-1' }, { subnets: byKey(twins, ({ id }) => id) })).toBe(
      'stalled ReferenceAmbiguous: Several subnets are named app-1 in VPC main; give an id: 0717-main-app-1, twin',
    );
  });
});

const groupsBy = (securityGroups?: readonly Reference[]): unknown =>
  said(resolveSecurityGroups(resource({ spec: securityGroups ? { securityGroups } : {} }), place()));

describe('security groups', () => {
  it('are not managed when the spec names none', () => {
    expect(groupsBy()).toBeUndefined();
  });

  it('keep the order of the spec', () => {
    expect(groupsBy([{ name: 'web' }, { id: 'r006-main-data' }])).toEqual([
      'r006-main-web',
      'r006-main-data',
    ]);
  });

  it('count once each, in however many forms they are named', () => {
    expect(groupsBy([{ name: 'web' }, { crn: securityGroup('web').crn }, { id: 'r006-main-web' }])).toEqual([
      'r006-main-web',
    ]);
  });

  it('must be in the VPC', () => {
    expect(groupsBy([{ name: 'web' }, { name: 'edge' }])).toBe(
      'wait SecurityGroupNotFound: No security group edge in VPC main, but one in VPC other',
    );
    expect(groupsBy([{ id: 'r006-other-web' }])).toBe(
      'stalled SecurityGroupNotFound: The security group web (r006-other-web) is in VPC other, not in main',
    );
  });
});
