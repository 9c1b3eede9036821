import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';

import type { Session } from '../../src/cloud/accounts.ts';
import { CloudError } from '../../src/cloud/errors.ts';
import { checkDrift, type DriftDeps } from '../../src/controller/drift.ts';
import type { AnyKind, Resource } from '../../src/controller/kind.ts';
import { KubeError } from '../../src/kube/errors.ts';
import { keyOf, type Key } from '../../src/kube/object.ts';
import { Store } from '../../src/kube/store.ts';
import { FakeClock, settle } from '../lib/fake-clock.ts';
import { condition, now, resource, type ResourceParts } from './samples.ts';
import { ToyCloud } from './toy-kind.ts';

let clock: FakeClock;
let store: Store<Resource>;
let offered: Key[];
let asked: (readonly Key[])[];
let deps: DriftDeps;
/** What the kind finds; throws for a place in trouble. */
let answer: (keys: readonly Key[]) => readonly Key[];
/** The zones of Nodes that the kind is told. */
let toldZones: unknown[];

const ready = { conditions: [condition('Ready')] };

beforeEach(() => {
  clock = new FakeClock();
  store = new Store();
  offered = [];
  asked = [];
  toldZones = [];
  answer = (keys) => keys;
  const kind: AnyKind = {
    ...new ToyCloud().kind,
    drifted: async (resources, { nodeZones, signal }) => {
      toldZones.push(await nodeZones(signal));
      const keys = resources.map((object) => keyOf(object));
      asked.push(keys);
      return answer(keys);
    },
  };
  deps = {
    controller: { kind, store, offer: (key) => void offered.push(key) },
    accounts: {
      refusal: (_, namespace) => (namespace === 'closed' ? 'it is closed' : undefined),
      session: async (account, region) => {
        if (account === 'locked') {
          throw new CloudError('no', { reason: 'denied', operation: 'identity_token' });
        }
        return { accountID: account, region } as Session;
      },
    },
    clock,
    log: pino({ level: 'silent' }),
    nodeZones: async () => ['us-south-1'],
    find: async () => undefined,
    everyMs: 600_000,
    dryRun: false,
    random: () => 0.5,
  };
});

function hold(name: string, { metadata, ...parts }: ResourceParts = {}): void {
  store.apply({
    type: 'apply',
    object: resource({ status: ready, ...parts, metadata: { name, ...metadata } }),
  });
}

async function check(times = 1): Promise<void> {
  const stop = new AbortController();
  const checking = checkDrift(deps, stop.signal);
  await clock.advance(times * 600_000);
  await settle();
  stop.abort();
  await checking;
}

describe('the drift check', () => {
  it('asks about settled objects only', async () => {
    hold('settled');
    hold('waiting', { status: { conditions: [condition('Ready', { status: 'False' })] } });
    hold('new', { status: {} });
    hold('suspended', { spec: { suspend: true } });
    hold('deleting', { metadata: { deletionTimestamp: now } });
    await check();
    expect(asked).toEqual([['default/settled']]);
  });

  it('asks about what is only observed to differ, which nobody changes, too', async () => {
    const differing = { conditions: [condition('Ready', { status: 'False', reason: 'Differs' })] };
    hold('observed', { status: differing, spec: { managementPolicy: 'Observe' } });
    hold('managed since', { status: differing });
    await check();
    deps = { ...deps, dryRun: true };
    await check();
    expect(asked).toEqual([['default/observed'], ['default/observed', 'default/managed since']]);
  });

  it('offers those that differ, and no others', async () => {
    hold('same');
    hold('other');
    answer = (keys) => keys.filter((key) => key === 'default/other');
    await check();
    expect(offered).toEqual(['default/other']);
  });

  it('asks once per account and region, never for a namespace that may not use the account', async () => {
    hold('a');
    hold('b');
    hold('c', { spec: { region: 'eu-de' } });
    hold('d', { metadata: { namespace: 'closed' } });
    await check();
    expect(asked).toEqual([['default/a', 'default/b'], ['default/c']]);
  });

  it('goes on elsewhere when one account or one listing is in trouble', async () => {
    hold('a', { spec: { account: 'locked' } });
    hold('b', { spec: { region: 'eu-de' } });
    hold('c');
    answer = (keys) => {
      if (keys.includes('default/b')) {
        throw new CloudError('no', { reason: 'unavailable', operation: 'list' });
      }
      return keys;
    };
    await check(2);
    expect(offered).toEqual(['default/c', 'default/c']);
  });

  it('knows the zones of Nodes, and does without them where they cannot be read', async () => {
    hold('a');
    await check();
    deps = {
      ...deps,
      nodeZones: async () => {
        throw new KubeError('no', { reason: 'unavailable' });
      },
    };
    await check();
    expect(toldZones).toEqual([['us-south-1'], undefined]);
    expect(offered).toEqual(['default/a', 'default/a']);
  });

  it('comes at most 20 % early or late', async () => {
    const stop = new AbortController();
    for (const [random, dueMs] of [
      [0, 480_000],
      [0.5, 600_000],
      [1, 720_000],
    ] as const) {
      const checking = checkDrift({ ...deps, random: () => random }, stop.signal);
      expect(clock.delaysMs.at(-1)).toBe(dueMs);
      checking.catch(() => {});
    }
    stop.abort();
    await settle();
    expect(clock.delaysMs).toEqual([]);
  });
});
