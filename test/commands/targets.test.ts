import { describe, expect, it } from '@jest/globals';

import { listTargets } from '../../src/commands/targets.ts';
import type { Session } from '../../src/cloud/accounts.ts';
import type { ServiceTarget } from '../../src/cloud/catalog.ts';
import type { TargetInstance } from '../../src/cloud/search.ts';

const byCrn = (...items: readonly (ServiceTarget | TargetInstance)[]): object => ({
  read: async () => ({ begunAtMs: 0, byId: new Map(items.map((item) => [item.crn, item])) }),
});

const kms = 'crn:v1:bluemix:public:kms:us-south:::endpoint:private.us-south.kms.cloud.ibm.com';
const iam = 'crn:v1:bluemix:public:iam-svcs:global:::endpoint:private.iam.cloud.ibm.com';
const database = 'crn:v1:bluemix:public:databases-for-postgresql:us-south:a/1:2::';

const accounts = {
  session: async (_: string, region: string) =>
    ({
      region,
      inventory: {
        targetsIn: () =>
          byCrn(
            {
              name: 'Key Protect',
              service: 'kms',
              location: 'us-south',
              crn: kms,
              endpointType: 'private',
              hosts: ['private.us-south.kms.cloud.ibm.com'],
            },
            {
              name: 'IAM',
              service: 'iam-svcs',
              location: 'global',
              crn: iam,
              endpointType: '',
              hosts: ['private.iam.cloud.ibm.com'],
            },
          ),
        instances: byCrn(
          {
            crn: database,
            name: 'orders',
            region: 'us-south',
            service: 'databases-for-postgresql',
            hosts: ['*.x.example'],
            ports: [],
          },
          {
            crn: `${database}-2`,
            name: 'elsewhere',
            region: 'eu-de',
            service: 'databases-for-postgresql',
            hosts: [],
            ports: [],
          },
        ),
      },
    }) as unknown as Session,
};

async function list(json: boolean): Promise<string> {
  const asked = { account: 'default', region: 'us-south', json };
  const { output, exitCode } = await listTargets(accounts, asked, new AbortController().signal);
  expect(exitCode).toBe(0);
  return output;
}

describe('listTargets', () => {
  it('shows what goes into a manifest: services, then the infrastructure, then instances', async () => {
    const rows = (await list(false)).split('\n').map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ['TARGET', 'NAME', 'REGION', 'ENDPOINT', 'CRN'],
      ['service', 'iam-svcs', 'global', 'private.iam.cloud.ibm.com', iam],
      ['service', 'kms', 'us-south', 'private.us-south.kms.cloud.ibm.com', kms],
      ['infrastructure', 'ibm-ntp-server', '-', '-', '-'],
      ['service', 'orders', 'us-south', '*.x.example', database],
      [''],
    ]);
  });

  it('has the fields of IBM’s command for programs (§8)', async () => {
    const items = JSON.parse(await list(true)) as object[];
    expect(items.map((item) => Object.keys(item).join())).toEqual(
      items.map(() => 'parent_id,crn,name,resource_type,endpoint_type,fully_qualified_domain_names,location'),
    );
    expect(items).toContainEqual({
      parent_id: 'us-south',
      crn: kms,
      name: 'Key Protect',
      resource_type: 'provider_cloud_service',
      endpoint_type: 'private',
      fully_qualified_domain_names: ['private.us-south.kms.cloud.ibm.com'],
      location: 'us-south',
    });
  });
});
