/**
 * The story of the demo: gateways come, one drifts and heals, one is changed, all go, nothing is left. Every step
 * waits for what it announces, so the demo ends well only if all of it happened.
 */
import { findCondition, holds } from '../../src/controller/conditions.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { connect } from '../cloud/client.ts';
import type { HeldState } from '../cloud/state-log.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { readAudit } from '../harness/audit.ts';
import { kubectl } from '../harness/kubectl.ts';
import { until } from '../lib/until.ts';
import { account } from './accounting.ts';
import { findLeftovers } from './leftovers.ts';
import { type Manifest, toYaml } from './manifests.ts';
import type { Observer, Seen } from './observer.ts';
import { type Astray, isTold, ownVPC, proofResults, proofTypes, wordsOf } from './proofs.ts';
import { closeAndOpen } from './policies.ts';
import type { DemoResult, GatewayResult, PolicyResult, ProofResult, SituationResult } from './result.ts';
import type { Screen } from './screen.ts';
import type { Situations } from './situations.ts';
import { seconds } from './text.ts';

export const demoNamespace = 'demo';

export interface Story {
  readonly plane: ControlPlane;
  readonly cloud: Cloud;
  readonly observer: Observer;
  readonly screen: Screen;
  readonly manifests: readonly Manifest[];
  /** Absent: nothing is proven. */
  readonly astray?: Astray;
  /** Absent: they are left out. */
  readonly situations?: Situations;
  /** What is applied, in the words of a title. */
  readonly opening: string;
  /** For every wait: generous, since only a failure waits for it. */
  readonly deadlineMs: number;
  /** Ends the story early, with the signal's reason. */
  readonly signal: AbortSignal;
}

export async function play(story: Story): Promise<DemoResult> {
  const { plane, cloud, observer, screen, manifests } = story;
  const names = manifests.map(({ metadata }) => metadata.name);

  screen.step(`${title(story, 1)}: ${story.opening}`);
  await kubectl(plane, ['apply', '-n', demoNamespace, '-f', '-'], { input: toYaml(manifests) });
  await reach(story, `all ${names.length} gateways are Ready`, () =>
    names.every((name) => observer.get(name)?.isReady),
  );
  const created = names.map((name) => seenOf(observer, name));

  const proofs = story.astray === undefined ? [] : await prove(story, story.astray, names);
  const [drifting, changing] = pickActors(manifests);
  await drift(story, drifting);
  await change(story, changing);
  const met = story.situations === undefined ? [] : await meet(story, story.situations);

  const policies = story.situations === undefined ? [] : await policiesIn(story);

  screen.step(`${title(story, 'last')}: kubectl delete endpointgateways --all`);
  const retained = manifests.filter(({ spec }) => spec['deletionPolicy'] === 'Retain');
  for (const { metadata } of retained) {
    screen.detail(`the gateway of ${metadata.name} stays in the cloud, untagged: deletionPolicy is Retain`);
  }
  await kubectl(plane, ['delete', '-n', demoNamespace, '--wait=false', 'endpointgateways', '--all']);
  await reach(story, `all ${observer.all().length} objects are gone`, () =>
    observer.all().every(({ gone }) => gone),
  );
  const disturbed = new Set([drifting, changing, story.astray?.object]);
  const gateways = names.map((name) => ({
    name,
    ids: seenOf(observer, name).ids,
    disturbed: disturbed.has(name),
  }));
  const requests = cloud.control.requestLog.entries();
  return {
    gateways: created.map(resultOf),
    proofs,
    situations: met,
    policies,
    profiles: [],
    ...account(requests, await readAudit(plane.auditLog), gateways),
    leftovers: await findLeftovers(plane, cloud, idsOf(retained, observer)),
  };
}

/** Ids that the gateways had in the cloud. */
function idsOf(manifests: readonly Manifest[], observer: Observer): ReadonlySet<string> {
  return new Set(manifests.flatMap(({ metadata }) => seenOf(observer, metadata.name).ids));
}

/** A gateway with two security groups to lose one, and another one to be changed. */
function pickActors(manifests: readonly Manifest[]): readonly [string, string] {
  const drifting = manifests.find(
    ({ spec }) => ((spec['securityGroups'] as unknown[] | undefined)?.length ?? 0) > 1,
  );
  const changing = manifests.find((manifest) => manifest !== drifting);
  if (drifting === undefined || changing === undefined) {
    throw new Error('the demo needs two gateways, one of them with two security groups');
  }
  return [drifting.metadata.name, changing.metadata.name];
}

/** Stable is not all: what can be proven from the operator's own VPC, what is wrong there, and that it heals. */
async function prove(
  story: Story,
  { object, name, renew }: Astray,
  names: readonly string[],
): Promise<readonly ProofResult[]> {
  const { observer, screen } = story;
  screen.step(`${title(story, 2)}: the operator is in ${ownVPC} and tries what the gateways promise there`);
  await reach(story, 'something is told of every gateway', () =>
    names.every((one) => isTold(seenOf(observer, one))),
  );
  names.flatMap((one) => wordsOf(seenOf(observer, one))).forEach((line) => screen.detail(line));
  const [dns] = proofTypes;
  if (findCondition(seenOf(observer, object).conditions, dns)?.reason !== 'DNSAnswerClassic') {
    throw new Error(`it was not found out that ${name} leads astray`);
  }
  screen.detail(
    'the DHCP lease of the Nodes is renewed: from now on they ask resolvers that know the gateway',
  );
  renew();
  await reach(story, `${name} leads to the gateway`, () => holds(seenOf(observer, object).conditions, dns));
  screen.detail(wordsOf(seenOf(observer, object))[0] ?? '');
  return proofResults(observer, names);
}

/** Somebody removes a security group behind the operator's back; the drift check finds and heals it. */
async function drift(story: Story, name: string): Promise<void> {
  const { cloud, observer, screen } = story;
  const id = seenOf(observer, name).ids.at(-1) ?? '';
  const groups = (): readonly string[] => heldOf(cloud, id)?.securityGroups ?? [];
  const before = groups();
  screen.step(`${title(story, 3)}: somebody takes a security group off ${name}, and not through Kubernetes`);
  const beganMs = Date.now();
  const passed = seenOf(observer, name).states.length;
  const somebody = await connect(cloud);
  const answer = await somebody.vpc('DELETE', `/security_groups/${before[0]}/targets/${id}`);
  if (answer.status !== 204) {
    throw new Error(`the drift could not be made: ${answer.status}`);
  }
  screen.detail(`the cloud now holds ${groups().length} of its ${before.length} security groups`);
  await reach(story, `the operator attaches security group ${before[0]} to ${name} again`, () => {
    return groups().length === before.length;
  });
  await reachStable(story, name, passed);
  screen.detail(`healed by the drift check, after ${seconds(Date.now() - beganMs)}`);
}

/** The user edits the spec; here the gateway's name in the cloud. */
async function change(story: Story, name: string): Promise<void> {
  const { plane, cloud, observer, screen } = story;
  const id = seenOf(observer, name).ids.at(-1) ?? '';
  const wanted = `${name.slice(0, 40)}-renamed`;
  screen.step(`${title(story, 4)}: kubectl patch ${name}: spec.name is ${wanted}`);
  const beganMs = Date.now();
  const passed = seenOf(observer, name).states.length;
  const patch = JSON.stringify({ spec: { name: wanted } });
  await kubectl(plane, ['patch', '-n', demoNamespace, 'endpointgateway', name, '--type=merge', '-p', patch]);
  await reach(story, `gateway ${id} is renamed to ${wanted}`, () => heldOf(cloud, id)?.name === wanted);
  await reachStable(story, name, passed);
  screen.detail(`the cloud calls it so, after ${seconds(Date.now() - beganMs)}`);
}

/** Three objects that meet others: each says what it waits for, collides with, or would do. */
async function meet(story: Story, situations: Situations): Promise<readonly SituationResult[]> {
  const { plane, observer, screen } = story;
  const get = (name: string): Seen | undefined => observer.get(name);
  const names = situations.manifests.map(({ metadata }) => metadata.name);
  screen.step(`${title(story, 5)}: kubectl apply of three that meet others: ${names.join(', ')}`);
  const input = toYaml(situations.manifests);
  await kubectl(plane, ['apply', '-n', demoNamespace, '-f', '-'], { input });
  await reach(story, 'each of them says what it has met', () => situations.isMet(get));
  for (const { name, reason, message, plan } of names.map((one) => seenOf(observer, one))) {
    screen.detail(`${name}: ${reason}: ${message}`);
    plan.forEach((action) => screen.detail(`  it would ${action}`));
  }
  const [waiting = ''] = names;
  screen.detail('the provider permits the request');
  await situations.permit();
  await reach(story, `${waiting} is Ready`, () => get(waiting)?.isReady);
  return situations.results(get);
}

/** Key management of IBM Cloud, closed to the public network without locking anybody out. */
async function policiesIn(story: Story): Promise<readonly PolicyResult[]> {
  const { plane, cloud, screen, deadlineMs, signal } = story;
  screen.step(
    `${title(story, 6)}: kubectl apply of a policy that closes an HPCS instance to the public network`,
  );
  return closeAndOpen({
    cloud,
    kubectl: async (args, input) =>
      kubectl(plane, ['-n', demoNamespace, ...args], input === undefined ? {} : { input }),
    tell: (text) => screen.detail(text),
    reach: async (what, isReached) => {
      await until(async () => signal.aborted || (await isReached()), { what, deadlineMs });
      signal.throwIfAborted();
    },
  });
}

/** `3 of 7`; the proofs, and the situations with the policies, are steps that may be left out. */
function title({ astray, situations }: Story, step: number | 'last'): string {
  const without = astray === undefined ? 1 : 0;
  const steps = 7 - without - (situations === undefined ? 2 : 0);
  return `${step === 'last' ? steps : step - (step > 2 ? without : 0)} of ${steps}`;
}

function heldOf(cloud: Cloud, gatewayId: string): HeldState | undefined {
  return cloud.control.stateLog.of(gatewayId).at(-1);
}

/** Waits until the gateway has left the states that it had `passed`, and is Ready again. */
async function reachStable(story: Story, name: string, passed: number): Promise<void> {
  await reach(story, `${name} is Ready again`, () => {
    const { states, state, isReady } = seenOf(story.observer, name);
    return states.length > passed && state === 'Stable' && isReady;
  });
}

async function reach(
  { deadlineMs, signal }: Story,
  what: string,
  isReached: () => boolean | undefined,
): Promise<void> {
  await until(() => signal.aborted || isReached() === true, { what, deadlineMs });
  signal.throwIfAborted();
}

function seenOf(observer: Observer, name: string): Seen {
  const seen = observer.get(name);
  if (seen === undefined) {
    throw new Error(`${name} was never seen`);
  }
  return seen;
}

function resultOf({ name, states, isReady, ips }: Seen): GatewayResult {
  return { name, states, ready: isReady, ips };
}
