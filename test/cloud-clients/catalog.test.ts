/** The catalogue of services that endpoint gateways can lead to. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { serviceTargets } from '../cloud/catalog/service-targets.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { background, cloudErrorOf, openAccount } from './open-account.ts';
import { type ScriptedServer, serveScript } from './scripted-server.ts';

let cloud: Cloud;
let server: ScriptedServer | undefined;

beforeAll(async () => {
  cloud = await startCloud();
});

afterAll(async () => {
  await cloud.stop();
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

test.each(['us-south', 'eu-de'])(
  '%s: every target with its service, its location and its names',
  async (region) => {
    const { catalog } = await (await openAccount(cloud)).session();
    const targets = await catalog.listServiceTargets(region, background);
    expect(targets).toEqual(
      serviceTargets(region).map(({ label, crn, endpointType, hosts }) => ({
        name: label,
        service: crn.split(':')[4],
        location: crn.split(':')[5],
        crn,
        endpointType,
        hosts,
      })),
    );
  },
);

interface Page {
  readonly resources?: unknown;
  readonly next?: string | null;
}

const object = (service: string): unknown => ({
  label: service,
  data: { service_crn: `crn:v1:bluemix:public:${service}:global:::endpoint:x` },
});

/** A catalogue with these pages by offset; `asked` collects the offsets. */
async function answering(pages: Record<string, Page>): Promise<{ session: Session; asked: string[] }> {
  const asked: string[] = [];
  server = await serveScript((request, response) => {
    const offset = new URL(request.url ?? '', 'http://x').searchParams.get('offset') ?? '';
    asked.push(offset);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(pages[offset] ?? {}));
  });
  const opened = await openAccount(cloud, { endpoints: { catalog: server.url } });
  return { session: await opened.session(), asked };
}

describe('pages', () => {
  test('are read on where the catalogue says, of our own host', async () => {
    const { session, asked } = await answering({
      '0': { resources: [object('a'), object('b')], next: '/api/v1-beta/objects?offset=2' },
      '2': { resources: [object('c')], next: 'https://elsewhere.example/objects?limit=2&offset=3' },
      '3': { resources: [object('d')], next: null },
    });
    const targets = await session.catalog.listServiceTargets('us-south', background);
    expect(targets.map(({ service }) => service)).toEqual(['a', 'b', 'c', 'd']);
    expect(asked).toEqual(['0', '2', '3']);
  });

  test.each<[string, Record<string, Page>, string]>([
    ['go back', { '0': { resources: [], next: '?offset=0' } }, 'does not follow'],
    ['name no offset', { '0': { resources: [], next: '?limit=5' } }, 'does not follow'],
    ['name nonsense', { '0': { resources: [], next: 'https://[' } }, 'does not follow'],
    ['hold something else', { '0': { resources: [object('a')], next: '?offset=1' } }, 'no resources'],
  ])('that %s end the listing: part of it is no listing', async (_, pages, why) => {
    const { session } = await answering(pages);
    const error = await cloudErrorOf(session.catalog.listServiceTargets('us-south', background));
    expect(error).toMatchObject({ reason: 'unknown', message: expect.stringContaining(why) });
  });
});

test('what has no CRN is left out; a label or names that are missing are not', async () => {
  const { session } = await answering({
    '0': {
      resources: [
        { label: 'a digest' },
        { label: 'empty', data: { service_crn: '' } },
        {
          data: {
            service_crn: 'crn:v1:bluemix:public:kms:eu-de:::endpoint:x',
            fully_qualified_domain_names: [1],
          },
        },
      ],
    },
  });
  expect(await session.catalog.listServiceTargets('us-south', background)).toEqual([
    {
      name: 'kms',
      service: 'kms',
      location: 'eu-de',
      crn: 'crn:v1:bluemix:public:kms:eu-de:::endpoint:x',
      endpointType: '',
      hosts: [],
    },
  ]);
});
