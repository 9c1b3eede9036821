/**
 * The simulator as the Go program meets it: what is seeded beyond what IBM's APIs can create, and the file that
 * tells where everything is (`go/environment_test.go` reads it).
 */
import type { Cloud, CloudOptions, Endpoints } from '../cloud/cloud.ts';
import { fastSettings } from '../cloud/settings.ts';
import { serviceTargets } from '../cloud/vpc/targets.ts';

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
export function describeCloud({ control, endpoints, plainEndpoints, caPem }: Cloud, files: Files): unknown {
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
    vpc: seed.vpc({ name: 'contract' }).id,
    otherVPC: seed.vpc({ name: 'contract-other' }).id,
    doomedVPC: seed.vpc({ name: 'contract-doomed' }).id,
    targets: targets.map(({ crn }) => crn),
    bindableTarget: targets.findIndex(({ name }) => name === 'object-storage'),
    ...files,
  };
}

function urlsOf({ vpc, iam, tagging, admin }: Endpoints): unknown {
  return { vpc: vpc(REGION), iam, tagging, admin };
}
