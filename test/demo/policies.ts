/**
 * An instance of a key-management service is closed to the public network and opened again, and one that has no private
 * path is not. Throws when something else happened.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

import { findCondition } from '../../src/controller/conditions.ts';
import type { PolicyResource } from '../../src/kinds/hpcs-network-policy/observed.ts';
import type { HpcsNetworkPolicySpec } from '../../src/kinds/hpcs-network-policy/types.gen.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { connect } from '../cloud/client.ts';
import { callOver } from '../cloud/network/https-call.ts';
import { networkOf } from '../cloud/network/network.ts';
import { isPrivateOnly } from '../cloud/keys/model.ts';
import type { ServiceInstance } from '../cloud/resources/instances.ts';
import { repositoryPath } from '../lib/repository.ts';
import { type Manifest, toYaml } from './manifests.ts';
import type { PolicyResult } from './result.ts';

/** The guard of the example takes a minute, and a demo is shorter. */
const window = '6s';

export interface PolicyStage {
  readonly cloud: Cloud;
  /** As a person runs it in the demo's namespace; standard output. */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>;
  readonly tell: (text: string) => void;
  readonly reach: (what: string, isReached: () => Promise<boolean>) => Promise<void>;
}

export async function closeAndOpen(stage: PolicyStage): Promise<readonly PolicyResult[]> {
  const { cloud, kubectl, tell, reach } = stage;
  const { seed } = cloud.control;
  const reached = seed.hpcsInstance({ name: 'hsm' });
  const unreached = seed.hpcsInstance({ name: 'hsm-without-a-path' });
  leadNowhere(cloud, unreached);
  const [closed, refused] = await Promise.all([
    example('hsm', reached),
    example('hsm-without-a-path', unreached),
  ]);
  const read = async ({ metadata: { name } }: Manifest): Promise<PolicyResource> =>
    JSON.parse(await kubectl(['get', 'hpcsnetworkpolicy', name, '-o', 'json'])) as PolicyResource;
  const isReady = async (manifest: Manifest): Promise<boolean> => {
    const { status, metadata } = await read(manifest);
    const { status: ready } = findCondition(status?.conditions, 'Ready') ?? {};
    return ready === 'True' && status?.observedGeneration === metadata.generation;
  };

  tell(
    `the public endpoint of hsm answers ${await callPublic(cloud, reached)}; the guard's window is ${window}`,
  );
  await kubectl(['apply', '-f', '-'], toYaml([closed]));
  let planned = '';
  await reach('hsm is closed, and Ready', async () => {
    planned ||= (await read(closed)).status?.plan?.actions[0]?.action ?? '';
    return isReady(closed);
  });
  tell(`it was about to ${planned}`);
  await showTable(stage);
  const denied = await callPublic(cloud, reached);
  tell(`the public endpoint of hsm answers ${denied}`);

  await kubectl(['apply', '-f', '-'], toYaml([refused]));
  await reach('hsm-without-a-path says what is in the way', async () => {
    const { status } = await read(refused);
    return findCondition(status?.conditions, 'PrivatePath')?.reason === 'PathTimeout';
  });
  const { message } = findCondition((await read(refused)).status?.conditions, 'PrivatePath') ?? {};
  tell(`hsm-without-a-path is not closed: ${message}`);

  const patch = JSON.stringify({ spec: { allowedNetwork: 'PublicAndPrivate' } });
  await kubectl(['patch', 'hpcsnetworkpolicy', 'hsm', '--type=merge', '-p', patch]);
  await reach('hsm is open again, and Ready', async () => isReady(closed));
  await showTable(stage);
  const answered = await callPublic(cloud, reached);
  tell(`the public endpoint of hsm answers ${answered}`);
  if (denied !== 401 || answered !== 200 || isClosed(cloud, unreached)) {
    throw new Error(`the instances are not as they were said to be: ${denied}, ${answered}`);
  }
  const results = await Promise.all([closed, refused].map(async (one) => resultOf(await read(one))));
  await kubectl(['delete', 'hpcsnetworkpolicies', '--all']);
  return results;
}

/** As where the route to the service endpoints is missing: the address is known, and nothing comes back from it. */
function leadNowhere({ control }: Cloud, { keys }: ServiceInstance): void {
  const address = '166.9.200.1';
  const name = keys?.endpoints.private ?? '';
  control.network.dnsFaults.add({ kind: 'wrongZone', name, address });
  control.network.addressFaults.add({ kind: 'blackhole', address });
}

async function showTable({ kubectl, tell }: PolicyStage): Promise<void> {
  const table = await kubectl(['get', 'hpcsnetworkpolicies']);
  table
    .trimEnd()
    .split('\n')
    .forEach((line) => tell(line));
}

/** deploy/examples/policies/private-only.yaml, for another instance and with a shorter guard. */
async function example(name: string, { crn, guid }: ServiceInstance): Promise<Manifest> {
  const path = repositoryPath('deploy', 'examples', 'policies', 'private-only.yaml');
  const manifest = parse(await readFile(path, 'utf8')) as Manifest;
  const { lockoutGuard } = manifest.spec as unknown as HpcsNetworkPolicySpec;
  const guard = { ...lockoutGuard, acknowledgedInstance: guid, window };
  return {
    ...manifest,
    metadata: { name },
    spec: { ...manifest.spec, instance: { crn }, lockoutGuard: guard },
  };
}

/** Status of the answer to somebody who comes from the internet with every right. */
async function callPublic(cloud: Cloud, { guid, keys }: ServiceInstance): Promise<number | undefined> {
  const { token } = await connect(cloud);
  const url = `https://${keys?.endpoints.public}/api/v2/instance/policies?policy=allowedNetwork`;
  const headers = { authorization: `Bearer ${token}`, 'bluemix-instance': guid };
  const { status } = await callOver(await networkOf(cloud, 'public'), url, { ca: cloud.caPem, headers });
  return status;
}

function isClosed({ control }: Cloud, { keys }: ServiceInstance): boolean {
  return keys !== undefined && isPrivateOnly(keys, control.clock.now());
}

function resultOf({ metadata: { name }, status }: PolicyResource): PolicyResult {
  const { reason = '' } = findCondition(status?.conditions, 'Ready') ?? {};
  return { name, reason, access: status?.access ?? '' };
}
