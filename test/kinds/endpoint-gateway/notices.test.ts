import { describe, expect, it } from '@jest/globals';

import { notices } from '../../../src/kinds/endpoint-gateway/notices.ts';
import { finalizer, type GatewayResource } from '../../../src/kinds/endpoint-gateway/observed.ts';
import type { EndpointGatewayStatus } from '../../../src/kinds/endpoint-gateway/types.gen.ts';
import { deleting, resource } from './samples.ts';

type Status = Partial<EndpointGatewayStatus>;

const said = (before: GatewayResource, after: GatewayResource): readonly string[] =>
  notices(before, after).map(({ reason, note }) => `${reason} ${note}`);

const asked: Status = {
  id: 'gateway',
  target: 'crn:offer',
  lifecycleState: 'pending',
  lifecycleReasons: [{ code: 'access_pending', message: 'm' }],
};
const working: Status = { ...asked, lifecycleState: 'updating', lifecycleReasons: [] };

it.each<[string, Status, Status, readonly string[]]>([
  ['a request', {}, asked, ['AccessRequested']],
  ['no news', asked, asked, []],
  ['a permit', asked, working, ['AccessPermitted']],
  ['a denial, which is a condition', asked, { ...working, lifecycleState: 'failed' }, []],
  ['a gateway that went away', asked, {}, []],
  ['another gateway', asked, { ...working, id: 'other' }, []],
])('%s', (_, before, after, expected) => {
  const told = notices(resource({ status: before }), resource({ status: after }));
  expect(told.map(({ reason }) => reason)).toEqual(expected);
});

describe('a gateway that stays when its object goes', () => {
  const observed = { managementPolicy: 'Observe' } as const;
  const held = resource({ spec: observed, metadata: { ...deleting, finalizers: [finalizer] } });
  const gone = resource({ spec: observed, metadata: { ...deleting, finalizers: [] } });
  const tag = `vpe-operator:c0ffee:${gone.metadata.uid}`;
  const status: Status = { id: 'r006-gateway', name: 'front', tags: ['env:prod', tag] };

  it('is named, and the tag that it keeps', () => {
    expect(said(held, { ...gone, status })).toEqual([
      `Retained Gateway front (r006-gateway) stays in the cloud and keeps the tag ${tag}; with the annotation vpe-operator.io/take-over-from, which names the cluster in the tag, another object can have it`,
    ]);
    expect(said(held, { ...gone, status: { ...status, tags: [] } })).toEqual([
      'Retained Gateway front (r006-gateway) stays in the cloud',
    ]);
  });

  it('is nobody’s business before, where there is none, or when it was deleted', () => {
    expect(said(held, { ...held, status })).toEqual([]);
    expect(said(held, gone)).toEqual([]);
    expect(said(held, { ...gone, spec: resource().spec, status })).toEqual([]);
  });
});

describe('proofs', () => {
  type Proof = readonly ['True' | 'False' | 'Unknown', string];
  const having = (proof: Proof | undefined): GatewayResource =>
    resource({
      status: {
        conditions:
          proof === undefined
            ? []
            : [
                {
                  type: 'DNSVerified',
                  status: proof[0],
                  reason: proof[1],
                  message: 'words',
                  lastTransitionTime: '2026-01-01T00:00:00Z',
                },
              ],
      },
    });

  it.each<[string, Proof | undefined, Proof | undefined, readonly string[]]>([
    ['a first success is no news', ['Unknown', 'Proving'], ['True', 'DNSVerified'], []],
    [
      'a first failure is',
      ['Unknown', 'Proving'],
      ['False', 'DNSAnswerPublic'],
      ['Warning DNSAnswerPublic words'],
    ],
    ['a failure', ['True', 'DNSVerified'], ['False', 'DNSNoAnswer'], ['Warning DNSNoAnswer words']],
    [
      'another cause',
      ['False', 'DNSNoAnswer'],
      ['False', 'DNSAnswerPublic'],
      ['Warning DNSAnswerPublic words'],
    ],
    ['the same failure', ['False', 'DNSNoAnswer'], ['False', 'DNSNoAnswer'], []],
    ['its end', ['False', 'DNSNoAnswer'], ['True', 'DNSVerified'], ['Normal DNSVerified words']],
    ['that nothing is known any more', ['False', 'DNSNoAnswer'], ['Unknown', 'Proving'], []],
    ['that there is nothing to prove any more', ['False', 'DNSNoAnswer'], undefined, []],
  ])('%s', (_, before, after, expected) => {
    const told = notices(having(before), having(after));
    expect(told.map(({ type = 'Normal', reason, note }) => `${type} ${reason} ${note}`)).toEqual(expected);
  });
});
