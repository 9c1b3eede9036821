/** Instance policies as they are set and read (hpcs-network-policy §1, §6, §9). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reply } from '../client.ts';
import {
  allowedNetwork,
  keyRefusal,
  NETWORK,
  policy,
  policyBody,
  startKeysFixture,
  type KeysFixture,
} from './fixture.ts';

let fixture: KeysFixture;

beforeEach(async () => {
  fixture = await startKeysFixture();
});

afterEach(async () => {
  await fixture.cloud.stop();
});

const networks = ({ body }: Reply): unknown =>
  body.resources.map(({ policy_data: data }: { policy_data: unknown }) => data);

describe('a network policy', () => {
  it('that was never set is an empty list', async () => {
    const { status, body, headers } = await fixture.get();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    expect(body).toEqual({
      metadata: { collectionType: 'application/vnd.ibm.kms.policy+json', collectionTotal: 0 },
      resources: [],
    });
  });

  it('is set without an answer, and read with who set it and when', async () => {
    const { cloud, get, put } = fixture;
    cloud.control.clock.set(Date.parse('2026-06-01T10:00:00.500Z'));
    const reply = await put(allowedNetwork('private-only'));
    expect(reply).toMatchObject({ status: 204, body: undefined });
    const read = (await get()).body;
    expect(read).toEqual({
      metadata: { collectionType: 'application/vnd.ibm.kms.policy+json', collectionTotal: 1 },
      resources: [
        {
          policy_type: 'allowedNetwork',
          policy_data: { enabled: true, attributes: { allowed_network: 'private-only' } },
          createdBy: expect.stringMatching(/^iam-ServiceId-/),
          creationDate: '2026-06-01T10:00:00Z',
          updatedBy: read.resources[0].createdBy,
          lastUpdated: '2026-06-01T10:00:00Z',
        },
      ],
    });
  });

  it('keeps its creator and date when it changes', async () => {
    const { cloud, get, put } = fixture;
    await put(allowedNetwork('private-only'));
    const [before] = (await get()).body.resources;
    cloud.control.clock.advance(60_000);
    await put(allowedNetwork('public-and-private'));
    const [after] = (await get()).body.resources;
    expect(after).toMatchObject({ createdBy: before.createdBy, creationDate: before.creationDate });
    expect(after.lastUpdated).not.toBe(before.lastUpdated);
  });

  it('is one of its instance: neither of another, nor of one in another region', async () => {
    const { get, put, keyProtect } = fixture;
    await put(allowedNetwork('private-only'));
    expect(networks(await get({ guid: keyProtect.guid }))).toEqual([]);
  });

  it('goes with any header case, any Accept and any content type', async () => {
    for (const type of ['application/json', 'application/vnd.ibm.kms.policy+json', 'text/plain']) {
      const headers = { 'Content-Type': type, Accept: 'image/png', 'Correlation-Id': 'our-own' };
      const reply = await fixture.put(allowedNetwork('public-and-private'), { headers });
      expect(reply.status).toBe(204);
      expect(reply.headers.get('correlation-id')).toBe('our-own');
    }
  });
});

describe('all policies', () => {
  it('are read at once, and those that a call does not name stay as they are', async () => {
    const { get, put } = fixture;
    await put(allowedNetwork('public-and-private'));
    await put(policyBody(policy('dualAuthDelete', true), policy('rotation', true, { interval_month: 6 })), {
      query: '',
    });
    const { body } = await get({ query: '' });
    expect(body.metadata.collectionTotal).toBe(3);
    expect(body.resources).toMatchObject([
      { policy_type: 'allowedNetwork', creationDate: expect.any(String) },
      { policy_type: 'dualAuthDelete', policy_data: { enabled: true } },
      { policy_type: 'rotation', policy_data: { enabled: true, attributes: { interval_month: 6 } } },
    ]);
  });

  it('go back to their defaults where a write leaves them out', async () => {
    const { get, put } = fixture;
    const query = '?policy=keyCreateImportAccess';
    await put(policyBody(policy('keyCreateImportAccess', true, { create_root_key: false })), { query });
    await put(policyBody(policy('keyCreateImportAccess', true, { enforce_token: true })), { query });
    expect(networks(await get({ query }))).toEqual([
      {
        enabled: true,
        attributes: {
          create_root_key: true,
          create_standard_key: true,
          import_root_key: true,
          import_standard_key: true,
          enforce_token: true,
        },
      },
    ]);
  });
});

const open = policy('allowedNetwork', true, { allowed_network: 'public-and-private' });

describe('refused is', () => {
  it.each([
    ['no body', undefined, NETWORK, 'NO_BODY_ERR'],
    ['what is no JSON', '{', NETWORK, 'BAD_BODY_ERR'],
    ['no metadata', { resources: [open] }, NETWORK, 'BAD_BODY_ERR'],
    ['no policy', policyBody(), NETWORK, 'BAD_BODY_ERR'],
    [
      'a wrong total',
      {
        ...policyBody(open),
        metadata: { collectionType: 'application/vnd.ibm.kms.policy+json', collectionTotal: 2 },
      },
      NETWORK,
      'COLLECTION_TOTAL_MISMATCH_ERR',
    ],
    ['a second policy', policyBody(open, policy('metrics', true)), NETWORK, 'NUM_COLLECTION_RESOURCE_ERR'],
    ['another policy', policyBody(open), '?policy=metrics', 'BODY_QUERY_PARAM_MISMATCH_ERR'],
    ['a policy twice', policyBody(open, open), '', 'BAD_BODY_ERR'],
    ['a member that is read only', policyBody({ ...open, createdBy: 'me' }), NETWORK, 'BAD_BODY_ERR'],
    ['an unknown type', policyBody(policy('openNetwork', true)), '', 'BAD_BODY_ERR'],
    ['an unknown query', policyBody(open), '?policy=openNetwork', 'INVALID_QUERY_PARAM_ERR'],
    ['an unknown network', allowedNetwork('public-only'), NETWORK, 'INVALID_FIELD_ERR'],
    ['no network', policyBody(policy('allowedNetwork', true)), NETWORK, 'MISSING_FIELD_ERR'],
    [
      'no network in attributes',
      policyBody(policy('allowedNetwork', true, {})),
      NETWORK,
      'MISSING_FIELD_ERR',
    ],
    [
      'disabling without a network',
      policyBody(policy('allowedNetwork', false)),
      NETWORK,
      'MISSING_FIELD_ERR',
    ],
    [
      'an attribute of another type',
      policyBody(policy('allowedNetwork', true, { allowed_networks: 'private-only' })),
      NETWORK,
      'BAD_BODY_ERR',
    ],
    ['attributes without meaning', policyBody(policy('metrics', true, { a: 1 })), '', 'BAD_BODY_ERR'],
    ['no interval', policyBody(policy('rotation', true)), '', 'MISSING_FIELD_ERR'],
    [
      'a long interval',
      policyBody(policy('rotation', true, { interval_month: 13 })),
      '',
      'INVALID_FIELD_ERR',
    ],
    [
      'an interval of nothing',
      policyBody(policy('rotation', false, { interval_month: 1 })),
      '',
      'INVALID_FIELD_ERR',
    ],
    ['no address', policyBody(policy('allowedIP', true)), '', 'MISSING_FIELD_ERR'],
    ['no block', policyBody(policy('allowedIP', true, { allowed_ip: ['here'] })), '', 'INVALID_FIELD_ERR'],
    [
      'a flag of text',
      policyBody(policy('keyCreateImportAccess', true, { enforce_token: 'yes' })),
      '',
      'BAD_BODY_ERR',
    ],
  ])('%s', async (_what, body, query, code) => {
    const reply = await fixture.put(body, { query });
    expect(keyRefusal(reply)).toEqual({ status: 400, code });
    expect(reply.body.metadata).toEqual({
      collectionType: 'application/vnd.ibm.kms.error+json',
      collectionTotal: 1,
    });
    expect(reply.body.resources[0].errorMsg).toBe(
      `Bad Request: Instance policy could not be created: Please see \`reasons\` for more details (${code})`,
    );
    expect((await fixture.get({ query: '' })).body.resources).toEqual([]);
  });
});
