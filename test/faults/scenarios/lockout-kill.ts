/**
 * The operator's process is killed between the proofs of a closing, its intent, the write, its commit, the answer and
 * the confirmation, with or without its private path; the next one brings the closing to its end.
 */
import { holds } from '../../../src/controller/conditions.ts';
import type { PolicyResource } from '../../../src/kinds/hpcs-network-policy/observed.ts';
import { hpcsNetworkPolicyType } from '../../../src/kinds/hpcs-network-policy/types.gen.ts';
import { isPrivateOnly } from '../../cloud/keys/model.ts';
import type { ServiceInstance } from '../../cloud/resources/instances.ts';
import { until } from '../../lib/until.ts';
import type { Moment } from '../boundary.ts';
import { type FaultCase, type Scenario, type Verdict, verdictOf } from '../case.ts';
import { drop } from '../interference.ts';
import type { Lane } from '../lane.ts';
import { cutPrivatePath } from '../network-trouble.ts';
import type { Rig } from '../rig.ts';
import type { PassingCall } from '../traffic.ts';
import { inLane } from '../walk.ts';

const name = 'policy';
/** Real time: proofs are a matter of the operator's own clock. */
const window = '6s';
/** Of the cloud's clock, so that what got lost counts as lost after some calls. */
const callMs = 500;

const read = 'GET instance/policies [private]';
const write = 'PUT instance/policies [private]';
const status = 'apply hpcsnetworkpolicies/status';

interface Death {
  /** In words. */
  readonly name: string;
  /** Which call it is, given how often each was made before. */
  readonly at: (call: string, made: (call: string) => number) => boolean;
  readonly moment: Moment;
  /** The private path dies with the process, and is mended once the next one has met that. */
  readonly cut?: true;
}

const isFirst =
  (wanted: string): Death['at'] =>
  (call, made) =>
    call === wanted && made(wanted) === 1;

const isAfterWrite =
  (wanted: string): Death['at'] =>
  (call, made) =>
    call === wanted && made(write) === 1;

const deaths: readonly Death[] = (['before', 'after'] as const).flatMap((moment): readonly Death[] => [
  { name: `${moment} the third proof`, moment, at: (call, made) => call === read && made(read) === 3 },
  { name: `${moment} the intent is stored`, moment, at: isFirst(`${status} [change]`) },
  { name: `${moment} the closing`, moment, at: isFirst(write) },
  { name: `${moment} the closing, with the path`, moment, at: isFirst(write), cut: true },
  { name: `${moment} the confirming read`, moment, at: isAfterWrite(read) },
  { name: `${moment} the confirming read, with the path`, moment, at: isAfterWrite(read), cut: true },
  { name: `${moment} the status that tells of it`, moment, at: isAfterWrite(status) },
]);

export const lockoutKill: Scenario = {
  name: 'lockout-kill',
  about: 'SIGKILL around the closing of an instance',
  plan: async (_, { short }) => ({
    cases: deaths.filter(({ name: said }) => !short || said.endsWith('the closing')).map(caseOf),
    from: 'the calls of a closing, before and after each',
  }),
};

function caseOf(death: Death): FaultCase {
  return { scenario: 'lockout-kill', name: death.name, run: async (rig) => run(rig, death) };
}

async function run(rig: Rig, death: Death): Promise<Verdict> {
  let instance: ServiceInstance | undefined;
  const options = {
    side: 'classic',
    callMs,
    seed: ({ cloud }: Lane) => {
      instance = cloud.control.seed.hpcsInstance({ name: 'hsm' });
    },
  } as const;
  return inLane(rig, options, async (lane) => {
    await lane.start();
    await lane.untilLeading();
    const died = killAt(lane, death);
    await rig.admin.create(lane.namespace, manifest(instance), hpcsNetworkPolicyType);
    const mend = await died;
    await lane.restart();
    if (mend !== undefined) {
      await until(async () => hasLostWay(await policyOf(lane)), {
        what: 'the lost path is met',
        deadlineMs: 60_000,
      });
      mend();
    }
    await until(async () => isClosed(await policyOf(lane)), {
      what: 'the closing comes to its end',
      deadlineMs: 90_000,
    });
    return verdictOf(problemsIn(lane, instance));
  });
}

/** Resolves when it is dead, with how to mend the path that died with it. */
async function killAt(lane: Lane, { at, moment, cut }: Death): Promise<(() => void) | undefined> {
  const died = Promise.withResolvers<(() => void) | undefined>();
  const counts = new Map<string, number>();
  const made = (call: string): number => counts.get(call) ?? 0;
  lane.traffic.hook = async ({ name: call, moment: when }: PassingCall) => {
    if (when === 'before') {
      counts.set(call, made(call) + 1);
    }
    if (when !== moment || !at(call, made)) {
      return undefined;
    }
    lane.traffic.hook = undefined;
    const mend = cut === true ? await cutPrivatePath(lane, 'refused') : undefined;
    await lane.kill();
    died.resolve(mend);
    return drop;
  };
  return died.promise;
}

function manifest(instance: ServiceInstance | undefined): object {
  const { group, version, kind } = hpcsNetworkPolicyType;
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name },
    spec: {
      instance: { crn: instance?.crn },
      allowedNetwork: 'PrivateOnly',
      initializationAsserted: true,
      lockoutGuard: { acknowledgedInstance: instance?.guid, window, verifyTimeout: '10s' },
    },
  };
}

async function policyOf({ rig, namespace }: Lane): Promise<PolicyResource> {
  return rig.admin.read<PolicyResource>(namespace, name, hpcsNetworkPolicyType);
}

function hasLostWay({ status: said }: PolicyResource): boolean {
  return said?.endpoints?.private?.result === 'Unreachable';
}

function isClosed({ status: said, metadata }: PolicyResource): boolean {
  return said?.observedGeneration === metadata.generation && holds(said?.conditions, 'Ready');
}

/** As sentences. */
function problemsIn({ cloud, traffic }: Lane, instance: ServiceInstance | undefined): readonly string[] {
  const { clock, requestLog } = cloud.control;
  const writes = requestLog.entries({ operation: 'put_instance_policy' });
  const over = writes.filter(({ service }) => service !== 'keys-private');
  const back = writes.filter(
    ({ body }) => body !== undefined && !JSON.stringify(body).includes('private-only'),
  );
  const isShut = instance?.keys !== undefined && isPrivateOnly(instance.keys, clock.now());
  return [
    ...traffic.failures.map((failure) => `the harness failed: ${failure}`),
    ...(isShut ? [] : ['the instance is open']),
    ...(over.length === 0 ? [] : ['the policy was set over the public endpoint']),
    ...(back.length === 0 ? [] : ['something was put back although the path came back in time']),
    ...(writes.length <= 2 ? [] : [`the closing was sent ${writes.length} times`]),
  ];
}
