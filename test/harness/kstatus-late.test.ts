import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ownershipTag } from '../../src/kinds/endpoint-gateway/ownership.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import type { EndpointGateway } from '../cloud/vpc/model.ts';
import { isDisturbed, type Look, type Sight, type Suspect, suspectsIn, tooLate } from './kstatus-late.ts';
import { clusterID, objectThat, type Said, seedGateway, tagGateway } from './kstatus-samples.ts';

const suspect: Suspect = { identity: 'uid 2 gateway 5', says: 'default/orders was InProgress' };

function lookAt(atMs: number, changes: Partial<Look> = {}): Look {
  return {
    atMs,
    watching: true,
    renewedAtMs: atMs - 1_900,
    refusedAtMs: undefined,
    faults: 0,
    suspects: [suspect],
    ...changes,
  };
}

/** Looks every half second for ten seconds; `change` says what is different at one of them. */
function tenSeconds(change: (atMs: number) => Partial<Look> = () => ({})): readonly Look[] {
  return Array.from({ length: 21 }, (_, index) => lookAt(index * 500, change(index * 500)));
}

/** Different at one look in the middle. */
function once(change: Partial<Look>): readonly Look[] {
  return tenSeconds((atMs) => (atMs === 5_000 ? change : {}));
}

describe('a timeline', () => {
  it('with a suspect through longer than the limit tells of it, once', () => {
    const says = 'default/orders was InProgress for more than 9900 ms after the cloud held what it asks for';
    expect(tooLate(tenSeconds(), 9_900)).toEqual([says]);
    expect(tooLate([...tenSeconds(), lookAt(10_500), lookAt(11_000)], 9_900)).toEqual([says]);
    expect(tooLate(tenSeconds(), 10_000)).toEqual([]);
  });

  it('tells of each suspect that is late', () => {
    const other = { identity: 'other', says: 'default/other was Failed' };
    const both = tenSeconds(() => ({ suspects: [suspect, other] }));
    expect(tooLate(both, 9_000)).toHaveLength(2);
    expect(
      tooLate(
        tenSeconds((atMs) => ({ suspects: atMs < 5_000 ? [suspect] : [other] })),
        9_000,
      ),
    ).toEqual([]);
  });

  it.each<[what: string, looks: readonly Look[]]>([
    ['an object that was Current, deleted or suspended meanwhile', once({ suspects: [] })],
    [
      'a gateway that somebody changed, or another generation',
      tenSeconds((atMs) => ({
        suspects: [{ ...suspect, identity: atMs < 5_000 ? 'before' : 'after' }],
      })),
    ],
    ['a fault rule that was listed', once({ faults: 1 })],
    ['a call that was refused', once({ refusedAtMs: 4_990 })],
    ['a watch that was interrupted', once({ watching: false })],
    ['a leader that did not renew its Lease', once({ renewedAtMs: -1 })],
    ['no leader at all', tenSeconds(() => ({ renewedAtMs: undefined }))],
  ])('begins anew with %s', (_what, looks) => {
    expect(tooLate(looks, 6_000)).toEqual([]);
  });

  it('does not count the time in which nobody looked, beyond a moment', () => {
    expect(tooLate([lookAt(0), lookAt(60_000), lookAt(120_000)], 2_000)).toEqual([]);
    expect(tooLate([lookAt(0), lookAt(60_000), lookAt(120_000)], 1_999)).toHaveLength(1);
  });
});

it.each<[changes: Partial<Look>, expected: boolean]>([
  [{}, false],
  [{ renewedAtMs: 5_000 }, false],
  [{ renewedAtMs: 4_999 }, true],
  [{ refusedAtMs: 4_999 }, false],
  [{ refusedAtMs: 5_000 }, true],
])('a look at 10 s with %j is disturbed: %s', (changes, expected) => {
  expect(isDisturbed(lookAt(10_000, changes))).toBe(expected);
});

describe('a suspect', () => {
  let cloud: Cloud;
  let gateway: EndpointGateway;

  beforeAll(async () => {
    cloud = await startCloud();
    gateway = seedGateway(cloud);
    await tagGateway(cloud, gateway);
    cloud.control.clock.advance(cloud.control.settings.addressMs);
  });

  afterAll(async () => cloud.stop());

  const inProgress: Said = { conditions: { Ready: 'False', Reconciling: 'True' } };
  const failed: Said = { conditions: { Ready: 'False', Stalled: 'True' } };

  function suspects(said: Said, changes: Partial<Sight> = {}): readonly Suspect[] {
    return suspectsIn({
      objects: [objectThat(said)],
      histories: [...cloud.control.stateLog.all().values()],
      tagsOf: (crn) => cloud.control.leftovers().tags.find((tagged) => tagged.crn === crn)?.tags ?? [],
      clusterIDs: [clusterID],
      cloudNowMs: cloud.control.clock.now(),
      listLagMs: 0,
      ...changes,
    });
  }

  it('is an object that is not Current though its gateway is what it asks for', () => {
    expect(suspects(inProgress)).toEqual([
      {
        identity: expect.stringContaining(gateway.crn),
        says: 'default/orders was InProgress (Reason) in generation 2',
      },
    ]);
    expect(suspects({ observedGeneration: 1 })).toHaveLength(1);
    expect(suspects({ ...failed, reason: 'Rejected' })).toHaveLength(1);
  });

  it.each<[what: string, said: Said]>([
    ['is Current', {}],
    ['is being deleted', { ...inProgress, deletionTimestamp: '2026-01-01T00:00:00Z' }],
    ['is suspended', { ...inProgress, spec: { suspend: true } }],
    ['asks for something else', { ...inProgress, spec: { name: 'another' } }],
    ['has an account that is not open to it', { ...failed, reason: 'NotAllowed' }],
    ['has another account than before', { ...failed, reason: 'AccountChanged' }],
    ['is another object of the same name', { ...inProgress, uid: 'another' }],
  ])('is not one that %s', (_what, said) => {
    expect(suspects(said)).toEqual([]);
  });

  it.each<[what: string, changes: () => Partial<Sight>]>([
    ['has no tag yet', () => ({ tagsOf: () => [] })],
    [
      'carries another owner’s tag as well',
      () => ({ tagsOf: () => [ownershipTag(objectThat({}), clusterID), 'vpe-operator:other:uid'] }),
    ],
    ['may belong to another cluster', () => ({ clusterIDs: [clusterID, 'another'] })],
    ['lists do not show yet', () => ({ listLagMs: 3_600_000 })],
  ])('is not one whose gateway %s', (_what, changes) => {
    expect(suspects(inProgress, changes())).toEqual([]);
  });

  it('is another one when the gateway was changed, and none while it is', () => {
    const [before] = suspects(inProgress);
    cloud.control.forceState(gateway.id, { lifecycleState: 'updating' });
    expect(suspects(inProgress)).toEqual([]);
    cloud.control.clock.advance(1);
    cloud.control.forceState(gateway.id, { lifecycleState: 'stable' });
    const [after] = suspects(inProgress);
    expect(after?.identity).not.toBe(before?.identity);
  });
});
