import { describe, expect, test } from '@jest/globals';
import { kindFolder, parseCrd } from '../../src/codegen/crd.ts';

test.each([
  ['EndpointGateway', 'endpoint-gateway'],
  ['HpcsNetworkPolicy', 'hpcs-network-policy'],
  ['PrivateCliProfile', 'private-cli-profile'],
  ['DNSZone', 'dns-zone'],
  ['Vpc', 'vpc'],
])('%s lives in the folder %s', (kind, folder) => {
  expect(kindFolder(kind)).toBe(folder);
});

describe('a definition that cannot be read', () => {
  test.each([
    ['another kind of object', 'kind: ConfigMap', 'crds/x.yaml: is not a CustomResourceDefinition'],
    [
      'no storage version',
      'kind: CustomResourceDefinition\nspec: { versions: [{ name: v1, storage: false }] }',
      'crds/x.yaml: no version has storage: true',
    ],
  ])('%s is named with its file', (_, text, message) => {
    expect(() => parseCrd(text, 'crds/x.yaml')).toThrow(message);
  });
});
