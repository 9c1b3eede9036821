/**
 * `npm run demo`: the operator's main job from nothing, on a real control plane and a simulated IBM Cloud. Exit code 0
 * only if all of it happened. Whatever it starts ends with it, however it ends.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';

import { createKubeClient } from '../../src/kube/client.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { startCloud } from '../cloud/cloud.ts';
import { operatorConfig } from '../cloud/operator-config.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { install } from '../harness/install.ts';
import { kubectl } from '../harness/kubectl.ts';
import { startOperator } from '../harness/operator-process.ts';
import { endWithParent } from '../lib/end-with-parent.ts';
import { demoNamespace, play } from './demo.ts';
import { exampleManifests, generatedManifests } from './manifests.ts';
import { Observer } from './observer.ts';
import { summary } from './result.ts';
import { type Scale, scaleFor } from './scale.ts';
import { liveScreen, plainScreen, quietScreen, type Screen } from './screen.ts';

interface Options {
  readonly gateways?: number;
  readonly keep?: true;
  readonly json?: true;
}

const mostGateways = 1_000;

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 2 || count > mostGateways) {
    throw new InvalidArgumentError(`give a whole number from 2 to ${mostGateways}`);
  }
  return count;
}

async function main(options: Options): Promise<void> {
  endWithParent();
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => ending.abort(new Error(`ended by ${signal}`)));
  }
  await using stack = new AsyncDisposableStack();
  const scale = scaleFor(options.gateways ?? 0);
  const say = (text: string): boolean => (options.json ? process.stderr : process.stdout).write(text);
  say(
    'Starting a control plane (etcd, kube-apiserver, kube-controller-manager) and a simulated IBM Cloud …\n',
  );
  const plane = await startControlPlane({ signal: ending.signal });
  stack.defer(async () => plane.stop());
  const cloud = await startCloud({ settings: scale.cloud });
  stack.defer(async () => cloud.stop());
  const kubeconfig = await install(plane);
  await kubectl(plane, ['create', 'namespace', demoNamespace]);
  const config = await operatorConfig(cloud);
  const [account] = config.accounts;
  const operator = await startOperator({
    kubeconfig,
    config: {
      ...config,
      accounts: [{ ...account, budget: scale.operator.budget }],
      timings: scale.operator.timings,
      http: { host: '127.0.0.1', port: 0 },
    },
  });
  stack.defer(async () => void (await operator.stop()));
  say(`${settingsLine(scale)}\n`);

  const admin = new KubeConfig();
  admin.loadFromFile(plane.kubeconfig);
  const client = createKubeClient(admin, {
    userAgent: 'vpe-operator-demo',
    requestTimeoutMs: 30_000,
    clock: systemClock,
  });
  const observer = new Observer(client, demoNamespace, pino({ level: 'silent' }));
  stack.defer(async () => observer.stop());
  const screen = screenFor(options, observer);
  stack.defer(() => screen.close());

  const manifests =
    options.gateways === undefined ? await exampleManifests() : generatedManifests(cloud, options.gateways);
  const deadlineMs = 120_000 + 500 * manifests.length;
  const died = operator.ended.then(async ({ code, signal }) => {
    const lines = (await operator.output()).trim().split('\n').slice(-10);
    throw new Error(`the operator ended early (${code ?? signal}):\n${lines.join('\n')}`);
  });
  const ended = abortion(ending.signal);
  const result = await Promise.race([
    play({ plane, cloud, observer, screen, manifests, deadlineMs }),
    died,
    ended,
  ]);
  died.catch(() => undefined);
  screen.close();
  say(`\n${summary(result)}\n`);
  if (options.keep) {
    say(
      `\nStill running (--keep); Ctrl-C ends it.\nexport KUBECONFIG=${plane.kubeconfig}\nexport PATH=${plane.bin}:$PATH\n`,
    );
    await Promise.race([delay(2 ** 31 - 1), ended]).catch(() => undefined);
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  const fine = result.leftovers.length === 0 && result.gateways.every(({ ready }) => ready);
  process.exitCode = fine ? 0 : 1;
}

function screenFor({ json }: Options, observer: Observer): Screen {
  if (json) {
    return quietScreen();
  }
  return process.stdout.isTTY ? liveScreen(observer, writeOut) : plainScreen(observer, writeOut);
}

function writeOut(text: string): void {
  process.stdout.write(text);
}

function settingsLine({ operator }: Scale): string {
  const { budget, timings } = operator;
  return `Changed for the demo: ${JSON.stringify({ budget, timings })}`;
}

async function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const program = new Command('demo')
  .description('Runs the operator on a real control plane and a simulated IBM Cloud, and shows what happens.')
  .option(
    '--gateways <n>',
    `so many generated gateways instead of the examples (2 to ${mostGateways})`,
    countOf,
  )
  .option('--keep', 'leave everything running afterwards, until Ctrl-C')
  .option('--json', 'print one line of JSON at the end instead of the story')
  .action(main);

await program.parseAsync();
