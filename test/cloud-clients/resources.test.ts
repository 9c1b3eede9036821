/** Resource groups and service instances. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/cloud/accounts.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { background, cloudErrorOf, openAccount } from './open-account.ts';
import { serveScript } from './scripted-server.ts';

let cloud: Cloud;
let session: Session;

beforeAll(async () => {
  cloud = await startCloud();
  session = await (await openAccount(cloud)).session();
});

afterAll(async () => {
  await cloud.stop();
});

describe('resource groups', () => {
  test('are those of the account', async () => {
    const team = cloud.control.seed.resourceGroup({ name: 'team' });
    const { id, defaultResourceGroup } = cloud.control.account('default');
    expect(await session.resourceManager.listResourceGroups(session.accountID, background)).toEqual([
      { id: defaultResourceGroup.id, name: 'Default', crn: expect.stringContaining(id) },
      { id: team.id, name: 'team', crn: expect.stringMatching(/::resource-group:/) },
    ]);
  });

  test('of another account are denied, in the service’s words', async () => {
    const error = await cloudErrorOf(session.resourceManager.listResourceGroups('another', background));
    expect(error).toMatchObject({
      reason: 'denied',
      status: 403,
      code: 'not_authorized',
      message: 'list_resource_groups: You are not authorized.',
      trace: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });
});

describe('an instance', () => {
  test.each(['active', 'provisioning', 'pending_reclamation', 'removed'] as const)(
    'that is %s says so',
    async (state) => {
      const { crn } = cloud.control.seed.serviceInstance({ name: state, service: 'kms', state });
      const instance = await session.resourceController.getInstance(crn, background);
      expect(instance).toMatchObject({ crn, name: state, state, service: 'kms', region: 'us-south' });
    },
  );

  test('that is not there is not there', async () => {
    const crn = 'crn:v1:bluemix:public:kms:us-south:a/none:00000000-0000-4000-8000-000000000000::';
    expect(await session.resourceController.getInstance(crn, background)).toBeUndefined();
  });

  test('that could not be read is not absent', async () => {
    cloud.control.faults.add({ service: 'resource-controller', status: 503, times: 1 });
    const error = await cloudErrorOf(session.resourceController.getInstance('crn', background));
    expect(error).toMatchObject({ reason: 'unavailable', status: 503, maybeCommitted: false });
  });

  test('that has no state is no instance', async () => {
    const server = await serveScript((_, response) => response.end('{"name": "a"}'));
    const opened = await openAccount(cloud, { endpoints: { resourceController: server.url } });
    const { resourceController } = await opened.session();
    const error = await cloudErrorOf(resourceController.getInstance('crn', background));
    expect(error).toMatchObject({ reason: 'unknown' });
    await server.stop();
  });
});
