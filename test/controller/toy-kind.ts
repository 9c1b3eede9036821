/**
 * A kind as small as one can be: a box of a size, which is made (with an intent), labelled, resized and removed. Its
 * cloud is a plain object, and each action can be made to fail, before or after it was carried out.
 */
import type { Session } from '../../src/cloud/accounts.ts';
import type { Allows, Verb } from '../../src/cloud/allows.ts';
import type {
  CommonSpec,
  CommonStatus,
  Io,
  Plan,
  PlannedAction,
  Resource,
} from '../../src/controller/kind.ts';
import { type AnyKind, defineKind } from '../../src/controller/kind.ts';
import type { ControllerDeps } from '../../src/controller/controller.ts';
import { keyOf, type ObjectMeta } from '../../src/kube/object.ts';

export interface BoxSpec extends CommonSpec {
  readonly region: string;
  readonly size: number;
}

export interface BoxStatus extends CommonStatus {
  readonly id?: string;
  readonly size?: number;
  readonly intent?: string;
}

export type Box = Resource<BoxSpec, BoxStatus>;

export function boxManifest({
  spec,
  metadata,
}: {
  readonly spec?: Partial<BoxSpec>;
  readonly metadata?: Partial<ObjectMeta>;
}): Pick<Box, 'apiVersion' | 'kind' | 'spec'> & {
  readonly metadata: Partial<ObjectMeta> & { readonly name: string };
} {
  return {
    apiVersion: 'test.vpe-operator.io/v1',
    kind: 'Box',
    metadata: { name: 'box', ...metadata },
    spec: {
      account: 'default',
      region: 'us-south',
      suspend: false,
      managementPolicy: 'Manage',
      size: 1,
      ...spec,
    },
  };
}

interface CloudBox {
  readonly id: string;
  readonly size: number;
  readonly labelled: boolean;
  readonly busy: boolean;
}

interface BoxAction extends PlannedAction {
  readonly kind: 'Make' | 'Label' | 'Resize' | 'Remove';
  readonly size: number;
}

interface Seen {
  readonly box: CloudBox | undefined;
  readonly intent: string | undefined;
}

const removal: BoxAction = {
  kind: 'Remove',
  sentence: 'remove it',
  event: 'Deleting',
  pause: true,
  destructive: true,
  irreversible: true,
  verb: 'delete',
  size: 0,
};

export type Meaning = Exclude<Plan<never>, { readonly kind: 'act' | 'settled' }>;

export interface Failure {
  readonly error: Error;
  /** It was carried out nevertheless. */
  readonly committed?: boolean;
}

export const boxType = { group: 'test.vpe-operator.io', version: 'v1', plural: 'boxes', kind: 'Box' };
export const boxAnnotation = 'vpe-operator.io/box-from';
export const boxFinalizer = 'vpe-operator.io/box';

export class ToyCloud {
  box: CloudBox | undefined;
  /** What was asked of the cloud, in order: `observe`, or the kind of an action. */
  readonly calls: string[] = [];
  readonly failures = new Map<string, Failure>();
  accountID = 'account-1';
  /** What the kind says of a refusal, by the code of its error. */
  readonly meanings = new Map<string, Meaning>();
  /** Verbs that the account does not allow. */
  readonly forbidden = new Set<Verb>();
  /** Awaited before a pass observes. */
  before: (resource: Box, io: Io) => Promise<void> = async () => {};

  readonly kind: AnyKind = defineKind<BoxSpec, BoxStatus, Seen, BoxAction>({
    type: boxType,
    finalizer: boxFinalizer,
    regionOf: ({ region }) => region,
    annotations: [boxAnnotation],
    observe: async (resource, io) => {
      await this.before(resource, io);
      this.#ask('observe', () => {});
      return { box: this.box, intent: this.box === undefined ? resource.status?.intent : undefined };
    },
    plan: ({ spec }, { box }) => {
      const action = { size: spec.size, pause: false };
      const label: BoxAction = { ...action, kind: 'Label', sentence: 'label it', independent: true };
      const resize: BoxAction = {
        ...action,
        kind: 'Resize',
        sentence: 'resize it',
        event: 'Updating',
        pause: true,
      };
      if (box === undefined) {
        return {
          kind: 'act',
          actions: [
            { ...action, kind: 'Make', sentence: 'make it', event: 'Creating', verb: 'create' },
            label,
          ],
        };
      }
      const changes = box.busy || box.size === spec.size ? [] : [resize];
      if (!box.labelled) {
        return { kind: 'act', actions: [label, ...changes] };
      }
      if (box.busy) {
        return { kind: 'wait', reason: 'Progressing', message: 'it is being changed', pace: 'changing' };
      }
      return changes.length === 0 ? { kind: 'settled' } : { kind: 'act', actions: changes };
    },
    planDeletion: (_, { box }) => {
      if (box === undefined) {
        return { kind: 'settled' };
      }
      return box.busy
        ? { kind: 'wait', reason: 'Deleting', message: 'it is going', pace: 'changing' }
        : {
            kind: 'act',
            actions: [removal],
          };
    },
    awaitsAnswer: ({ status }) => status?.intent !== undefined,
    intent: (action) => (action.kind === 'Make' ? { intent: `size ${action.size}` } : undefined),
    apply: async (action, seen, io) => {
      io.fence();
      this.#ask(action.kind, () => this.#carryOut(action));
      return { ...seen, box: this.box, intent: undefined };
    },
    refused: (_, __, ___, { code = '' }) => this.meanings.get(code),
    report: (_, { box, intent }) => ({
      state: box === undefined ? 'Pending' : box.busy ? 'Updating' : 'Stable',
      fields: {
        ...(box !== undefined && { id: box.id, size: box.size }),
        ...(intent !== undefined && { intent }),
      },
      conditions: [],
    }),
    drifted: async (resources) =>
      resources.filter(({ status }) => status?.size !== this.box?.size).map((resource) => keyOf(resource)),
  });

  /** Of what was asked, what changes something. */
  get writes(): readonly string[] {
    return this.calls.filter((call) => call !== 'session' && call !== 'observe');
  }

  /** The cloud ends what it was working on. */
  finish(): void {
    if (this.box !== undefined) {
      this.box = this.box.size === 0 ? undefined : { ...this.box, busy: false };
    }
  }

  readonly #allows: Allows = {
    verb: (verb) => !this.forbidden.has(verb),
    vpc: () => true,
    instance: () => true,
  };

  readonly accounts: ControllerDeps['accounts'] = {
    refusal: (account, namespace) =>
      namespace === 'forbidden' ? `account ${account} is not open to ${namespace}` : undefined,
    allows: () => this.#allows,
    session: async (_, region) => {
      this.#ask('session', () => {});
      return {
        accountID: this.accountID,
        region,
        allows: this.#allows,
      } as Session;
    },
  };

  #carryOut({ kind, size }: BoxAction): void {
    if (kind === 'Make') {
      this.box = { id: 'box-1', size, labelled: false, busy: true };
    } else if (this.box !== undefined) {
      this.box = kind === 'Label' ? { ...this.box, labelled: true } : { ...this.box, size, busy: true };
    }
  }

  #ask(what: string, carryOut: () => void): void {
    this.calls.push(what);
    const failure = this.failures.get(what);
    if (failure === undefined || failure.committed === true) {
      carryOut();
    }
    if (failure !== undefined) {
      throw failure.error;
    }
  }
}
