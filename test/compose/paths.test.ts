/** Which gateways the operator itself depends on, by the endpoints of its configuration. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';

import { composePaths, type Dependant } from '../../src/compose/paths.ts';
import type { Paths } from '../../src/controller/paths.ts';
import { KubeError } from '../../src/kube/errors.ts';
import type { NodeFacts, Nodes } from '../../src/kube/nodes.ts';
import { configFile, minimal } from '../lib/config-file.ts';

const { load, remove } = configFile();

afterAll(remove);

const { signal: never } = new AbortController();

/** `read`: what the Nodes tell. */
function pathsBy(
  changes: object,
  read: Nodes['read'] = async () => undefined,
  dependants: readonly Dependant[] = [],
): Paths {
  const around = { nodes: { read }, log: pino({ level: 'silent' }), dependants: () => dependants };
  return composePaths(load({ ...minimal, ...changes }), around)('team');
}

function usersOf(
  overrides: Readonly<Record<string, string>>,
  ...names: readonly string[]
): readonly string[] {
  return pathsBy({ endpoints: { overrides } }).usersOf({ names });
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

describe('objects that depend on a name', () => {
  const path = { names: ['private.us-south.kms.cloud.ibm.com'] };
  const own = { kind: 'HpcsNetworkPolicy', namespace: 'team', name: 'keys', path };
  const others = ['a', 'b'].map((name) => ({ ...own, namespace: 'other', name }));

  it.each([
    ['the name itself', 'private.us-south.kms.cloud.ibm.com', true],
    ['a wildcard above it', '*.kms.cloud.ibm.com', true],
    ['another name', 'private.eu-de.kms.cloud.ibm.com', false],
  ])('count for %s; those of other namespaces are not named', (_, name, isUsed) => {
    const users = pathsBy({}, undefined, [own, ...others]).usersOf({ names: [name] });
    expect(users).toEqual(
      isUsed ? ['HpcsNetworkPolicy keys', 'an object of another namespace (HpcsNetworkPolicy)'] : [],
    );
  });
});

it('says who it is and what it calls', () => {
  expect(usersOf(vpc, 'us-south.private.iaas.cloud.ibm.com')).toEqual([
    'the operator itself, which calls *.private.iaas.cloud.ibm.com (IBMCLOUD_IS_NG_API_ENDPOINT)',
  ]);
});

const unasked: Nodes['read'] = async () => Promise.reject(new Error('nobody should ask'));
const refused: Nodes['read'] = async () => Promise.reject(new KubeError('busy', { reason: 'unavailable' }));
/** Until somebody has enough of it. */
const silent: Nodes['read'] = async (signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('the own place', () => {
  const facts: NodeFacts = { zones: ['us-south-1'], subnetIds: ['0717-a'], instanceIds: [] };
  const nowhere = { zones: [], subnetIds: [], instanceIds: [] };

  it('is the configuration’s, or what the Nodes tell', async () => {
    const ownVPC = 'r006-11111111-1111-4111-8111-111111111111';
    expect(await pathsBy({ ownVPC }, unasked).ownPlace(never)).toEqual({ ...nowhere, vpcID: ownVPC });
    expect(await pathsBy({}, async () => facts).ownPlace(never)).toEqual(facts);
    expect(await pathsBy({}).ownPlace(never)).toEqual(nowhere);
  });

  it('is not asked for by an installation for single namespaces', async () => {
    const scoped = { watchNamespaces: ['team'], clusterID: 'prod' };
    expect(await pathsBy(scoped, unasked).ownPlace(never)).toEqual(nowhere);
  });

  it('is what it was while the API server refuses', async () => {
    let read: Nodes['read'] = refused;
    const paths = pathsBy({}, async (signal) => read(signal));
    expect(await paths.ownPlace(never)).toBeUndefined();
    read = async () => facts;
    expect(await paths.ownPlace(never)).toEqual(facts);
    read = refused;
    expect(await paths.ownPlace(never)).toEqual(facts);
  });

  it('is not waited for while the API server is silent', async () => {
    expect(await pathsBy({}, silent).ownPlace(never)).toBeUndefined();
  });

  it('is nobody’s any more once the pass is over', async () => {
    const over = AbortSignal.abort(new Error('over'));
    await expect(pathsBy({}, async (signal) => Promise.reject(signal.reason)).ownPlace(over)).rejects.toThrow(
      'over',
    );
  });
});
