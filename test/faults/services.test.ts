import { describe, expect, it } from '@jest/globals';

import type { Endpoints } from '../cloud/apps.ts';
import { endpointsBehind, serviceAt } from './services.ts';

const services: Endpoints = {
  vpc: (region) => `http://vpc-${region}/v1`,
  vpcOfAnyRegion: 'http://vpc/{region}/v1',
  keys: (region, side) => `http://keys-${region}-${side}`,
  tke: (region, side) => `http://tke-${region}-${side}`,
  hpcsBroker: 'http://broker',
  iam: 'http://iam',
  metadata: 'http://metadata',
  tagging: 'http://tagging',
  search: 'http://search',
  catalog: 'http://catalog/api/v1-beta',
  resourceController: 'http://resource-controller',
  resourceManager: 'http://resource-manager',
  admin: 'http://admin',
};

describe('a path', () => {
  it.each([
    ['/v1/endpoint_gateways', 'http://vpc-us-south'],
    ['/identity/token', 'http://iam'],
    ['/v3/tags/attach', 'http://tagging'],
    ['/v3/tags', 'http://tagging'],
    ['/v3/resources/search', 'http://search'],
    ['/api/v1-beta/objects', 'http://catalog'],
    ['/v2/resource_groups', 'http://resource-manager'],
    ['/v1/reclamations', 'http://resource-controller'],
    ['/crypto_v2/instances/1', 'http://broker'],
    ['/v2/resource_instances', 'http://resource-controller'],
  ])('%s is for %s', (path, url) => {
    expect(serviceAt(path, services)).toBe(url);
  });

  it('that no service answers is an error of the harness', () => {
    expect(() => serviceAt('/v9/anything', services)).toThrow(
      'no service of the simulated cloud answers /v9',
    );
  });
});

it('every service is behind one URL, under the paths by which they are told apart', () => {
  const { vpcOfAnyRegion, catalog, ...others } = endpointsBehind('https://proxy');
  expect(serviceAt(new URL(`${vpcOfAnyRegion}/vpcs`).pathname, services)).toBe('http://vpc-us-south');
  expect(serviceAt(new URL(`${catalog}/objects`).pathname, services)).toBe('http://catalog');
  expect(new Set(Object.values(others))).toEqual(new Set(['https://proxy']));
});
