/** Resolvers that do wrong. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { resolve, startNetworkFixture, type NetworkFixture } from './fixture.ts';

const IAM = 'private.iam.cloud.ibm.com';

let fixture: NetworkFixture;

afterEach(async () => {
  await fixture.cloud.stop();
});

describe('a fault', () => {
  beforeEach(async () => {
    fixture = await startNetworkFixture();
    fixture.seedGateway('vpc-1', 'iam');
  });

  test.each([
    ['public', ['public']],
    ['classic', ['services']],
    ['nxdomain', 'ENOTFOUND'],
    ['nodata', 'ENODATA'],
    ['servfail', 'ESERVFAIL'],
  ] as const)('%s, at one VPC and name only', async (kind, expected) => {
    const { cloud, vpc, seedGateway } = fixture;
    seedGateway('vpc-2', 'iam');
    seedGateway('vpc-1', 'global-tagging');
    cloud.control.network.dnsFaults.add({ kind, side: vpc('vpc-1'), name: IAM });
    expect(await fixture.rangesAt('vpc-1', IAM)).toEqual(expected);
    expect(await fixture.rangesAt('vpc-2', IAM)).toEqual(['private', 'private']);
    expect(await fixture.rangesAt('vpc-1', 'tags.private.global-search-tagging.cloud.ibm.com')).toEqual([
      'private',
      'private',
    ]);
    expect(cloud.control.network.queries.entries()[0]).toMatchObject({ name: IAM, fault: kind });
  });

  test('the address of another gateway, or of nobody', async () => {
    const { cloud, at, seedGateway } = fixture;
    const { dnsFaults } = cloud.control.network;
    const place = await at('vpc-1');
    const id = dnsFaults.add({ kind: 'wrongZone', name: IAM });
    expect(await resolve(place, IAM)).toEqual(['10.3.255.249']);
    seedGateway('vpc-1', 'global-tagging');
    expect(await resolve(place, IAM)).toEqual(['10.1.0.5']);
    dnsFaults.clear(id);
    dnsFaults.add({ kind: 'wrongZone', name: IAM, address: '10.1.7.7' });
    expect(await resolve(place, IAM)).toEqual(['10.1.7.7']);
  });

  test('silence, until the caller gives up', async () => {
    const { cloud, at } = fixture;
    cloud.control.network.dnsFaults.add({ kind: 'silent', name: IAM });
    const reason = new Error('that is enough');
    const giveUp = new AbortController();
    const place = await at('vpc-1');
    const asked = place.lookup(IAM, giveUp.signal).catch((error: unknown) => error);
    while (cloud.control.network.queries.entries().length === 0) {
      await new Promise((done) => setTimeout(done, 5));
    }
    giveUp.abort(reason);
    expect(await asked).toBe(reason);
    expect(cloud.control.network.queries.entries()[0]).toMatchObject({ outcome: 'silent', addresses: [] });
  });

  test('every second time, and for some simulated time', async () => {
    const { cloud, at } = fixture;
    const { dnsFaults } = cloud.control.network;
    const place = await at('vpc-1');
    const id = dnsFaults.add({ kind: 'nxdomain', name: IAM, every: 2 });
    expect(await resolve(place, IAM)).toHaveLength(2);
    expect(await resolve(place, IAM)).toBe('ENOTFOUND');
    dnsFaults.clear(id);
    dnsFaults.add({ kind: 'nodata', name: IAM, forMs: 60_000 });
    expect(await resolve(place, IAM)).toBe('ENODATA');
    cloud.control.clock.advance(60_000);
    expect(await resolve(place, IAM)).toHaveLength(2);
  });
});
