import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { cloudName } from '../../../src/kinds/endpoint-gateway/desired.ts';
import { answers } from '../../../src/kinds/endpoint-gateway/observe/find-gateway.ts';
import { ownershipOf, ownershipTag, ownerUid } from '../../../src/kinds/endpoint-gateway/ownership.ts';
import { clusterID, cosTarget, gateway, intent, otherVpc, ownTag, resource } from './samples.ts';

/** vpc-endpoint-gateways §2.10, N1. */
const ibmName = /^([a-z]|[a-z][-a-z0-9]*[a-z0-9])$/;

const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789');
const inner = fc.string({ unit: fc.constantFrom(...letters, '-'), maxLength: 61 });
const end = fc.constantFrom(...letters);
/** RFC 1123. */
const label = fc.tuple(end, inner, end).map((parts) => parts.join(''));
const subdomain = fc.array(label, { minLength: 1, maxLength: 4 }).map((parts) =>
  parts
    .join('.')
    .slice(0, 253)
    .replace(/[-.]+$/, 'x'),
);

function named(namespace: string, name: string): ReturnType<typeof resource> {
  return resource({ metadata: { namespace, name } });
}

describe('cloudName', () => {
  it('obeys IBM’s rule and stays clear of IBM’s own names, whatever the object is called', () => {
    fc.assert(
      fc.property(label, subdomain, fc.uuid(), (namespace, name, cluster) => {
        const derived = cloudName(named(namespace, name), cluster);
        expect(derived).toMatch(ibmName);
        expect(derived.length).toBeLessThanOrEqual(63);
        expect(derived.startsWith('kube-') || derived.startsWith('ibm-')).toBe(false);
      }),
    );
  });

  it('is the same in every pass, and another for every cluster, namespace and name', () => {
    fc.assert(
      fc.property(
        fc.tuple(label, subdomain, fc.uuid()),
        fc.tuple(label, subdomain, fc.uuid()),
        (one, two) => {
          const [first, second] = [one, two].map(([namespace, name, cluster]) =>
            cloudName(named(namespace, name), cluster),
          );
          expect(cloudName(named(one[0], one[1]), one[2])).toBe(first);
          expect(first === second).toBe(one.join('/') === two.join('/'));
        },
      ),
    );
  });

  it('is not fooled by dots, dashes and where namespace ends and name begins', () => {
    const pairs = [
      ['a', 'b-c'],
      ['a-b', 'c'],
      ['a', 'b.c'],
    ] as const;
    const names = pairs.map(([namespace, name]) => cloudName(named(namespace, name), clusterID));
    expect(new Set(names).size).toBe(pairs.length);
  });

  it('does not depend on what may change: uid, generation, spec', () => {
    const before = named('a', 'b');
    const after = resource({
      metadata: { namespace: 'a', name: 'b', uid: 'other', generation: 9 },
      spec: { target: { crn: cosTarget }, region: 'us-south' },
    });
    expect(cloudName(after, clusterID)).toBe(cloudName(before, clusterID));
  });

  it('is the spec’s where that has one', () => {
    expect(cloudName(resource({ spec: { name: 'mine' } }), clusterID)).toBe('mine');
  });
});

describe('ownership', () => {
  it('is a tag of characters that the tagging service takes, for this cluster and object only', () => {
    expect(ownTag).toMatch(/^[\w .:-]{1,128}$/);
    expect(ownTag.startsWith('vpe-operator:')).toBe(true);
    expect(ownershipTag(resource(), 'other')).not.toBe(ownTag);
    expect(ownershipTag(resource({ metadata: { uid: 'other' } }), clusterID)).not.toBe(ownTag);
  });

  it.each<[string, readonly string[], string]>([
    ['no tags', [], 'unclaimed'],
    ['tags of others', ['env:prod', 'team:a'], 'unclaimed'],
    ['ours among others', ['env:prod', ownTag], 'ours'],
    ['ours in another case', [ownTag.toUpperCase()], 'ours'],
    ['another object’s', [`vpe-operator:${clusterID}:other`], 'other'],
    ['another cluster’s, in another case', ['VPE-Operator:other:x'], 'other'],
    ['ours and another’s', ['vpe-operator:other:x', ownTag], 'other'],
  ])('with %s', (_, tags, expected) => {
    expect(ownershipOf(resource(), tags, { clusterID, mayTakeOver: () => false })).toBe(expected);
  });
});

describe('the owner in a tag', () => {
  const uid = 'ab1c1c4e-0000-4000-8000-000000000001';

  it.each<[string, string, string | undefined]>([
    ['is the uid of its object', `vpe-operator:prod:${uid}`, uid],
    ['is in lower case, whatever the tag is in', `VPE-Operator:PROD:${uid.toUpperCase()}`, uid],
    ['is not there without a uid', 'vpe-operator:prod:', undefined],
    ['is nothing that is no uid', 'vpe-operator:prod:healthy', undefined],
    ['is nothing that only ends in a uid', `vpe-operator:prod:eu:${uid}`, undefined],
    ['is another cluster’s', `vpe-operator:prod-eu:${uid}`, undefined],
    ['is not in the tag of somebody else', `prod:${uid}`, undefined],
  ])('%s', (_, tag, owner) => {
    expect(ownerUid(tag, 'prod')).toBe(owner);
  });
});

function created(atMs: number): string {
  return new Date(atMs).toISOString();
}

describe('answers', () => {
  const sentMs = Date.parse(intent.time);

  it.each<[string, Parameters<typeof answers>[0], boolean]>([
    ['what was asked for', gateway({ created_at: created(sentMs + 1_000) }), true],
    ['by a clock 5 min behind', gateway({ created_at: created(sentMs - 300_000) }), true],
    ['from before', gateway({ created_at: created(sentMs - 300_001) }), false],
    ['another name', gateway({ created_at: created(sentMs), name: 'other' }), false],
    ['another VPC', gateway({ created_at: created(sentMs), vpc: otherVpc }), false],
    [
      'another target',
      gateway({
        created_at: created(sentMs),
        target: { resource_type: 'provider_cloud_service', crn: cosTarget },
      }),
      false,
    ],
  ])('%s', (_, candidate, expected) => {
    expect(answers(candidate, intent)).toBe(expected);
  });

  it('is no without an intent', () => {
    expect(answers(gateway(), undefined)).toBe(false);
  });
});
