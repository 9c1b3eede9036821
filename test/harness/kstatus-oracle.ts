/**
 * The oracle of design §4.6: computes kstatus on every version of every gateway object and compares it with what the
 * simulated cloud holds, in both directions.
 */
import { pino } from 'pino';

import type { GatewayResource } from '../../src/kinds/endpoint-gateway/observed.ts';
import { type Lease, leaseType } from '../../src/kube/lease-record.ts';
import { watchResources } from '../../src/kube/watcher.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { LoggedRequest, RequestLog } from '../cloud/request-log.ts';
import { clientFor, type GatewayWatch } from './gateway-watch.ts';
import { operatorAccount } from './install.ts';
import { Generations, tooEarly } from './kstatus-early.ts';
import { type Look, suspectsIn, tooLate } from './kstatus-late.ts';

/**
 * Of undisturbed time. The timings of the end-to-end tests are some fifty times shorter than the defaults, but their
 * processes share few processors with much else.
 */
const lateAfterMs = 15_000;
const lookEveryMs = 250;

export interface OracleOptions {
  readonly kubeconfig: string;
  readonly cloud: Cloud;
  readonly watch: Pick<GatewayWatch, 'objects' | 'isConnected'>;
  /** Of all operators so far; may grow. */
  readonly clusterIDs: readonly string[];
}

export interface Oracle {
  /** To be called with each version that the watch delivers, in order. */
  saw(object: GatewayResource): void;
  /** Statuses that were not true, each as a sentence. */
  falsehoods(): readonly string[];
  /** Ends the looking, so that nobody who is ended from now on is late. */
  stop(): Promise<void>;
}

export function startOracle({ kubeconfig, cloud, watch, clusterIDs }: OracleOptions): Oracle {
  const { clock, settings, stateLog, faults, requestLog } = cloud.control;
  const generations = new Generations();
  const early: string[] = [];
  const looks: Look[] = [];
  const leader = followLeases(kubeconfig);
  const refusals = createRefusals(requestLog);
  let isStopped = false;
  const look = (): void => {
    if (isStopped) {
      return;
    }
    const tags = new Map(cloud.control.leftovers().tags.map(({ crn, tags: attached }) => [crn, attached]));
    looks.push({
      atMs: performance.now(),
      watching: watch.isConnected(),
      renewedAtMs: leader.renewedAtMs(),
      refusedAtMs: refusals.lastAtMs(),
      faults: faults.list().length,
      suspects: suspectsIn({
        objects: watch.objects(),
        histories: [...stateLog.all().values()],
        tagsOf: (crn) => tags.get(crn) ?? [],
        clusterIDs,
        cloudNowMs: clock.now(),
        listLagMs: settings.listLagMs,
      }),
    });
  };
  const timer = setInterval(look, lookEveryMs).unref();
  return {
    saw(object) {
      const sinceMs = generations.sinceMs(object, clock.now());
      const falsehood = tooEarly(object, { stateLog, sinceMs, clusterIDs });
      if (falsehood !== undefined) {
        early.push(falsehood);
      }
      look();
    },
    falsehoods: () => [...early, ...tooLate(looks, lateAfterMs)],
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await leader.stop();
    },
  };
}

interface Leader {
  renewedAtMs(): number | undefined;
  stop(): Promise<void>;
}

/** Follows the Leases of the operator's namespace. */
function followLeases(kubeconfig: string): Leader {
  const stop = new AbortController();
  const versions = new Map<string, string>();
  let renewedAtMs: number | undefined;
  const options = {
    scope: operatorAccount.namespace,
    clock: systemClock,
    random: Math.random,
    log: pino({ level: 'silent' }),
  };
  const follow = async (): Promise<void> => {
    const events = watchResources<Lease>(clientFor(kubeconfig), leaseType, options, stop.signal);
    for await (const event of events) {
      if (!('object' in event) || event.type === 'delete') {
        continue;
      }
      const { metadata, spec } = event.object;
      // A list that starts over shows again what is no news.
      if (versions.get(metadata.name) !== metadata.resourceVersion && (spec.holderIdentity ?? '') !== '') {
        renewedAtMs = performance.now();
      }
      versions.set(metadata.name, metadata.resourceVersion);
    }
  };
  const ended = follow();
  return {
    renewedAtMs: () => renewedAtMs,
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

/** Notices refusals of which the operator is not the cause. A token that expired (401) it must replace by itself. */
function createRefusals(requestLog: RequestLog): { lastAtMs(): number | undefined } {
  let lastAtMs: number | undefined;
  let after = 0;
  let unanswered: readonly LoggedRequest[] = [];
  return {
    lastAtMs() {
      const requests = [...unanswered, ...requestLog.entries({ after })];
      after = requestLog.lastSequence;
      unanswered = requests.filter(({ status, dropped }) => status === undefined && dropped !== true);
      if (requests.some(isRefused)) {
        lastAtMs = performance.now();
      }
      return lastAtMs;
    },
  };
}

function isRefused({ service, status = 0, dropped }: LoggedRequest): boolean {
  const isFailure = status === 403 || status === 429 || status >= 500;
  return dropped === true || isFailure || (service === 'iam' && status >= 400);
}
