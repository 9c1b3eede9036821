/** A watch of a test's own on all gateways: every version of every object, in order, as any client would see it. */
import { KubeConfig } from '@kubernetes/client-node';
import { pino } from 'pino';

import { findCondition } from '../../src/controller/conditions.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import { type Key, keyOf } from '../../src/kube/object.ts';
import { watchResources } from '../../src/kube/watcher.ts';
import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { endpointGatewayType } from '../../src/kinds/endpoint-gateway/types.gen.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { until } from '../lib/until.ts';

const deadlineMs = 60_000;

export interface GatewayWatch {
  /** Every version that the watch delivered, the deleted one last. */
  versionsOf(key: Key): readonly GatewayResource[];
  all(): readonly GatewayResource[];
  /** The states that an object went through, without repetition. */
  statesOf(key: Key): readonly string[];
  /** Waits for a version that the object has now. `what` completes "default/name …". */
  until(key: Key, what: string, holds: (object: GatewayResource) => boolean): Promise<GatewayResource>;
  untilGone(key: Key): Promise<void>;
  stop(): Promise<void>;
}

/** `onVersion` hears of each version when it arrives. */
export function watchGateways(
  kubeconfig: string,
  onVersion: (object: GatewayResource) => void,
): GatewayWatch {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const client = createKubeClient(config, {
    userAgent: 'test',
    requestTimeoutMs: 30_000,
    clock: systemClock,
  });
  const versions = new Map<Key, GatewayResource[]>();
  const present = new Map<Key, GatewayResource>();
  const stop = new AbortController();
  const ended = follow();

  async function follow(): Promise<void> {
    const options = { clock: systemClock, random: Math.random, log: pino({ level: 'silent' }) };
    for await (const event of watchResources<GatewayResource>(
      client,
      endpointGatewayType,
      options,
      stop.signal,
    )) {
      if (!('object' in event)) {
        continue;
      }
      onVersion(event.object);
      const key = keyOf(event.object);
      versions.set(key, [...(versions.get(key) ?? []), event.object]);
      if (event.type === 'delete') {
        present.delete(key);
      } else {
        present.set(key, event.object);
      }
    }
  }

  const versionsOf: GatewayWatch['versionsOf'] = (key) => versions.get(key) ?? [];
  return {
    versionsOf,
    all: () => [...versions.values()].flat(),
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
