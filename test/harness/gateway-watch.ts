/** A watch of a test's own on all gateways: every version of every object, in order, as any client would see it. */
import { KubeConfig } from '@kubernetes/client-node';
import { pino } from 'pino';

import { findCondition } from '../../src/controller/conditions.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { type Key, keyOf } from '../../src/kube/object.ts';
import { watchResources, type WatcherReport } from '../../src/kube/watcher.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { endpointGatewayType } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { until } from '../lib/until.ts';

const deadlineMs = 60_000;

export interface GatewayWatch {
  /** Every version that the watch delivered, the deleted one last. */
  versionsOf(key: Key): readonly GatewayResource[];
  all(): readonly GatewayResource[];
  /** All that exist now. */
  objects(): readonly GatewayResource[];
  /** Whether what it says of now can be trusted: not while it is to be connected again. */
  isConnected(): boolean;
  /** The object as it is now; `undefined` when it does not exist. */
  present(key: Key): GatewayResource | undefined;
  /** The states that an object went through, without repetition. */
  statesOf(key: Key): readonly string[];
  /** Waits for a version that the object has now. `what` completes "default/name …". */
  until(key: Key, what: string, holds: (object: GatewayResource) => boolean): Promise<GatewayResource>;
  untilGone(key: Key): Promise<void>;
  stop(): Promise<void>;
}

/** A client of a test's own. */
export function clientFor(kubeconfig: string): KubeClient {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return createKubeClient(config, { userAgent: 'test', requestTimeoutMs: 30_000, clock: systemClock });
}

/** `onVersion` hears of each version when it arrives. */
export function watchGateways(
  kubeconfig: string,
  onVersion: (object: GatewayResource) => void,
): GatewayWatch {
  const client = clientFor(kubeconfig);
  const versions = new Map<Key, GatewayResource[]>();
  const present = new Map<Key, GatewayResource>();
  const stop = new AbortController();
  let isConnected = false;
  const ended = follow();

  async function follow(): Promise<void> {
    const options = {
      clock: systemClock,
      random: Math.random,
      log: pino({ level: 'silent' }),
      onReport: ({ doing }: WatcherReport) => {
        isConnected = doing === 'watching';
      },
    };
    const unlisted = new Set<Key>();
    const events = watchResources<GatewayResource>(client, endpointGatewayType, options, stop.signal);
    for await (const event of events) {
      if (event.type === 'init') {
        [...present.keys()].forEach((key) => unlisted.add(key));
      } else if (event.type === 'initDone') {
        unlisted.forEach((key) => present.delete(key));
        unlisted.clear();
      } else if (event.type !== 'refused') {
        unlisted.delete(keyOf(event.object));
        take(event.object, event.type === 'delete');
      }
    }
  }

  function take(object: GatewayResource, isDeleted: boolean): void {
    const key = keyOf(object);
    versions.set(key, [...(versions.get(key) ?? []), object]);
    if (isDeleted) {
      present.delete(key);
    } else {
      present.set(key, object);
    }
    onVersion(object);
  }

  const versionsOf: GatewayWatch['versionsOf'] = (key) => versions.get(key) ?? [];
  return {
    versionsOf,
    all: () => [...versions.values()].flat(),
    objects: () => [...present.values()],
    isConnected: () => isConnected,
    present: (key) => present.get(key),
    statesOf(key) {
      const states = versionsOf(key).flatMap(({ status }) => status?.state ?? []);
      return states.filter((state, index) => state !== states[index - 1]);
    },
    async until(key, what, holds) {
      const probe = (): GatewayResource => {
        const object = present.get(key);
        if (object === undefined || !holds(object)) {
          throw new Error(`its status is ${JSON.stringify(object?.status)}`);
        }
        return object;
      };
      return until(probe, { what: `${key} ${what}`, deadlineMs });
    },
    async untilGone(key) {
      await until(() => versions.has(key) && !present.has(key), { what: `${key} is gone`, deadlineMs });
    },
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

/** Ready is True for the spec that the object has now. */
export function isReady({ metadata, status }: GatewayResource): boolean {
  const ready = findCondition(status?.conditions, 'Ready');
  return ready?.status === 'True' && status?.observedGeneration === metadata.generation;
}

export function reasonOf({ status }: GatewayResource, type = 'Ready'): string | undefined {
  return findCondition(status?.conditions, type)?.reason;
}

export function messageOf({ status }: GatewayResource): string | undefined {
  return findCondition(status?.conditions, 'Ready')?.message;
}

export function isStalled({ status }: GatewayResource): boolean {
  return findCondition(status?.conditions, 'Stalled')?.status === 'True';
}
