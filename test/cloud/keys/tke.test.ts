/** Who may list crypto units, and what a closed instance shows of them (hpcs-network-policy §2.5, §10.5). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeySide } from './model.ts';
import { startKeysFixture, type KeysFixture } from './fixture.ts';

let fixture: KeysFixture;

beforeEach(async () => {
  fixture = await startKeysFixture(['us-south', 'eu-de']);
});

afterEach(async () => {
  await fixture.cloud.stop();
});

interface Listing {
  readonly guid?: string;
  readonly side?: KeySide;
  readonly region?: string;
  /** `Authorization` */
  readonly authorization?: string;
}

async function list({
  guid = fixture.hpcs.guid,
  side = 'public',
  region = 'us-south',
  authorization = fixture.token,
}: Listing = {}): Promise<{ readonly status: number; readonly body: unknown }> {
  const url = `${fixture.cloud.plainEndpoints.tke(region, side)}/v1/tke/${guid}/hsms`;
  const response = await fetch(url, { headers: { authorization } });
  return { status: response.status, body: await response.json() };
}

const units = (...ids: readonly string[]): unknown =>
  ids.map((id) => expect.objectContaining({ hsm_id: id, state: 'active', location: expect.any(String) }));

it('shows the units of an instance, to a token with and without its scheme', async () => {
  for (const authorization of [fixture.token, `Bearer ${fixture.token}`]) {
    expect(await list({ authorization })).toEqual({
      status: 200,
      body: { metadata: [], hsms: units('cu-1', 'cu-2'), source_hsms: [], failover_hsms: [] },
    });
  }
});

it('shows as many as the instance was made with', async () => {
  const { seed } = fixture.cloud.control;
  const { guid } = seed.hpcsInstance({ name: 'big', parameters: { units: 3, failover_units: 2 } });
  expect((await list({ guid, side: 'private' })).body).toMatchObject({
    hsms: units('cu-1', 'cu-2', 'cu-3'),
    failover_hsms: units('failover-1', 'failover-2'),
  });
});

describe('401', () => {
  it.each<[string, () => Listing]>([
    ['no token', () => ({ authorization: '' })],
    ['a token that is none', () => ({ authorization: 'nonsense' })],
    ['another region', () => ({ region: 'eu-de' })],
    ['another service', () => ({ guid: fixture.keyProtect.guid })],
    ['an instance that is not there', () => ({ guid: '00000000-0000-4000-8000-000000000000' })],
  ])('is for %s', async (_, listing) => {
    expect((await list(listing())).status).toBe(401);
  });
});

describe('a closed instance', () => {
  beforeEach(() => fixture.cloud.control.setAllowedNetwork(fixture.hpcs.crn, 'private-only'));

  it('shows no units outside, and all of them inside', async () => {
    expect(await list()).toMatchObject({ status: 200, body: { hsms: [] } });
    expect(await list({ side: 'private' })).toMatchObject({ body: { hsms: units('cu-1', 'cu-2') } });
  });

  it('can answer 401 instead', async () => {
    fixture.cloud.control.settings.closedTke = 'unauthorized';
    expect(await list()).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining('expired') },
    });
    expect((await list({ side: 'private' })).status).toBe(200);
  });
});
