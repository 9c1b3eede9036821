/** The operator as a process: how it starts, stops, hands over, and what a kill at the worst moment leaves behind. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';

import type { FaultRule } from '../cloud/faults.ts';
import type { LoggedRequest } from '../cloud/request-log.ts';
import { firstStartMs } from '../cluster/control-plane.ts';
import { isReady, reasonOf } from '../harness/gateway-watch.ts';
import { freshTarget, gatewayManifest } from '../harness/gateways.ts';
import { operatorAccount } from '../harness/install.ts';
import type { OperatorProcess } from '../harness/operator-process.ts';
import { startWorld, type World } from '../harness/world.ts';
import { until } from '../lib/until.ts';

jest.setTimeout(180_000);

let world: World;

beforeAll(async () => {
  world = await startWorld();
}, firstStartMs);

afterAll(async () => world.stop());

afterEach(async () => {
  world.cloud.control.faults.clear();
  await Promise.all(world.operators.map(async (operator) => operator.stop()));
});

async function startLeader(): Promise<OperatorProcess> {
  const operator = await world.startOperator();
  await operator.untilSaid('"leading"');
  return operator;
}

/** Empty when nobody holds the Lease. */
async function holder(): Promise<string> {
  const { namespace } = operatorAccount;
  return world.kubectl([
    'get',
    'lease',
    '-n',
    namespace,
    'vpe-operator',
    '-o',
    'jsonpath={.spec.holderIdentity}',
  ]);
}

/** What a killed holder leaves is valid for 15 s more; an administrator need not wait. */
async function freeLease(): Promise<void> {
  const patch = JSON.stringify({ spec: { holderIdentity: '' } });
  const { namespace } = operatorAccount;
  await world.kubectl(['patch', 'lease', '-n', namespace, 'vpe-operator', '--type=merge', '-p', patch]);
}

/** Creates sent since then that took effect, or may have as far as their sender could know. */
function createsAfter(sequence: number): readonly LoggedRequest[] {
  return world.cloud.control.requestLog
    .entries({ operation: 'create_endpoint_gateway', after: sequence })
    .filter(({ committed, status }) => committed || status === undefined || status >= 500);
}

async function untilCreateAfter(sequence: number): Promise<void> {
  await until(() => createsAfter(sequence).length > 0, { what: 'a create is under way' });
}

function gatewaysTo({ crn }: { readonly crn: string }): readonly string[] {
  const { gateways } = world.cloud.control.area('default', 'us-south');
  return [...gateways.values()].filter(({ target }) => target.key === crn).map(({ id }) => id);
}

describe('SIGTERM', () => {
  test('lets a create under way end, records it, and hands the Lease over', async () => {
    const operator = await startLeader();
    const target = freshTarget();
    const { lastSequence } = world.cloud.control.requestLog;
    world.cloud.control.faults.add({ operation: 'create_endpoint_gateway', when: 'after', delayMs: 2_000 });
    const key = await world.apply(await world.namespace(), gatewayManifest('slow', { target }));
    await untilCreateAfter(lastSequence);

    expect(await operator.stop()).toEqual({ code: 0, signal: null });

    expect(await holder()).toBe('');
    const { status } = await world.watch.until(
      key,
      'has a gateway',
      (object) => object.status?.id !== undefined,
    );
    expect(gatewaysTo(target)).toEqual([status?.id]);
    expect(status).not.toHaveProperty('createIntent');
    expect(status?.tags).toEqual([expect.stringMatching(/^vpe-operator:/)]);
    expect(world.cloud.control.leftovers().tags).toContainEqual({ crn: status?.crn, tags: status?.tags });
  });

  test('may come twice, as Ctrl-C does below npm, which passes on what the terminal has sent as well', async () => {
    const operator = await startLeader();
    const target = freshTarget();
    const { lastSequence } = world.cloud.control.requestLog;
    world.cloud.control.faults.add({ operation: 'create_endpoint_gateway', when: 'after', delayMs: 1_000 });
    await world.apply(await world.namespace(), gatewayManifest('twice', { target }));
    await untilCreateAfter(lastSequence);
    operator.kill('SIGINT');
    await operator.untilSaid('"stopping"');
    operator.kill('SIGINT');

    expect(await operator.ended).toEqual({ code: 0, signal: null });
    expect(await holder()).toBe('');
  });

  test('lets a second operator take over, and do what is left to do', async () => {
    const first = await startLeader();
    const second = await world.startOperator();
    const firstHolder = await holder();
    expect(firstHolder).not.toBe('');
    await first.stop();
    const key = await world.apply(await world.namespace(), gatewayManifest('handed-over'));

    await second.untilSaid('"leading"');
    await world.watch.until(key, 'is Ready', isReady);
    expect(await holder()).not.toBe(firstHolder);
  });

  test('ends one that waits for the Lease, and leaves the holder alone', async () => {
    await startLeader();
    const before = await holder();
    const waiting = await world.startOperator();
    await waiting.untilSaid('"starting"');

    expect(await waiting.stop()).toEqual({ code: 0, signal: null });
    expect(await waiting.output()).not.toContain('"leading"');
    expect(await holder()).toBe(before);
  });

  test('ends one that has never reached an API server', async () => {
    const kubeconfig = join(dirname(world.plane.kubeconfig), 'nowhere.kubeconfig');
    const text = await readFile(world.kubeconfig, 'utf8');
    await writeFile(kubeconfig, text.replaceAll(world.plane.url, 'https://127.0.0.1:1'));
    const operator = await world.startOperator({ kubeconfig });
    await operator.untilSaid('the cluster cannot be identified yet');

    expect(await operator.stop()).toEqual({ code: 0, signal: null });
  });
});

describe('SIGKILL', () => {
  const forever = 3_600_000;

  test.each<[what: string, fault: FaultRule]>([
    ['a create', { operation: 'create_endpoint_gateway', when: 'after', delayMs: forever }],
    ['the tagging of a new gateway', { operation: 'attach_tag', when: 'after', delayMs: forever }],
    [
      'the tagging that never arrives',
      { operation: 'attach_tag', when: 'before', drop: true, delayMs: forever },
    ],
  ])('during %s leaves one gateway and nothing else, after a restart', async (_what, fault) => {
    const target = freshTarget();
    const namespace = await world.namespace();
    const operator = await startLeader();
    const { lastSequence } = world.cloud.control.requestLog;
    const struck = world.cloud.control.faults.add({ ...fault, times: 1 });
    const key = await world.apply(namespace, gatewayManifest('survivor', { target }));
    await until(
      () => world.cloud.control.faults.list().some(({ id, struck: times }) => id === struck && times === 1),
      {
        what: 'the call is under way',
      },
    );
    operator.kill('SIGKILL');
    await operator.ended;
    await freeLease();

    await startLeader();

    const { status } = await world.watch.until(key, 'is Ready', isReady);
    expect(gatewaysTo(target)).toEqual([status?.id]);
    expect(createsAfter(lastSequence)).toHaveLength(1);
    await world.kubectl(['delete', '-n', namespace, 'epg', 'survivor', '--timeout=60s']);
    expect(gatewaysTo(target)).toEqual([]);
    expect(world.cloud.control.leftovers().tags.map(({ crn }) => crn)).not.toContain(status?.crn);
  });

  test('during a create that never arrives: it is repeated once that is certain, and not before', async () => {
    const target = freshTarget();
    const operator = await startLeader();
    const { lastSequence } = world.cloud.control.requestLog;
    world.cloud.control.faults.add({
      operation: 'create_endpoint_gateway',
      drop: true,
      delayMs: forever,
      times: 1,
    });
    const key = await world.apply(await world.namespace(), gatewayManifest('lost', { target }));
    await untilCreateAfter(lastSequence);
    operator.kill('SIGKILL');
    await operator.ended;
    await freeLease();

    const looks = { operation: 'list_endpoint_gateways', after: world.cloud.control.requestLog.lastSequence };
    await startLeader();

    await world.watch.until(key, 'looks for it', (object) => reasonOf(object) === 'CreateUnconfirmed');
    await until(() => world.cloud.control.requestLog.entries(looks).length > 3, { what: 'it has looked' });
    expect(createsAfter(lastSequence)).toHaveLength(1);
    // Two minutes to be sent in, half a minute to end in, two minutes to show in.
    world.cloud.control.clock.advance(5 * 60_000);
    const { status } = await world.watch.until(key, 'is Ready', isReady);
    expect(gatewaysTo(target)).toEqual([status?.id]);
    expect(createsAfter(lastSequence).filter(({ committed }) => committed)).toHaveLength(1);
  });

  test('of the leader: the other one takes over when the Lease has run out', async () => {
    const first = await startLeader();
    const second = await world.startOperator();
    const firstHolder = await holder();
    first.kill('SIGKILL');
    await first.ended;

    await second.untilSaid('"leading"');
    expect(await holder()).not.toBe(firstHolder);
  });
});

describe('SIGTERM while the API server', () => {
  test('does not answer', async () => {
    const operator = await startLeader();
    const { pid } = world.plane.daemons.apiServer;
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await operator.stop()).toEqual({ code: 0, signal: null });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  // The last test: the control plane does not survive it.
  test('is gone', async () => {
    await freeLease();
    const operator = await startLeader();
    await world.plane.daemons.apiServer.stop();

    expect(await operator.stop()).toEqual({ code: 0, signal: null });
  });
});
