/**
 * Reads what a pass needs: the instance's state, its policy over the private endpoint, and only where that does not
 * tell, or as a step of the guard, over the public one.
 */
import { CloudError } from '../../cloud/errors.ts';
import type { InstanceEndpoints } from '../../cloud/endpoints.ts';
import { isDedicated } from '../../cloud/key-endpoints.ts';
import { isDeleting } from '../../controller/finalizer.ts';
import type { Io } from '../../controller/kind.ts';
import { type Guard, nextGuard } from './guard.ts';
import { reconcileAtOf, wantsOpen } from './guard/wishes.ts';
import { guidOf, isLeaving, regionOf, serviceOf } from './instance.ts';
import { askPrivate, askPublic } from './ask.ts';
import { readGateway, trustedBy } from './observe/gateway.ts';
import { needsPublic } from './observe/needs-public.ts';
import { olderRival } from './observe/rival.ts';
import { isRead, type Observed, type PolicyResource } from './observed.ts';

export async function observe(resource: PolicyResource, io: Io): Promise<Observed> {
  const guid = guidOf(resource.spec);
  const isAllowed = io.session.allows.instance(guid, resource.spec.instance.crn ?? guid);
  const rival = olderRival(resource, io.objects.rivals());
  const isOurs = isAllowed && rival === undefined && !isLeft(resource);
  const looked = isOurs ? await look(resource, guid, io) : notLooked(resource, io);
  const asked = { generation: resource.metadata.generation ?? 0, ...reconcileAtOf(resource) };
  return { guid, asked, isAllowed, rival, ...looked };
}

type Now = Pick<Observed, 'nowMs' | 'cloudNowMs' | 'identity' | 'mayClose' | 'timeoutMs'>;

function nowOf({ session, clock, identity }: Io): Now {
  const { time, timeoutMs, allows } = session;
  const times = { nowMs: clock.now(), cloudNowMs: time.now(), timeoutMs };
  return { ...times, identity, mayClose: allows.verb('close') };
}

/** What is known of a change stays known. */
function notLooked({ status }: PolicyResource, io: Io): Looked {
  const { change, takenBack, fruitless, applied } = status ?? {};
  return { ...nothing, ...nowOf(io), guard: { proofs: [], change, takenBack, fruitless, applied } };
}

/** It goes and leaves the policy as it is: then nobody has to be asked. */
function isLeft(resource: PolicyResource): boolean {
  return isDeleting(resource) && !wantsOpen(resource) && resource.status?.change === undefined;
}

type Seen = Pick<
  Observed,
  'instance' | 'endpoints' | 'isDedicated' | 'gateway' | 'trusted' | 'private' | 'public'
>;
type Looked = Seen & Now & { readonly guard: Guard };

async function look(resource: PolicyResource, guid: string, io: Io): Promise<Looked> {
  const known = await readAround(resource, guid, io);
  const { endpoints, trusted, instance, isDedicated: isOther } = known;
  const isLost = trusted.kind === 'gateway' && trusted.addresses.length === 0;
  const isGoing = isRead(instance) && isLeaving(instance.state);
  const turn = resource.status?.proofs?.times.length ?? 0;
  if (endpoints === undefined || isGoing || isOther) {
    return { ...known, ...concluded(resource, known, io) };
  }
  const asked = { guid, endpoints, trusted, turn };
  // That Kubernetes does not tell the addresses is no failure of the path.
  const inner = isLost ? undefined : await askPrivate(asked, io);
  const first = concluded(resource, { ...known, private: inner }, io);
  if (!needsPublic(resource, inner, first.guard.change)) {
    return { ...known, private: inner, ...first };
  }
  const both = { ...known, private: inner, public: await askPublic(asked, io) };
  const { guard: _, ...now } = first;
  return { ...both, ...now, guard: nextGuard(resource, { ...both, ...now, over: endpoints.private }) };
}

/** Proofs are dated before the public endpoint is asked. */
function concluded(resource: PolicyResource, seen: Seen, io: Io): Now & { readonly guard: Guard } {
  const now = nowOf(io);
  const over = seen.endpoints?.private ?? '';
  return { ...now, guard: nextGuard(resource, { ...seen, ...now, over }) };
}

async function readAround(resource: PolicyResource, guid: string, io: Io): Promise<Seen> {
  const gateway = await readGateway(resource, io.objects);
  const instance = await readInstance(resource, guid, io);
  const known: Seen = { ...nothing, gateway, trusted: trustedBy(resource, gateway), instance };
  const endpoints =
    isRead(instance) && isLeaving(instance.state)
      ? undefined
      : await readEndpoints(resource, instance, guid, io);
  return endpoints === undefined
    ? known
    : { ...known, endpoints, isDedicated: isRead(instance) && isDedicated(instance, endpoints) };
}

const nothing: Seen = {
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

/** `undefined`: nothing tells where it is, now that the instance cannot be read. */
async function readEndpoints(
  resource: PolicyResource,
  instance: Observed['instance'],
  guid: string,
  io: Io,
): Promise<InstanceEndpoints | undefined> {
  const region = regionOf(resource.spec);
  const { keyEndpoints } = io.session;
  return isRead(instance)
    ? keyEndpoints.endpointsOf({ ...instance, region }, io)
    : keyEndpoints.knownOf({ guid, service: serviceOf(resource), region });
}
