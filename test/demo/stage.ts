/** Sets the stage of the demo: control plane, simulated cloud and the built operator, as a cluster would run it. */
import { KubeConfig } from '@kubernetes/client-node';
import { pino } from 'pino';

import { createKubeClient } from '../../src/kube/client.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { operatorConfig } from '../cloud/operator-config.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { install, operatorAccount } from '../harness/install.ts';
import { kubectl } from '../harness/kubectl.ts';
import { type OperatorProcess, startOperator } from '../harness/operator-process.ts';
import { demoNamespace } from './demo.ts';
import { Observer } from './observer.ts';
import { ownVpcId, ownVPC } from './proofs.ts';
import type { Scale } from './scale.ts';
import { type Line, seconds, span } from './text.ts';

export interface Stage {
  readonly plane: ControlPlane;
  readonly cloud: Cloud;
  readonly operator: OperatorProcess;
  readonly observer: Observer;
  /** What was started, for people. */
  readonly description: readonly Line[];
}

/** Everything that it starts ends with `stack`. Aborting `signal` ends the start. */
export async function setStage(
  stack: AsyncDisposableStack,
  scale: Scale,
  signal: AbortSignal,
): Promise<Stage> {
  const beganMs = Date.now();
  const plane = await startControlPlane({ signal });
  stack.defer(async () => plane.stop());
  const planeMs = Date.now() - beganMs;
  const cloud = await startCloud({ settings: scale.cloud });
  stack.defer(async () => cloud.stop());
  const kubeconfig = await install(plane);
  await kubectl(plane, ['create', 'namespace', demoNamespace]);
  const side = await (await cloud.network()).sideConfig({ vpc: ownVpcId(cloud) });
  const operator = await startOperator({ kubeconfig, side, config: await configure(cloud, scale) });
  stack.defer(async () => void (await operator.stop()));
  const observer = observe(plane);
  stack.defer(async () => observer.stop());
  return { plane, cloud, operator, observer, description: describe(planeMs, scale) };
}

async function configure(cloud: Cloud, { operator }: Scale): Promise<object> {
  const config = await operatorConfig(cloud);
  return {
    ...config,
    accounts: config.accounts.map((account) => ({ ...account, budget: operator.budget })),
    timings: operator.timings,
    changeBudget: operator.changeBudget,
    probes: operator.probes,
    ownVPC: ownVpcId(cloud),
    http: { host: '127.0.0.1', port: 0 },
  };
}

function observe(plane: ControlPlane): Observer {
  const config = new KubeConfig();
  config.loadFromFile(plane.kubeconfig);
  const client = createKubeClient(config, {
    userAgent: 'vpe-operator-demo',
    requestTimeoutMs: 30_000,
    clock: systemClock,
  });
  return new Observer(client, demoNamespace, pino({ level: 'silent' }));
}

function describe(planeMs: number, { operator: { budget, timings } }: Scale): readonly Line[] {
  const { base, max } = timings.changing;
  const rows: readonly (readonly [string, string])[] = [
    ['control plane', `etcd, kube-apiserver, kube-controller-manager; ready in ${seconds(planeMs)}`],
    ['IBM Cloud', 'simulated on loopback: VPC, IAM, Global Tagging and Search, Catalog Management, …'],
    [
      'operator',
      `as ServiceAccount ${operatorAccount.name} with the generated RBAC rules, in the simulated ${ownVPC}`,
    ],
    [
      'its settings',
      `polls every ${base} to ${max} while something changes, every ${timings.slow.base} while it waits for others,`,
    ],
    [
      '',
      `looks for drift every ${timings.driftCheck}, and makes at most ${budget.callsPerSecond} cloud calls a second,`,
    ],
    ['', `${budget.burst} at once; else the defaults`],
  ];
  return rows.map(([name, what]) => [span(`  ${name.padEnd(15)}`, 'dim'), span(what)]);
}
