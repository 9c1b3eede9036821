/** What counts as a proof that a run did what the list of ways says. */
import { describe, expect, it } from '@jest/globals';

import { type Call, callOf, isSent } from './calls.ts';
import { type Evidence, unproven } from './proof.ts';
import { hasPath, holds } from './values.ts';

describe('a part of a value', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['is the same word', 'a', 'a', true],
    ['is no other word', 'a', 'b', false],
    ['is no word of another type', 1, '1', false],
    ['is a field of several', { a: 1, b: 2 }, { a: 1 }, true],
    ['is no field that is missing', { b: 2 }, { a: 1 }, false],
    ['is an element of several', [{ a: 1 }, { a: 2 }], [{ a: 2 }], true],
    ['is no element that is missing', [{ a: 1 }], [{ a: 1 }, { a: 2 }], false],
    ['is an empty list', [], [], true],
    ['is no empty list where there is something', ['a'], [], false],
    ['is anything', { a: { b: 1 } }, { a: null }, true],
    ['is not anything where there is nothing', {}, { a: null }, false],
    ['is no field of a list', [{ a: 1 }], { a: 1 }, false],
  ])('%s', (_, value, expected, isPart) => {
    expect(holds(value, expected)).toBe(isPart);
  });
});

describe('a path', () => {
  it.each<[string, boolean]>([
    ['ips', true],
    ['ips.subnet.id', true],
    ['ips.name', true],
    ['ips.address', false],
    ['mode', true],
    ['mode.id', false],
    ['none', false],
  ])('%s leads somewhere: %s', (path, leads) => {
    const value = { ips: [{ subnet: { id: 'a' } }, { name: 'b' }], mode: null };

    expect(hasPath(value, path)).toBe(leads);
  });
});

describe('a call', () => {
  const logged = {
    sequence: 1,
    atMs: 0,
    service: 'vpc',
    operation: undefined,
    userAgent: undefined,
    source: '127.0.0.1',
    requestId: '',
    committed: true,
  } as const;

  it('is named as the documents name it, without the prefix of the VPC API', () => {
    const call = callOf({
      ...logged,
      method: 'PATCH',
      path: '/v1/subnets/a/reserved_ips/b',
      pathTemplate: '/v1/subnets/:id/reserved_ips/:ip',
      query: { version: '2026-03-24' },
      body: { name: 'b' },
    });

    expect(call).toEqual({
      call: 'PATCH /subnets/{id}/reserved_ips/{id}',
      carried: { version: '2026-03-24', name: 'b' },
    });
  });

  it('keeps the version in the path of other services', () => {
    const call = callOf({
      ...logged,
      method: 'POST',
      path: '/v3/tags/attach',
      pathTemplate: '/v3/tags/attach',
      query: { tag_type: 'user' },
    });

    expect(call).toEqual({ call: 'POST /v3/tags/attach', carried: { tag_type: 'user' } });
  });

  it.each<[string | undefined, boolean]>([
    ['vpc.id', true],
    ['vpc.crn', true],
    ['vpc.href', false],
    [undefined, true],
  ])('with a VPC id says %s: %s', (argument, says) => {
    const calls = [{ call: 'POST /gateways', carried: { vpc: { id: 'a' } } }];
    const item = {
      way: 'api',
      owner: 'POST /gateways',
      ...(argument !== undefined && { argument }),
    } as const;

    expect(isSent(item, calls, { 'POST /gateways': { 'vpc.crn': 'vpc.id' } })).toBe(says);
  });
});

describe('a run', () => {
  const call: Call = { call: 'POST /gateways', carried: { name: 'one', vpc: { id: 'a' } } };
  const evidence: Evidence = { calls: [call], held: { name: 'one' }, shown: { state: 'Stable' } };

  it('proves what was sent, held and shown', () => {
    const use = { file: 'one.yaml', sent: { 'POST /gateways': { name: 'one' } }, held: { name: null } };

    expect(unproven({ ...use, shown: { state: 'Stable' } }, evidence)).toEqual([]);
  });

  it('says what was there instead', () => {
    const use = {
      file: 'one.yaml',
      sent: { 'POST /gateways': { name: 'two' }, 'DELETE /gateways': null },
      held: { name: 'two' },
      shown: { state: 'Failed' },
    };

    expect(unproven(use, evidence)).toEqual([
      'POST /gateways: expected {"name":"two"}, found [{"name":"one","vpc":{"id":"a"}}]',
      'DELETE /gateways: expected null, found []',
      'held: expected {"name":"two"}, found {"name":"one"}',
      'shown: expected {"state":"Failed"}, found {"state":"Stable"}',
    ]);
  });
});
