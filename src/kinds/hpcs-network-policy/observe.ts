/**
 * Reads what a pass needs: the instance's state, its policy over the private endpoint, and only where that does not
 * tell, or as a step of the guard, over the public one.
 */
import { CloudError } from '../../cloud/errors.ts';
import type { InstanceEndpoints } from '../../cloud/endpoints.ts';
import { isDedicated } from '../../cloud/key-endpoints.ts';
import { isDeleting } from '../../controller/finalizer.ts';
import type { Io } from '../../controller/kind.ts';
import { nextGuard, wantsOpen } from './guard.ts';
import { guidOf, isLeaving, regionOf, serviceOf } from './instance.ts';
import { askPrivate, askPublic } from './observe/ask.ts';
import { readGateway, trustedBy } from './observe/gateway.ts';
import { needsPublic } from './observe/needs-public.ts';
import { olderRival } from './observe/rival.ts';
import { isRead, type Observed, type PolicyResource } from './observed.ts';

export async function observe(resource: PolicyResource, io: Io): Promise<Observed> {
  const guid = guidOf(resource.spec);
  const { allows } = io.session;
  const isAllowed = allows.instance(guid, resource.spec.instance.crn ?? guid);
  const rival = olderRival(resource, io.objects.rivals());
  const isOurs = isAllowed && rival === undefined;
  const looked = isOurs && !isLeft(resource) ? await look(resource, guid, io) : nothing;
  const now = surroundingsOf(io);
  return { guid, isAllowed, rival, ...looked, ...now, guard: nextGuard(resource, { ...looked, ...now }) };
}

function surroundingsOf({
  session,
  clock,
  identity,
}: Io): Pick<Observed, 'nowMs' | 'cloudNowMs' | 'identity' | 'mayClose' | 'timeoutMs'> {
  const { time, timeoutMs, allows } = session;
  const times = { nowMs: clock.now(), cloudNowMs: time.now(), timeoutMs };
  return { ...times, identity, mayClose: allows.verb('close') };
}

/** It goes and leaves the policy as it is: then nobody has to be asked. */
function isLeft(resource: PolicyResource): boolean {
  return isDeleting(resource) && !wantsOpen(resource) && resource.status?.change === undefined;
}

type Looked = Pick<
  Observed,
  'instance' | 'endpoints' | 'isDedicated' | 'gateway' | 'trusted' | 'private' | 'public'
>;

async function look(resource: PolicyResource, guid: string, io: Io): Promise<Looked> {
  const gateway = await readGateway(resource, io.objects);
  const instance = await readInstance(resource, guid, io);
  const trusted = trustedBy(resource, gateway);
  const known: Looked = { ...nothing, gateway, trusted, instance };
  if (isRead(instance) && isLeaving(instance.state)) {
    return known;
  }
  const endpoints = await readEndpoints(resource, instance, guid, io);
  if (endpoints === undefined) {
    return known;
  }
  if (isRead(instance) && isDedicated(instance, endpoints)) {
    return { ...known, endpoints, isDedicated: true };
  }
  const asked = { guid, endpoints, trusted, turn: resource.status?.proofs?.times.length ?? 0 };
  const inner = await askPrivate(asked, io);
  const now = surroundingsOf(io);
  const { change } = nextGuard(resource, { private: inner, public: undefined, ...now });
  const outer = needsPublic(resource, inner, { change, ...now }) ? await askPublic(asked, io) : undefined;
  return { ...known, endpoints, private: inner, public: outer };
}

const nothing: Looked = {
  instance: undefined,
  endpoints: undefined,
  isDedicated: false,
  gateway: { kind: 'none' },
  trusted: { kind: 'private' },
  private: undefined,
  public: undefined,
};

/** Resource Controller in trouble is no reason to leave a closing unconfirmed. */
async function readInstance({ spec }: PolicyResource, guid: string, io: Io): Promise<Observed['instance']> {
  try {
    return await io.session.resourceController.getInstance(spec.instance.crn ?? guid, io);
  } catch (error) {
    if (error instanceof CloudError) {
      return { unread: error.message };
    }
    throw error;
  }
}

/** Of an instance that could not be read, by what the object and earlier answers tell; `undefined`: nothing tells. */
async function readEndpoints(
  resource: PolicyResource,
  instance: Observed['instance'],
  guid: string,
  io: Io,
): Promise<InstanceEndpoints | undefined> {
  const service = serviceOf(resource);
  const { keyEndpoints } = io.session;
  if (isRead(instance)) {
    return keyEndpoints.endpointsOf(instance, io);
  }
  return service === undefined
    ? undefined
    : keyEndpoints.endpointsOf({ guid, service, region: regionOf(resource.spec) }, io);
}
