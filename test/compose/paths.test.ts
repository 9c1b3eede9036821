/** Which gateways the operator itself depends on, by the endpoints of its configuration. */
import { afterAll, expect, it } from '@jest/globals';
import { pino } from 'pino';

import { composePaths } from '../../src/compose/paths.ts';
import { Nodes } from '../../src/kube/nodes.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { configFile, minimal } from '../lib/config-file.ts';

const { load, remove } = configFile();

afterAll(remove);

function usersOf(
  overrides: Readonly<Record<string, string>>,
  ...names: readonly string[]
): readonly string[] {
  const config = load({ ...minimal, endpoints: { overrides } });
  const client = { list: async () => ({ items: [], resourceVersion: '1' }) };
  const nodes = new Nodes({ client, clock: systemClock, signal: new AbortController().signal });
  return composePaths(config, { nodes, log: pino({ level: 'silent' }) }).usersOf({ names });
}

const variableOf = (words: string): string => /\((\w+)\)$/.exec(words)?.[1] ?? words;

const vpc = { IBMCLOUD_IS_NG_API_ENDPOINT: 'https://{region}.private.iaas.cloud.ibm.com/v1' };
const iam = { IBMCLOUD_IAM_API_ENDPOINT: 'https://private.iam.cloud.ibm.com' };
const resources = {
  IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT: 'https://private.resource-controller.cloud.ibm.com',
  IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT: 'https://private.resource-controller.cloud.ibm.com',
};

it.each<[string, Readonly<Record<string, string>>, string, readonly string[]]>([
  ['public endpoints, a private name', {}, 'private.iam.cloud.ibm.com', []],
  ['public endpoints, the private VPC API', {}, 'us-south.private.iaas.cloud.ibm.com', []],
  ['a private endpoint', iam, 'private.iam.cloud.ibm.com', ['IBMCLOUD_IAM_API_ENDPOINT']],
  ['the VPC API of any region', vpc, 'eu-de.private.iaas.cloud.ibm.com', ['IBMCLOUD_IS_NG_API_ENDPOINT']],
  ['the public VPC API', vpc, 'eu-de.iaas.cloud.ibm.com', []],
  ['a wildcard', vpc, '*.private.iaas.cloud.ibm.com', ['IBMCLOUD_IS_NG_API_ENDPOINT']],
  ['another wildcard', iam, '*.private.iaas.cloud.ibm.com', []],
  [
    'two services behind one name',
    resources,
    'private.resource-controller.cloud.ibm.com',
    Object.keys(resources),
  ],
  ['another service', iam, 'private.us-south.kms.cloud.ibm.com', []],
])('%s', (_, overrides, name, variables) => {
  expect(usersOf(overrides, 'some.other.example', name).map(variableOf)).toEqual(variables);
});

it('says who it is and what it calls', () => {
  expect(usersOf(vpc, 'us-south.private.iaas.cloud.ibm.com')).toEqual([
    'the operator itself, which calls *.private.iaas.cloud.ibm.com (IBMCLOUD_IS_NG_API_ENDPOINT)',
  ]);
});
