/**
 * The story of the demo: gateways come, one drifts and heals, one is changed, all go, nothing is left. Every step
 * waits for what it announces, so the demo ends well only if all of it happened.
 */
import type { Cloud } from '../cloud/cloud.ts';
import { connect } from '../cloud/client.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { readAudit } from '../harness/audit.ts';
import { kubectl } from '../harness/kubectl.ts';
import { until } from '../lib/until.ts';
import { account } from './accounting.ts';
import { findLeftovers } from './leftovers.ts';
import { type Manifest, toYaml } from './manifests.ts';
import type { Observer, Seen } from './observer.ts';
import type { DemoResult, GatewayResult } from './result.ts';
import type { Screen } from './screen.ts';

export const demoNamespace = 'demo';

export interface Stage {
  readonly plane: ControlPlane;
  readonly cloud: Cloud;
  readonly observer: Observer;
  readonly screen: Screen;
  readonly manifests: readonly Manifest[];
  /** For every wait: generous, since only a failure waits for it. */
  readonly deadlineMs: number;
}

export async function play(stage: Stage): Promise<DemoResult> {
  const { plane, cloud, observer, screen, manifests } = stage;
  const names = manifests.map(({ metadata }) => metadata.name);

  screen.step(`kubectl apply: ${names.length} gateways`);
  await kubectl(plane, ['apply', '-n', demoNamespace, '-f', '-'], { input: toYaml(manifests) });
  await untilAllReady(stage, names);
  const created = names.map((name) => seenOf(observer, name));

  const [drifting, changing] = pickActors(manifests);
  await drift(stage, drifting);
  await change(stage, changing);

  screen.step('kubectl delete: everything');
  await kubectl(plane, ['delete', '-n', demoNamespace, '--wait=false', 'endpointgateways', '--all']);
  await until(() => names.every((name) => observer.get(name)?.gone), {
    what: `all ${names.length} objects are gone`,
    deadlineMs: stage.deadlineMs,
  });
  const disturbed = new Set([drifting, changing]);
  const gateways = names.map((name) => ({
    name,
    ids: seenOf(observer, name).ids,
    disturbed: disturbed.has(name),
  }));
  const requests = cloud.control.requestLog.entries();
  return {
    gateways: created.map(resultOf),
    policies: [],
    profiles: [],
    ...account(requests, await readAudit(plane.auditLog), gateways),
    leftovers: await findLeftovers(plane, cloud, retainedIds(manifests, observer)),
  };
}

/** Gateways that their spec says to leave in the cloud; they lose our tag. */
function retainedIds(manifests: readonly Manifest[], observer: Observer): ReadonlySet<string> {
  const retained = manifests.filter(({ spec }) => spec['deletionPolicy'] === 'Retain');
  return new Set(retained.flatMap(({ metadata }) => seenOf(observer, metadata.name).ids));
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

/** Somebody removes a security group behind the operator's back; the drift check finds and heals it. */
async function drift(stage: Stage, name: string): Promise<void> {
  const { cloud, observer, screen } = stage;
  const id = seenOf(observer, name).ids.at(-1) ?? '';
  const groups = (): readonly string[] => cloud.control.stateLog.of(id).at(-1)?.securityGroups ?? [];
  const before = groups();
  screen.step(`drift: somebody detaches security group ${before[0]} from ${name}, not through Kubernetes`);
  const somebody = await connect(cloud);
  const answer = await somebody.vpc('DELETE', `/security_groups/${before[0]}/targets/${id}`);
  if (answer.status !== 204) {
    throw new Error(`the drift could not be made: ${answer.status}`);
  }
  await until(() => groups().length === before.length, {
    what: `the operator attaches security group ${before[0]} to ${name} again`,
    deadlineMs: stage.deadlineMs,
  });
  await untilReadyInState(stage, name, 'Stable');
  screen.detail(`healed: ${name} has its ${before.length} security groups again`);
}

/** The user edits the spec; here the gateway's name in the cloud. */
async function change(stage: Stage, name: string): Promise<void> {
  const { plane, cloud, observer, screen } = stage;
  const id = seenOf(observer, name).ids.at(-1) ?? '';
  const wanted = `${name.slice(0, 40)}-renamed`;
  screen.step(`change: kubectl patch ${name}: spec.name ${wanted}`);
  const patch = JSON.stringify({ spec: { name: wanted } });
  await kubectl(plane, ['patch', '-n', demoNamespace, 'endpointgateway', name, '--type=merge', '-p', patch]);
  await until(() => cloud.control.stateLog.of(id).at(-1)?.name === wanted, {
    what: `gateway ${id} is renamed to ${wanted}`,
    deadlineMs: stage.deadlineMs,
  });
  await untilReadyInState(stage, name, 'Stable');
  screen.detail(`done: the cloud calls it ${wanted}`);
}

async function untilAllReady({ observer, deadlineMs }: Stage, names: readonly string[]): Promise<void> {
  await until(() => names.every((name) => observer.get(name)?.isReady), {
    what: `all ${names.length} gateways are Ready`,
    deadlineMs,
  });
}

async function untilReadyInState(
  { observer, deadlineMs }: Stage,
  name: string,
  state: string,
): Promise<void> {
  await until(
    () => {
      const seen = observer.get(name);
      return seen?.isReady === true && seen.state === state;
    },
    { what: `${name} is Ready and ${state}`, deadlineMs },
  );
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
