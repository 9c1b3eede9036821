/** What a new process still believes of what an earlier one has proven. */
import { describe, expect, it } from '@jest/globals';

import type { GatewayResource } from '../../../../src/kinds/endpoint-gateway/observed.ts';
import { keptProofs, orKept, priorOf } from '../../../../src/kinds/endpoint-gateway/proofs/kept.ts';
import { dnsVerified } from '../../../../src/kinds/endpoint-gateway/proofs/proofs.ts';
import { gateway, ip, resource } from '../samples.ts';
import { bound, kmsName } from './samples.ts';

interface Told {
  readonly dns?: 'True' | 'False' | 'Unknown';
  readonly generation?: number;
  readonly addresses?: readonly string[];
  readonly endpoints?: readonly string[];
}

function told({ dns = 'True', generation = 1, addresses, endpoints = [kmsName] }: Told): GatewayResource {
  const stamp = { observedGeneration: generation, lastTransitionTime: '2026-01-01T00:00:00Z' };
  const ips = (addresses ?? bound.map(({ address }) => address)).map((address, index) => ({
    id: `rip-${index}`,
    address,
    name: 'name',
    subnet: 'a1',
  }));
  return resource({
    status: {
      ips,
      serviceEndpoints: [...endpoints],
      conditions: [
        { type: 'DNSVerified', status: dns, reason: 'Because', message: 'as it was', ...stamp },
        { type: 'Reachable', status: 'Unknown', reason: 'Proving', message: '', ...stamp },
      ],
    },
  });
}

const shown = gateway({ ips: bound });

describe('what was proven', () => {
  it.each<[string, Told, object]>([
    ['holds on', {}, { names: 'Proven' }],
    ['holds on when it failed', { dns: 'False' }, { names: 'Failing' }],
    ['is nothing that was unknown', { dns: 'Unknown' }, {}],
    ['is nothing of another spec', { generation: 0 }, {}],
    ['is nothing of other addresses', { addresses: ['10.0.0.4'] }, {}],
    ['holds in another order', { addresses: ['10.1.0.4', '10.0.0.4'] }, { names: 'Proven' }],
    ['is nothing of other names', { endpoints: ['other.example'] }, {}],
  ])('%s', (_, status, expected) => {
    expect(priorOf(told(status), shown)).toEqual(expected);
  });

  it('is nothing without a status', () => {
    expect(priorOf(resource(), shown)).toEqual({});
  });

  it('holds for many names, of which a status shows the first hundred', () => {
    const endpoints = Array.from({ length: 120 }, (_, index) => `n${1000 + index}.example`);
    const many = gateway({ ips: bound, service_endpoints: endpoints.toReversed() });
    expect(priorOf(told({ endpoints: endpoints.slice(0, 100) }), many)).toEqual({ names: 'Proven' });
  });
});

describe('a verdict', () => {
  it('that was carried over is told in the words of before', () => {
    const kept = orKept(told({ dns: 'False' }), dnsVerified, { status: 'Failing', results: [] });
    expect(kept).toEqual({
      status: 'Kept',
      condition: { type: 'DNSVerified', status: 'False', reason: 'Because', message: 'as it was' },
    });
  });

  it('with results is told by these', () => {
    const verdict = { status: 'Proven', results: [{ name: kmsName, addresses: ['10.0.0.4'] }] } as const;
    expect(orKept(told({}), dnsVerified, verdict)).toBe(verdict);
  });

  it('that is none yet is none', () => {
    const verdict = { status: 'Unproven', results: [] } as const;
    expect(orKept(told({}), dnsVerified, verdict)).toBe(verdict);
  });
});

it('is not kept for another spec, of which nothing was tried', () => {
  const unread = keptProofs(told({ generation: 0 }));
  expect(unread).toEqual({
    names: { status: 'Unproven', results: [] },
    connections: { status: 'Unproven', results: [] },
  });
  expect(keptProofs(told({})).names).toMatchObject({ status: 'Kept', condition: { status: 'True' } });
});

it('is not confused by a reserved IP that has another id', () => {
  const moved = gateway({ ips: [ip('other-1', 'b1', '10.0.0.4'), ip('other-2', 'b2', '10.1.0.4')] });
  expect(priorOf(told({}), moved)).toEqual({ names: 'Proven' });
});
