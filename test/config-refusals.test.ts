/** Every way in which a configuration can be wrong, and what its author reads then. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { account, configFile, minimal } from './lib/config-file.ts';
import { ConfigError } from '../src/config.ts';
import { canaryApiKey, expectNoSecret } from './lib/canary.ts';

const { load, complaint, remove } = configFile();

afterAll(remove);

const duration = 'must be a duration of at most 168h, such as 500ms, 30s, 5m or 2h';
const withAccount = (changes: object): object => ({ accounts: [{ ...account, ...changes }] });
const tokenFile = '/var/run/secrets/tokens/sa-token';
const profileId = 'Profile-4c0de0aa-1111-4222-8333-944455566677';
const trusting = (profile: object): object => ({
  ...account,
  auth: { trustedProfile: { ...profile, tokenFile } },
});
const nameRule =
  'must be lower case letters, digits and hyphens, beginning and ending with a letter or digit';
const clusterRule =
  'must be lower case letters, digits, hyphens, underscores and dots, beginning with a letter or digit, since it becomes part of tags';
const namespacesRule = 'must be a list of different namespaces; leave the field out to watch all of them';
const timesRule = 'leaderElection: lease duration > renew deadline > 1.2 × retry period > 0 must hold';

test.each<[what: string, content: unknown, ...lines: string[]]>([
  ['an empty file', '', 'the file: must be object'],
  ['a list', [], 'the file: must be object'],
  ['no accounts', {}, 'the file: accounts is missing'],
  ['an empty list of accounts', { accounts: [] }, 'accounts: must NOT have fewer than 1 items'],
  [
    'a VPC that is no id',
    { ...minimal, ownVPC: 'Main' },
    'ownVPC: must be the id of a VPC, such as r006-11111111-1111-4111-8111-111111111111',
  ],
  ['proofs without a rate', { ...minimal, probes: { perSecond: 0 } }, 'probes.perSecond: must be > 0'],
  ['proofs without a pause', { ...minimal, probes: { retry: '0s' } }, `probes.retry: ${duration}`],
  ['an unknown field', { ...minimal, watch: 1 }, 'the file: unknown field watch'],
  [
    'an account without all it needs',
    { accounts: [{}] },
    'accounts.0: name is missing',
    'accounts.0: auth is missing',
  ],
  [
    'an unknown way to authenticate',
    withAccount({ auth: { apiKey: 'x' } }),
    'accounts.0.auth: unknown field apiKey',
  ],
  [
    'no way to authenticate',
    withAccount({ auth: {} }),
    'accounts.0.auth: must have exactly one of apiKeyFile, trustedProfile, instanceIdentity',
  ],
  [
    'two ways to authenticate',
    withAccount({ auth: { ...account.auth, instanceIdentity: {} } }),
    'accounts.0.auth: must have exactly one of apiKeyFile, trustedProfile, instanceIdentity',
  ],
  [
    'a trusted profile without a name',
    withAccount({ auth: { trustedProfile: { tokenFile } } }),
    'accounts.0.auth.trustedProfile: must have tokenFile and exactly one of id, name, crn',
  ],
  [
    'a trusted profile with two names',
    withAccount({ auth: { trustedProfile: { id: profileId, name: 'vpe-operator', tokenFile } } }),
    'accounts.0.auth.trustedProfile: must have tokenFile and exactly one of id, name, crn',
  ],
  [
    'a trusted profile without a token',
    withAccount({ auth: { trustedProfile: { id: profileId, name: 'vpe-operator' } } }),
    'accounts.0.auth.trustedProfile: tokenFile is missing',
  ],
  [
    'names of profiles that are none',
    { accounts: [trusting({ id: 'vpe-operator' }), trusting({ name: '' }), trusting({ crn: profileId })] },
    'accounts.0.auth.trustedProfile.id: must be the id of a trusted profile, which begins with Profile-',
    'accounts.1.auth.trustedProfile.name: must NOT have fewer than 1 characters',
    'accounts.2.auth.trustedProfile.crn: must be the CRN of a trusted profile, as in ' +
      'crn:v1:bluemix:public:iam-identity::a/ACCOUNT::profile:Profile-ID',
  ],
  [
    'a profile of an instance by its name, which the metadata service does not take',
    withAccount({ auth: { instanceIdentity: { profile: { name: 'vpe-operator' } } } }),
    'accounts.0.auth.instanceIdentity.profile: unknown field name',
  ],
  [
    'a profile of an instance that is not named',
    withAccount({ auth: { instanceIdentity: { profile: {} } } }),
    'accounts.0.auth.instanceIdentity.profile: must have exactly one of id, crn',
  ],
  [
    'a protocol that the metadata service does not speak',
    withAccount({ auth: { instanceIdentity: { protocol: 'ftp' } } }),
    'accounts.0.auth.instanceIdentity.protocol: must be http or https, as the instance’s metadata service is set',
  ],
  [
    'a verb that does not exist',
    withAccount({ allowedVerbs: ['create', 'recreate'] }),
    'accounts.0.allowedVerbs.1: must be one of create, adopt, delete, close, open',
  ],
  ['VPCs that are no list', withAccount({ allowedVPCs: 'vpc-1' }), 'accounts.0.allowedVPCs: must be array'],
  [
    'an empty path',
    withAccount({ auth: { apiKeyFile: '' } }),
    'accounts.0.auth.apiKeyFile: must NOT have fewer than 1 characters',
  ],
  ['a name with capitals', withAccount({ name: 'Default' }), `accounts.0.name: ${nameRule}`],
  [
    'a long name',
    withAccount({ name: 'a'.repeat(64) }),
    'accounts.0.name: must NOT have more than 63 characters',
  ],
  [
    'namespaces that are no list',
    withAccount({ allowedNamespaces: 'team' }),
    'accounts.0.allowedNamespaces: must be array',
  ],
  [
    'a budget of nothing',
    withAccount({ budget: { callsPerSecond: 0, burst: 0 } }),
    'accounts.0.budget.callsPerSecond: must be > 0',
    'accounts.0.budget.burst: must be >= 1',
  ],
  [
    'part of a call as a burst',
    withAccount({ budget: { burst: 1.5 } }),
    'accounts.0.budget.burst: must be integer',
  ],
  [
    'an endpoint that nobody reads',
    { ...minimal, endpoints: { overrides: { IBMCLOUD_X: 'y' } } },
    'endpoints.overrides: unknown field IBMCLOUD_X',
  ],
  ['a deadline of nothing', { ...minimal, endpoints: { timeout: '0s' } }, `endpoints.timeout: ${duration}`],
  [
    'a duration without a unit',
    { ...minimal, endpoints: { timeout: '30' } },
    `endpoints.timeout: ${duration}`,
  ],
  ['a number as a duration', { ...minimal, endpoints: { timeout: 30 } }, 'endpoints.timeout: must be string'],
  [
    'a duration beyond timers',
    { ...minimal, timings: { driftCheck: '169h' } },
    `timings.driftCheck: ${duration}`,
  ],
  ['a pace that does not exist', { ...minimal, timings: { fast: {} } }, 'timings: unknown field fast'],
  ['an empty cluster id', { ...minimal, clusterID: '' }, `clusterID: ${clusterRule}`],
  ['a cluster id with capitals', { ...minimal, clusterID: 'Prod' }, `clusterID: ${clusterRule}`],
  [
    'a cluster id that would end the tag’s part',
    { ...minimal, clusterID: 'a:b' },
    `clusterID: ${clusterRule}`,
  ],
  [
    'a cluster id that does not fit into a tag',
    { ...minimal, clusterID: 'c'.repeat(79) },
    'clusterID: must NOT have more than 78 characters',
  ],
  ['a number as a cluster id', { ...minimal, clusterID: 7 }, 'clusterID: must be string'],
  ['no namespace to watch', { ...minimal, watchNamespaces: [] }, `watchNamespaces: ${namespacesRule}`],
  [
    'one namespace twice',
    { ...minimal, watchNamespaces: ['team', 'other', 'team'] },
    `watchNamespaces: ${namespacesRule}`,
  ],
  [
    'what is no namespace',
    { ...minimal, watchNamespaces: ['*', 'a'.repeat(64)] },
    'watchNamespaces.0: must be the name of a namespace: lower case letters, digits and hyphens',
    'watchNamespaces.1: must NOT have more than 63 characters',
  ],
  ['one namespace as text', { ...minimal, watchNamespaces: 'team' }, 'watchNamespaces: must be array'],
  [
    'a Lease of no possible name',
    { ...minimal, leaderElection: { leaseName: 'vpe_operator' } },
    'leaderElection.leaseName: must be the name of a Lease: lower case letters, digits, hyphens and dots',
  ],
  [
    'a Lease for no time',
    { ...minimal, leaderElection: { leaseDuration: '0s' } },
    `leaderElection.leaseDuration: ${duration}`,
  ],
  ['no workers', { ...minimal, workers: 0 }, 'workers: must be >= 1'],
  ['a thousand workers', { ...minimal, workers: 1_000 }, 'workers: must be <= 100'],
  [
    'no deletion ever',
    { ...minimal, changeBudget: { deletesPerHour: 0 } },
    'changeBudget.deletesPerHour: must be >= 1',
  ],
  ['a port that is none', { ...minimal, http: { port: 65_536 } }, 'http.port: must be <= 65535'],
])('%s is refused', (_, content, ...lines) => {
  expect(complaint(content)).toBe(
    ['FILE is not a valid configuration:', ...lines.map((line) => `  ${line}`)].join('\n'),
  );
});

test.each<[what: string, content: unknown, message: string]>([
  [
    'some namespaces without a cluster id',
    { ...minimal, watchNamespaces: ['team'] },
    'FILE: watchNamespaces needs a clusterID that no other installation has, as in clusterID: team-1; without it ' +
      'two installations in one cluster would report each other’s gateways as orphans',
  ],
  ['one account twice', { accounts: [account, account] }, 'FILE names account default twice'],
  [
    'a base above the max',
    { ...minimal, timings: { retry: { base: '5m' } } },
    'timings.retry: base must not be longer than max; base is 300000 ms, max is 120000 ms',
  ],
  [
    'a deadline as long as the Lease',
    { ...minimal, leaderElection: { renewDeadline: '15s' } },
    `${timesRule}; they are 15000, 15000 and 2000 ms`,
  ],
  [
    'a retry that would miss the deadline',
    { ...minimal, leaderElection: { retryPeriod: '9s' } },
    `${timesRule}; they are 15000, 10000 and 9000 ms`,
  ],
  [
    'a Lease for part of a second',
    { ...minimal, leaderElection: { leaseDuration: '10500ms' } },
    'leaderElection: the lease duration must be whole seconds; it is 10500 ms',
  ],
  [
    'a host that is not IBM’s',
    { ...minimal, endpoints: { overrides: { IBMCLOUD_IAM_API_ENDPOINT: 'https://iam.example' } } },
    "IBMCLOUD_IAM_API_ENDPOINT: host iam.example is not IBM's; add it to endpoints.allowedHosts if tokens may be sent there",
  ],
])('%s is refused', (_, content, message) => {
  expect(complaint(content)).toBe(message);
});

describe('what is no YAML is refused', () => {
  test('with the place', () => {
    expect(complaint('accounts: [\nworkers: 1\n')).toMatch(/^FILE is not YAML: .+ at line \d+, column \d+$/);
  });

  test.each([
    ['a key in a broken line', (key: string) => `accounts:\n  - name: a\n   apiKey: ${key}\n`],
    ['a key behind a tab', (key: string) => `accounts:\n\t- ${key}\n`],
    ['a key that is an alias', (key: string) => `accounts: *${key}\n`],
    ['a key where a path belongs', (key: string) => stringify(withAccount({ auth: { apiKey: key } }))],
    ['a key as a duration', (key: string) => stringify({ ...minimal, endpoints: { timeout: key } })],
    [
      'a key in a URL',
      (key: string) =>
        stringify({
          ...minimal,
          endpoints: { overrides: { IBMCLOUD_IAM_API_ENDPOINT: `https://u:${key}@iam.cloud.ibm.com` } },
        }),
    ],
  ])('without showing %s', (_, content) => {
    expect(() => expectNoSecret(complaint(content(canaryApiKey())))).not.toThrow();
  });
});

test('an error of a configuration knows no cause that could quote it', () => {
  const content = `accounts:\n\t- ${canaryApiKey()}\n`;
  const error = (() => {
    try {
      return load(content);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(ConfigError);
  expect(error).not.toHaveProperty('cause');
});
