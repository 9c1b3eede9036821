/** Which policies at rest differ from what their status says: one read each, and a shared listing of the instances. */
import { isDeepStrictEqual } from 'node:util';
import { CloudError } from '../../cloud/errors.ts';
import type { ServiceInstance } from '../../cloud/resource-controller.ts';
import { findCondition } from '../../controller/conditions.ts';
import type { DriftCheck } from '../../controller/kind.ts';
import { type Key, keyOf } from '../../kube/object.ts';
import { isFinal } from './enforcement.ts';
import { wantsOpen } from './guard/wishes.ts';
import { guidOf, regionOf, serviceOf } from './instance.ts';
import { askPrivate, askPublic } from './ask.ts';
import { readGateway, trustedBy } from './observe/gateway.ts';
import type { Answer, PolicyResource } from './observed.ts';
import { daysLeft } from './report/conditions.ts';

export async function drifted(
  resources: readonly PolicyResource[],
  check: DriftCheck,
): Promise<readonly Key[]> {
  const listed = await readInstances(check);
  const found = resources.map(async (resource) => ((await differs(resource, listed, check)) ? resource : []));
  return (await Promise.all(found)).flat().map((resource) => keyOf(resource));
}

/** `undefined`: they cannot be listed now, which says nothing about any of them. */
async function readInstances({
  session,
  nowMs,
  signal,
  log,
}: DriftCheck): Promise<ReadonlyMap<string, ServiceInstance> | undefined> {
  try {
    return (await session.inventory.serviceInstances.read(nowMs, signal)).byId;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CloudError)) {
      throw error;
    }
    log.warn({ err: error }, 'whether instances of key-management services are still there is not known');
    return undefined;
  }
}

async function differs(
  resource: PolicyResource,
  listed: ReadonlyMap<string, ServiceInstance> | undefined,
  check: DriftCheck,
): Promise<boolean> {
  const { spec, status } = resource;
  const guid = guidOf(spec);
  const instance = listed?.get(guid);
  const service = instance?.service ?? serviceOf(resource);
  if ((listed !== undefined && instance?.state !== 'active') || service === undefined) {
    return true;
  }
  const located = instance ?? { guid, service, region: regionOf(spec) };
  const answer = await read(resource, located, check);
  if (answer === 'unknown') {
    return false;
  }
  const { message = '' } = findCondition(status?.conditions, 'Advisory') ?? {};
  const enforced = findCondition(status?.conditions, 'Enforced');
  if (enforced !== undefined && !isFinal(enforced)) {
    return true;
  }
  const isOutdated = message !== '' && !message.includes(daysLeft(check.session.time.now()));
  return isOutdated || answer.kind !== 'answered' || !isDeepStrictEqual(answer.policy, status?.policy);
}

/** `unknown`: whoever throttles or fails says nothing. */
async function read(
  resource: PolicyResource,
  located: Pick<ServiceInstance, 'guid' | 'service' | 'region' | 'endpoints'>,
  { session, find, signal, log }: DriftCheck,
): Promise<Answer | 'unknown'> {
  const context = { session, signal, priority: 'background' } as const;
  try {
    const endpoints = await session.keyEndpoints.endpointsOf(located, context);
    const trusted = trustedBy(resource, await readGateway(resource, { find }));
    const asked = { guid: located.guid, endpoints, trusted, turn: 0 };
    const inner = await askPrivate(asked, context);
    const answer = inner.kind === 'noWay' && wantsOpen(resource) ? await askPublic(asked, context) : inner;
    return answer.kind === 'failed' ? 'unknown' : answer;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CloudError)) {
      throw error;
    }
    log.warn({ err: error, instance: located.guid }, 'the policy of an instance is not compared');
    return 'unknown';
  }
}
