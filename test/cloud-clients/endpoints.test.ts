import { describe, expect, test } from '@jest/globals';
import { type EndpointVariable, resolveEndpoints } from '../../src/cloud/endpoints.ts';

const none = { overrides: {}, allowedHosts: [] };
const iam = (url: string, allowedHosts: readonly string[] = []): string =>
  resolveEndpoints({ overrides: { IBMCLOUD_IAM_API_ENDPOINT: url }, allowedHosts }).iam;

test('without overrides they are IBM’s public endpoints', () => {
  const endpoints = resolveEndpoints(none);
  expect(endpoints.vpc('eu-de')).toBe('https://eu-de.iaas.cloud.ibm.com/v1');
  expect(endpoints).toMatchObject({
    iam: 'https://iam.cloud.ibm.com',
    tagging: 'https://tags.global-search-tagging.cloud.ibm.com',
    search: 'https://api.global-search-tagging.cloud.ibm.com',
    catalog: 'https://cm.globalcatalog.cloud.ibm.com/api/v1-beta',
    resourceController: 'https://resource-controller.cloud.ibm.com',
    resourceManager: 'https://resource-controller.cloud.ibm.com',
  });
});

test('each can be overridden; a trailing slash does not count', () => {
  const endpoints = resolveEndpoints({
    overrides: {
      IBMCLOUD_IS_NG_API_ENDPOINT: 'https://us-south.private.iaas.cloud.ibm.com/v1/',
      IBMCLOUD_IAM_API_ENDPOINT: 'https://private.iam.cloud.ibm.com//',
      IBMCLOUD_GT_API_ENDPOINT: 'https://tags.private.global-search-tagging.cloud.ibm.com',
      IBMCLOUD_GS_API_ENDPOINT: 'https://api.private.global-search-tagging.cloud.ibm.com',
      IBMCLOUD_CATALOG_MANAGEMENT_API_ENDPOINT: 'https://private.cm.globalcatalog.cloud.ibm.com/api/v1-beta/',
      IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT: 'https://private.resource-controller.cloud.ibm.com',
      IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT: 'https://private.us-east.resource-controller.cloud.ibm.com',
    },
    allowedHosts: [],
  });
  expect(endpoints.vpc('eu-de')).toBe('https://us-south.private.iaas.cloud.ibm.com/v1');
  expect(endpoints.iam).toBe('https://private.iam.cloud.ibm.com');
  expect(endpoints.tagging).toBe('https://tags.private.global-search-tagging.cloud.ibm.com');
  expect(endpoints).toMatchObject({
    search: 'https://api.private.global-search-tagging.cloud.ibm.com',
    catalog: 'https://private.cm.globalcatalog.cloud.ibm.com/api/v1-beta',
    resourceController: 'https://private.resource-controller.cloud.ibm.com',
    resourceManager: 'https://private.us-east.resource-controller.cloud.ibm.com',
  });
});

test('an override of the VPC API can name the region', () => {
  const { vpc } = resolveEndpoints({
    overrides: { IBMCLOUD_IS_NG_API_ENDPOINT: 'https://{region}.private.iaas.cloud.ibm.com/v1' },
    allowedHosts: [],
  });
  expect(vpc('eu-de')).toBe('https://eu-de.private.iaas.cloud.ibm.com/v1');
  expect(vpc('us-south')).toBe('https://us-south.private.iaas.cloud.ibm.com/v1');
});

test('a region does not lead to a host that is not allowed', () => {
  const { vpc } = resolveEndpoints({
    overrides: { IBMCLOUD_IS_NG_API_ENDPOINT: 'https://{region}.proxy.example/v1' },
    allowedHosts: ['us-south.proxy.example'],
  });
  expect(vpc('us-south')).toBe('https://us-south.proxy.example/v1');
  expect(() => vpc('eu-de')).toThrow("host eu-de.proxy.example is not IBM's");
});

test('the metadata service is the instance’s own, whose certificate has only its name', () => {
  expect(resolveEndpoints(none).metadata('http')).toBe('http://169.254.169.254');
  expect(resolveEndpoints(none).metadata('https')).toBe('https://api.metadata.cloud.ibm.com');
  const overrides = { IBMCLOUD_CR_VPC_URL: 'https://127.0.0.1:8443' };
  const { metadata } = resolveEndpoints({ overrides, allowedHosts: ['127.0.0.1'] });
  expect([metadata('http'), metadata('https')]).toEqual(['https://127.0.0.1:8443', 'https://127.0.0.1:8443']);
  expect(() => resolveEndpoints({ overrides, allowedHosts: [] })).toThrow(
    'IBMCLOUD_CR_VPC_URL: host 127.0.0.1',
  );
});

test.each(['us-south', 'eu-fr2', 'au-syd'])('%s is a region', (region) => {
  expect(resolveEndpoints(none).vpc(region)).toContain(`//${region}.iaas`);
});

test.each(['', 'us-south-1', 'evil.example/', 'evil.example#', 'a@b', 'US-SOUTH', 'us-south\n'])(
  '%j is no region: it would become part of a host',
  (region) => {
    expect(() => resolveEndpoints(none).vpc(region)).toThrow('not the name of a region');
  },
);

describe('a host', () => {
  test.each([
    'https://cloud.ibm.com.evil.example',
    'https://evilcloud.ibm.com',
    'https://cloud.ibm.com',
    'https://10.0.0.1',
  ])('%s is not IBM’s', (url) => {
    const { hostname } = new URL(url);
    expect(() => iam(url)).toThrow(`host ${hostname} is not IBM's; add it to endpoints.allowedHosts`);
    expect(iam(url, [hostname])).toBe(url);
  });

  test('is compared without regard to case, and without its port', () => {
    expect(iam('https://IAM.Cloud.IBM.com')).toBe('https://IAM.Cloud.IBM.com');
    expect(iam('https://proxy.example:8443', ['Proxy.Example'])).toBe('https://proxy.example:8443');
  });
});

describe('http', () => {
  test.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    'is fine on loopback: %s, once the host is allowed',
    (url) => {
      expect(iam(url, [new URL(url).hostname])).toBe(url);
      expect(() => iam(url)).toThrow('allowedHosts');
    },
  );

  test.each(['http://iam.cloud.ibm.com', 'http://127.0.0.1.evil.example', 'http://10.0.0.1'])(
    'is refused elsewhere: %s',
    (url) => {
      expect(() => iam(url, [new URL(url).hostname])).toThrow('must use https');
    },
  );
});

const secret = 'hunter2';

test.each<[EndpointVariable, string, string]>([
  ['IBMCLOUD_IAM_API_ENDPOINT', `https://user:${secret}@iam.cloud.ibm.com`, 'a user name or a password'],
  ['IBMCLOUD_GT_API_ENDPOINT', `https://${secret}@iam.cloud.ibm.com`, 'a user name or a password'],
  ['IBMCLOUD_IS_NG_API_ENDPOINT', `ftp://user:${secret}@iam.cloud.ibm.com`, 'begins with https://'],
  ['IBMCLOUD_IAM_API_ENDPOINT', `iam.cloud.ibm.com/${secret}`, 'begins with https://'],
  ['IBMCLOUD_IAM_API_ENDPOINT', '', 'begins with https://'],
  ['IBMCLOUD_IAM_API_ENDPOINT', `https://iam.cloud.ibm.com/?apikey=${secret}`, 'without ? and #'],
  ['IBMCLOUD_IAM_API_ENDPOINT', `https://iam.cloud.ibm.com/#${secret}`, 'without ? and #'],
])('%s=%s is refused, by name and without its value', (name, value, why) => {
  const resolve = (): unknown => resolveEndpoints({ overrides: { [name]: value }, allowedHosts: [] });
  expect(resolve).toThrow(why);
  expect(resolve).toThrow(name);
  expect(resolve).not.toThrow(secret);
});
