/**
 * One closing in a world of its own, in which something goes wrong: the simulated cloud and its network over real
 * sockets, an API server in memory, and passes as the queue would make them, on the cloud's own clock. A process that
 * is killed does nothing any more, and the next one knows what the API server and the cloud hold.
 */
import { gatewayReference } from '../gateway.ts';
import { requeueOf, type Verdict } from '../../../../src/controller/outcome.ts';
import { KubeError } from '../../../../src/kube/errors.ts';
import type { Key } from '../../../../src/kube/object.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Harm } from '../../../cloud/faults.ts';
import type { LoggedRequest } from '../../../cloud/request-log.ts';
import type { PolicyResource } from '../../../../src/kinds/hpcs-network-policy/observed.ts';
import { startSceneCloud } from '../../endpoint-gateway/scene-cloud.ts';
import { PolicyScene } from '../scene.ts';
import { type Boundary, cloudCall, kubeCall, type Moment } from './boundary.ts';
import type { Disturbance, What } from './disturbance.ts';

export type Place = 'VPC' | 'Classic' | 'gateway';
export const places: readonly Place[] = ['VPC', 'Classic', 'gateway'];

/** In the order in which they happened. */
export type Event =
  | { readonly kind: 'status'; readonly status: PolicyResource['status'] }
  /** A read over the private endpoint that the operator was answered. */
  | { readonly kind: 'read'; readonly atMs: number; readonly by: string }
  | {
      readonly kind: 'write';
      readonly atMs: number;
      readonly by: string;
      readonly over: 'private' | 'public';
      /** What the API server held when it arrived. */
      readonly stored: PolicyResource['status'];
      readonly request: LoggedRequest;
    }
  /** The user wants it closed, or open. */
  | { readonly kind: 'wish'; readonly closed: boolean }
  /** The private path begins to fail, or works again. */
  | { readonly kind: 'path'; readonly works: boolean };

export interface Outcome {
  readonly verdict: Verdict;
  readonly events: readonly Event[];
  readonly boundaries: readonly Boundary[];
  /** How many of the disturbances happened. */
  readonly struck: number;
  readonly isClosed: boolean;
  readonly status: PolicyResource['status'];
}

/** Of the guard, and of what it waits for before it puts anything back. */
export const guard = { successes: 3, windowMs: 60_000, verifyMs: 60_000 } as const;

const mostPasses = 150;

/** Longer than what a closing may take to show. */
const lagging = { keyPolicyReadLagMs: 90_000, keyPolicyEnforcementLagMs: 90_000 };
const prompt = { keyPolicyReadLagMs: 0, keyPolicyEnforcementLagMs: 0 };

export async function close(place: Place, disturbances: readonly Disturbance[]): Promise<Outcome> {
  const cloud = await startSceneCloud();
  try {
    const world = await LockoutWorld.open(cloud, place, disturbances);
    return await world.run();
  } finally {
    await cloud.stop();
  }
}

class LockoutWorld {
  readonly #scene: PolicyScene;
  readonly #key: Key;
  readonly #waiting: Set<Disturbance>;
  readonly #counts = new Map<string, number>();
  readonly #boundaries: Boundary[] = [];
  readonly #events: Event[] = [];
  readonly #names = new WeakMap<LoggedRequest, string>();
  /** What to mend, and after how many passes. */
  #damages: readonly { left: number; readonly mend: () => void }[] = [];
  #struck = 0;
  #dying = new AbortController();

  private constructor(scene: PolicyScene, key: Key, disturbances: readonly Disturbance[]) {
    this.#scene = scene;
    this.#key = key;
    this.#waiting = new Set(disturbances);
    scene.signal = this.#dying.signal;
  }

  static async open(cloud: Cloud, place: Place, disturbances: readonly Disturbance[]): Promise<LockoutWorld> {
    const scene = await PolicyScene.open(cloud, 'account');
    const reference = place === 'gateway' ? { endpointGatewayRef: gatewayReference(scene) } : {};
    if (place === 'Classic') {
      await scene.moveTo('classic');
    }
    const key = scene.make({ lockoutGuard: reference });
    const world = new LockoutWorld(scene, key, disturbances);
    cloud.control.faults.interceptor = {
      before: async (request) => world.#arrives(request),
      after: async (request, status) => world.#isAnswered(request, status),
    };
    scene.kube.before = async (call) => world.#kubeMoment(kubeCall(call), 'before');
    scene.kube.after = async (call) => {
      if (call.verb === 'applyStatus') {
        world.#events.push({ kind: 'status', status: scene.read(key).status });
      }
      await world.#kubeMoment(kubeCall(call), 'after');
    };
    return world;
  }

  /** To the end that lasts, once everything is mended that was broken. */
  async run(): Promise<Outcome> {
    let verdict: Verdict | undefined;
    for (let passes = 0; passes < mostPasses; passes += 1) {
      const wasBroken = this.#damages.length > 0;
      const result = await this.#pass();
      this.#age();
      verdict = result ?? verdict;
      if (result !== undefined && !wasBroken && (await this.#isOver(result))) {
        return {
          verdict: result,
          events: this.#events,
          boundaries: this.#boundaries,
          struck: this.#struck,
          isClosed: this.#scene.isClosed,
          status: this.#scene.read(this.#key).status,
        };
      }
      this.#scene.advance(result === undefined ? 1_000 : (requeueOf(result, 1)?.inMs ?? 5_000));
    }
    throw new Error(`no end after ${mostPasses} passes: ${JSON.stringify(verdict)}`);
  }

  /** Nothing is broken any more, and nothing is to be learnt, not even by the next drift check. */
  async #isOver(verdict: Verdict): Promise<boolean> {
    if (this.#damages.length > 0 || (verdict.kind === 'stalled' && verdict.reason !== 'WithoutEffect')) {
      return this.#damages.length === 0;
    }
    const isAtRest = verdict.kind === 'settled' && verdict.againInMs === undefined;
    const struck = this.#struck;
    const isSame = isAtRest && !(await this.#scene.checkDrift(this.#key));
    return isSame && this.#struck === struck;
  }

  /** `undefined`: the process died, or the API server did not answer. */
  async #pass(): Promise<Verdict | undefined> {
    try {
      return (await this.#scene.pass(this.#key)).verdict;
    } catch (error) {
      if (this.#dying.signal.aborted) {
        this.#dying = new AbortController();
        this.#scene.signal = this.#dying.signal;
        this.#scene.restart();
      } else if (!(error instanceof KubeError) && (error as Error).name !== 'IntentLost') {
        throw error;
      }
      return undefined;
    }
  }

  #age(): void {
    this.#damages.forEach((damage) => {
      damage.left -= 1;
    });
    const over = this.#damages.filter(({ left }) => left === 0);
    this.#damages = this.#damages.filter(({ left }) => left > 0);
    over.forEach(({ mend }) => mend());
  }

  async #arrives(request: LoggedRequest): Promise<Harm | undefined> {
    const call = cloudCall(request);
    this.#names.set(request, call);
    if (request.method === 'PUT') {
      this.#events.push({
        kind: 'write',
        atMs: request.atMs,
        by: this.#scene.identity,
        over: request.service === 'keys-private' ? 'private' : 'public',
        stored: this.#scene.read(this.#key).status,
        request,
      });
    }
    return this.#meet(call, 'before');
  }

  async #isAnswered(request: LoggedRequest, status: number): Promise<Harm | undefined> {
    const call = this.#names.get(request) ?? '';
    const by = this.#scene.identity;
    const harm = await this.#meet(call, 'after');
    if (call === 'GET private' && status === 200 && harm === undefined) {
      this.#events.push({ kind: 'read', atMs: request.atMs, by });
    }
    return harm;
  }

  async #kubeMoment(call: string, moment: Moment): Promise<void> {
    if ((await this.#meet(call, moment)) !== undefined) {
      this.#dying.signal.throwIfAborted();
      throw new KubeError('the connection was cut', { reason: 'unavailable' });
    }
  }

  async #meet(call: string, moment: Moment): Promise<Harm | undefined> {
    if (moment === 'before') {
      this.#counts.set(call, (this.#counts.get(call) ?? 0) + 1);
    }
    const at: Boundary = { call, ordinal: this.#counts.get(call) ?? 0, moment };
    this.#boundaries.push(at);
    let harm: Harm | undefined;
    for (const disturbance of this.#waiting) {
      const { at: where, what } = disturbance;
      if (where.call === at.call && where.ordinal === at.ordinal && where.moment === at.moment) {
        this.#waiting.delete(disturbance);
        this.#struck += 1;
        harm ??= this.#strike(what);
      }
    }
    return harm;
  }

  #strike(what: What): Harm | undefined {
    const { control } = this.#scene.cloud;
    switch (what.kind) {
      case 'kill':
        this.#dying.abort(new Error('killed'));
        return { drop: true };
      case 'call':
        return what.harm;
      case 'stranger':
        control.setAllowedNetwork(this.#scene.instance.crn, what.network);
        return undefined;
      case 'role':
        control.setKeyRole(this.#scene.apiKey, 'Writer');
        this.#addDamage({
          left: what.passes,
          mend: () => control.setKeyRole(this.#scene.apiKey, 'Manager'),
        });
        return undefined;
      case 'path':
        this.#breakPath(what);
        return undefined;
      case 'wish':
        this.#wish(false);
        this.#addDamage({ left: what.passes, mend: () => this.#wish(true) });
        return undefined;
      case 'lag':
        Object.assign(control.settings, lagging);
        this.#addDamage({ left: what.passes, mend: () => Object.assign(control.settings, prompt) });
        return undefined;
    }
  }

  #wish(closed: boolean): void {
    this.#events.push({ kind: 'wish', closed });
    this.#scene.edit(this.#key, { allowedNetwork: closed ? 'PrivateOnly' : 'PublicAndPrivate' });
  }

  #addDamage(damage: { left: number; readonly mend: () => void }): void {
    this.#damages = [...this.#damages, damage];
  }

  #breakPath(what: Extract<What, { kind: 'path' }>): void {
    const { dnsFaults, addressFaults } = this.#scene.cloud.control.network;
    const mends =
      'dns' in what
        ? [dnsFaults.add({ kind: what.dns, name: this.#scene.host })].map((id) => () => dnsFaults.clear(id))
        : ['10.0.0.0/8', '166.8.0.0/14']
            .map((address) => addressFaults.add({ kind: what.address, address }))
            .map((id) => () => addressFaults.clear(id));
    this.#events.push({ kind: 'path', works: false });
    this.#addDamage({
      left: what.passes,
      mend: () => {
        mends.forEach((mend) => mend());
        this.#events.push({ kind: 'path', works: true });
      },
    });
  }
}
