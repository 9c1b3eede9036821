import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { ConfigError, loadConfig } from '../src/config.ts';
import { defaultTimings } from '../src/controller/timings.ts';
import { defaultLeaseTimes } from '../src/kube/lease-record.ts';
import { createCertificates } from './cloud/certificate.ts';
import { account, configFile, minimal } from './lib/config-file.ts';

const { folder, path, load, complaint, remove } = configFile();
const caFile = join(folder, 'ca.pem');
let caPem: string;

beforeAll(async () => {
  ({ caPem } = await createCertificates());
  writeFileSync(caFile, caPem);
});

afterAll(remove);

test('the least that can be said, and what is assumed then', () => {
  expect(load(minimal)).toEqual({
    accounts: [{ ...account, allowedNamespaces: undefined, budget: { callsPerSecond: 5, burst: 20 } }],
    endpoints: { overrides: {}, allowedHosts: [], keyInstances: [] },
    caBundle: undefined,
    takeOverFrom: [],
    timeoutMs: 30_000,
    timings: defaultTimings,
    clusterID: undefined,
    watchNamespaces: undefined,
    leaderElection: { leaseName: 'vpe-operator', times: defaultLeaseTimes },
    workers: 8,
    dryRun: false,
    changeBudget: { deletesPerHour: 100 },
    probes: {
      enabled: true,
      intervalMs: 300_000,
      retryMs: 5_000,
      timeoutMs: 5_000,
      perSecond: 20,
      convergenceMs: 600_000,
    },
    ownVPC: undefined,
    http: { host: '0.0.0.0', port: 8080 },
    logLevel: 'info',
    podName: hostname(),
  });
});

test('everything that can be said', () => {
  const IBMCLOUD_IAM_API_ENDPOINT = 'https://private.iam.cloud.ibm.com';
  const config = load({
    accounts: [
      { ...account, allowedNamespaces: ['*'], budget: { callsPerSecond: 0.5, burst: 3 } },
      { ...account, name: 'storage', allowedNamespaces: [], budget: { burst: 1 } },
      {
        name: 'pods',
        auth: { trustedProfile: { name: 'vpe-operator', tokenFile: '/var/run/secrets/tokens/sa-token' } },
        allowedVPCs: ['production', 'r006-77777777-7777-4777-8777-777777777777'],
        allowedVerbs: ['create', 'delete'],
      },
      { name: 'vsi', auth: { instanceIdentity: { profile: { id: 'Profile-1' }, protocol: 'https' } } },
      { name: 'vsi-default', auth: { instanceIdentity: {} } },
    ],
    endpoints: {
      overrides: { IBMCLOUD_IAM_API_ENDPOINT },
      allowedHosts: ['proxy.example'],
      caBundleFile: caFile,
      timeout: '500ms',
    },
    timings: {
      changing: { base: '1s', max: '2m' },
      slow: { max: '1h' },
      retry: { base: '100ms' },
      terminal: {},
      driftCheck: '168h',
      orphanSweep: '6h',
    },
    clusterID: '0f8c-prod_eu.1',
    watchNamespaces: ['team-1', '2nd-team'],
    leaderElection: {
      leaseName: 'vpe-operator.blue',
      leaseDuration: '1m',
      renewDeadline: '40s',
      retryPeriod: '500ms',
    },
    workers: 3,
    dryRun: true,
    changeBudget: { deletesPerHour: 12 },
    ownVPC: 'r006-77777777-7777-4777-8777-777777777777',
    probes: {
      enabled: false,
      interval: '1h',
      retry: '1s',
      timeout: '2s',
      perSecond: 0.5,
      convergence: '30m',
    },
    http: { host: '127.0.0.1', port: 0 },
  });
  expect(config.accounts).toMatchObject([
    { name: 'default', allowedNamespaces: ['*'], budget: { callsPerSecond: 0.5, burst: 3 } },
    { name: 'storage', allowedNamespaces: [], budget: { callsPerSecond: 5, burst: 1 } },
    {
      name: 'pods',
      auth: { trustedProfile: { name: 'vpe-operator', tokenFile: '/var/run/secrets/tokens/sa-token' } },
      allowedVPCs: ['production', 'r006-77777777-7777-4777-8777-777777777777'],
      allowedVerbs: ['create', 'delete'],
    },
    { name: 'vsi', auth: { instanceIdentity: { profile: { id: 'Profile-1' }, protocol: 'https' } } },
    { name: 'vsi-default', auth: { instanceIdentity: {} }, allowedNamespaces: undefined },
  ]);
  expect(config).toMatchObject({
    endpoints: { overrides: { IBMCLOUD_IAM_API_ENDPOINT }, allowedHosts: ['proxy.example'] },
    caBundle: caPem,
    timeoutMs: 500,
    clusterID: '0f8c-prod_eu.1',
    watchNamespaces: ['team-1', '2nd-team'],
    leaderElection: {
      leaseName: 'vpe-operator.blue',
      times: { durationMs: 60_000, renewDeadlineMs: 40_000, retryMs: 500 },
    },
    workers: 3,
    dryRun: true,
    changeBudget: { deletesPerHour: 12 },
    ownVPC: 'r006-77777777-7777-4777-8777-777777777777',
    probes: {
      enabled: false,
      intervalMs: 3_600_000,
      retryMs: 1_000,
      timeoutMs: 2_000,
      perSecond: 0.5,
      convergenceMs: 1_800_000,
    },
    http: { host: '127.0.0.1', port: 0 },
  });
  expect(config.timings).toEqual({
    ...defaultTimings,
    paces: {
      changing: { baseMs: 1_000, maxMs: 120_000 },
      slow: { baseMs: 30_000, maxMs: 3_600_000 },
      retry: { baseMs: 100, maxMs: 120_000 },
      terminal: defaultTimings.paces.terminal,
    },
    driftCheckMs: 604_800_000,
    orphanSweepMs: 21_600_000,
  });
});

describe('the path', () => {
  test('is the command line’s word before the environment’s', () => {
    writeFileSync(path, stringify(minimal));
    expect(loadConfig(undefined, { VPE_OPERATOR_CONFIG: path }).accounts).toHaveLength(1);
    expect(loadConfig(path, { VPE_OPERATOR_CONFIG: '/nowhere' }).accounts).toHaveLength(1);
  });

  test('has to be given', () => {
    expect(() => loadConfig(undefined, {})).toThrow(
      new ConfigError('no configuration: give its path by --config or VPE_OPERATOR_CONFIG'),
    );
  });

  test('has to lead to a file', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'), {})).toThrow(
      /^the configuration cannot be read: ENOENT.*none\.yaml/,
    );
  });
});

describe('the environment', () => {
  const iam = 'https://private.iam.cloud.ibm.com';

  test('goes before the file', () => {
    const endpoints = {
      overrides: {
        IBMCLOUD_IAM_API_ENDPOINT: 'https://iam.cloud.ibm.com',
        IBMCLOUD_GT_API_ENDPOINT: 'https://tags.global-search-tagging.cloud.ibm.com',
      },
    };
    const config = load({ ...minimal, endpoints }, { IBMCLOUD_IAM_API_ENDPOINT: iam });
    expect(config.endpoints.overrides).toEqual({ ...endpoints.overrides, IBMCLOUD_IAM_API_ENDPOINT: iam });
  });

  test('that is empty says nothing', () => {
    expect(load(minimal, { IBMCLOUD_IAM_API_ENDPOINT: '' }).endpoints.overrides).toEqual({});
  });

  test.each(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])(
    'sets the log level %s',
    (level) => {
      expect(load(minimal, { LOG_LEVEL: level }).logLevel).toBe(level);
    },
  );

  test('cannot set another log level', () => {
    expect(complaint(minimal, { LOG_LEVEL: 'loud' })).toBe(
      'LOG_LEVEL is loud; it must be one of trace, debug, info, warn, error, fatal, silent',
    );
  });

  test('is checked like the file', () => {
    expect(complaint(minimal, { IBMCLOUD_GT_API_ENDPOINT: 'http://tags.example' })).toBe(
      'IBMCLOUD_GT_API_ENDPOINT must use https: http would send tokens to tags.example in clear text',
    );
  });
});

const bundle = (caBundleFile: string): object => ({ ...minimal, endpoints: { caBundleFile } });

describe('a CA bundle', () => {
  test('has to be there', () => {
    expect(complaint(bundle(join(folder, 'none.pem')))).toMatch(
      /^endpoints\.caBundleFile cannot be read: ENOENT.*none\.pem/,
    );
  });

  test('has to hold a certificate', () => {
    writeFileSync(join(folder, 'wrong.pem'), 'no certificate');
    expect(complaint(bundle(join(folder, 'wrong.pem')))).toBe(
      `endpoints.caBundleFile holds no PEM certificate: ${folder}/wrong.pem`,
    );
  });
});

test('a cluster’s id may be so long that the longest tag of ours is what IBM Cloud takes', () => {
  const clusterID = 'c'.repeat(78);
  expect(load({ ...minimal, clusterID }).clusterID).toBe(clusterID);
  expect(`vpe-operator:${clusterID}:${randomUUID()}`).toHaveLength(128);
});
