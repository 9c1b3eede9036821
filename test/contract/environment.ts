/**
 * The simulator as the Go program meets it: what is seeded beyond what IBM's APIs can create, and the file that
 * tells where everything is (`go/environment_test.go` reads it).
 */
import { serviceTargets } from '../cloud/catalog/service-targets.ts';
import type { Endpoints } from '../cloud/apps.ts';
import type { Cloud, CloudOptions } from '../cloud/cloud.ts';
import type { Seed } from '../cloud/seed.ts';
import type { Control } from '../cloud/control.ts';
import { createFakeCluster } from '../cloud/iam/fake-cluster.ts';
import { fastSettings } from '../cloud/settings.ts';
import { DNS_BINDING_CONNECTOR_ROLE } from '../cloud/vpc/authorizations.ts';

const ACCOUNT = 'default';
const REGION = 'us-south';

/** Long enough for a poll to see every state, short enough for some thirty gateways one after another. */
export const cloudOptions: CloudOptions = {
  regions: [REGION],
  settings: { ...fastSettings, pendingMs: 30, createMs: 100, addressMs: 60, changeMs: 60, deleteMs: 60 },
  defaultSeed: false,
};

export interface Files {
  /** The Go program writes one line per exchange to it. */
  readonly report: string;
  readonly knownRawOnly: string;
}

/** Seeds the cloud and describes it. The result holds API keys: it belongs into a file that only we can read. */
export async function describeCloud(
  { control, endpoints, plainEndpoints, caPem }: Cloud,
  files: Files,
): Promise<unknown> {
  const { seed } = control;
  const account = seed.account(ACCOUNT);
  const targets = serviceTargets(REGION);
  return {
    endpoints: urlsOf(endpoints),
    plainEndpoints: urlsOf(plainEndpoints),
    ca: caPem,
    apiKey: seed.apiKey(ACCOUNT),
    viewerApiKey: seed.apiKey(ACCOUNT, { role: 'viewer' }),
    otherApiKey: seed.apiKey(seed.account('other').name),
    account: account.id,
    region: REGION,
    resourceGroup: account.defaultResourceGroup.id,
    team: seed.resourceGroup({ name: 'team' }).id,
    instances: seedInstances(seed),
    vpc: seed.vpc({ name: 'contract' }).id,
    otherVPC: seed.vpc({ name: 'contract-other' }).id,
    doomedVPC: seed.vpc({ name: 'contract-doomed', manualServers: ['10.0.0.53', '10.1.0.53'] }).id,
    virtualServer: seed.instance({ vpc: 'contract', name: 'worker', zone: `${REGION}-2` }).id,
    ...describeNeighbour(control),
    keeper: describeKeeper(control),
    ...(await describeIdentities(control)),
    targets: targets.map(({ crn }) => crn),
    bindableTarget: targets.findIndex(({ name }) => name === 'object-storage'),
    ...files,
  };
}

/** What Private Path and DNS sharing need besides: load balancers, and a VPC of the other account. */
function describeNeighbour(control: Control): object {
  const { seed } = control;
  const [own, other] = [control.account(ACCOUNT).id, control.account('other').id];
  seed.authorization({
    account: ACCOUNT,
    subject: { accountId: other, serviceName: 'is', resourceType: 'vpc' },
    resource: { accountId: own, serviceName: 'is' },
    roles: [DNS_BINDING_CONNECTOR_ROLE],
  });
  return {
    loadBalancer: seed.loadBalancer({ vpc: 'contract', name: 'private' }).id,
    publicLoadBalancer: seed.loadBalancer({ vpc: 'contract', name: 'public', isPrivatePath: false }).id,
    otherAccount: other,
    foreignVPC: seed.vpc({ account: 'other', name: 'contract-foreign' }).id,
    foreignServer: seed.instance({
      account: 'other',
      vpc: 'contract-foreign',
      name: 'worker',
      zone: `${REGION}-1`,
    }).id,
  };
}

/** An account of its own, whose instances stand in nobody's lists. */
function describeKeeper({ seed }: Control): object {
  const account = seed.account('keeper').name;
  return {
    apiKey: seed.apiKey(account),
    viewerApiKey: seed.apiKey(account, { role: 'viewer' }),
    hpcs: seed.hpcsInstance({ account, name: 'hsm' }).guid,
    older: seed.hpcsInstance({ account, name: 'older', port: 9110 }).guid,
    keyProtect: seed.keyProtectInstance({ account, name: 'keys' }).guid,
    closed: seed.hpcsInstance({ account, name: 'closed', allowedNetwork: 'private-only' }).guid,
    fresh: seed.hpcsInstance({ account, name: 'fresh', initialized: false }).guid,
  };
}

/** More than a page of two holds; the last one cannot be a target. */
function seedInstances(seed: Seed): unknown {
  const services = ['databases-for-redis', 'messagehub', 'logs', 'cloudantnosqldb'];
  return services.map((service) => {
    const { guid, crn, name } = seed.serviceInstance({ name: `contract-${service}`, service });
    return { guid, crn, name };
  });
}

/** Who can assume trusted profiles, and how: a ServiceAccount by its token, and the instance. */
async function describeIdentities({ seed, clock }: Control): Promise<object> {
  const instance = { id: '0717_contract', protocol: 'https' } as const;
  const subject = { namespace: 'contract', name: 'tester' };
  const cluster = await createFakeCluster('contract');
  seed.iam.cluster(cluster);
  const profile = seed.iam.trustedProfile({
    name: 'contract',
    rules: [[{ claim: 'name', operator: 'EQUALS', value: JSON.stringify(subject.name) }]],
    instances: [instance.id],
  });
  seed.iam.instance({ ...instance, defaultProfile: profile });
  return {
    crToken: await cluster.token(subject, clock.now() + 3_600_000),
    profile: { id: profile.id, name: profile.name, crn: profile.crn },
    strangeProfile: seed.iam.trustedProfile({ name: 'strange' }).id,
  };
}

function urlsOf({ vpc, keys, tke, ...others }: Endpoints): unknown {
  return {
    vpc: vpc(REGION),
    keys: keys(REGION, 'public'),
    privateKeys: keys(REGION, 'private'),
    tke: tke(REGION, 'public'),
    privateTke: tke(REGION, 'private'),
    ...others,
  };
}
