/** Looks for secrets in everything that a run has written anywhere. */
import { readFile } from 'node:fs/promises';

import { expectNoSecret } from '../lib/canary.ts';
import type { World } from './world.ts';

/** Throws when an API key or a token is in any output, object, event, error or log; says where, not what. */
export async function expectNoSecretIn(world: World): Promise<void> {
  for (const [where, text] of await outputsOf(world)) {
    try {
      expectNoSecret(text);
    } catch (cause) {
      throw new Error(`${where}: ${(cause as Error).message}`, { cause });
    }
  }
}

async function outputsOf(world: World): Promise<readonly (readonly [where: string, text: string])[]> {
  const { plane, cloud, operators, watch } = world;
  const { requestLog, stateLog } = cloud.control;
  const outputs = await Promise.all(operators.map(async (operator) => operator.output()));
  return [
    ...outputs.map((text, index) => [`output of operator ${index + 1}`, text] as const),
    ['gateway objects', lines(watch.all())],
    ['audit log', await readFile(plane.auditLog, 'utf8')],
    ['request log of the cloud', lines(requestLog.entries())],
    ['state log of the cloud', lines([...stateLog.all()])],
    ...(await Promise.all(['events.events.k8s.io', 'leases'].map(async (kind) => stored(world, kind)))),
  ];
}

/** Nothing can be asked of an API server that a test has ended. */
async function stored(world: World, kind: string): Promise<readonly [string, string]> {
  const isGone = world.plane.daemons.apiServer.hasEnded();
  return [kind, isGone ? '' : await world.kubectl(['get', kind, '-A', '-o', 'json'])];
}

function lines(items: readonly unknown[]): string {
  return items.map((item) => JSON.stringify(item)).join('\n');
}
