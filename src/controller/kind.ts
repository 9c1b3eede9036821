/**
 * What a kind of resource is to the engine: a way to observe the cloud, a pure plan, actions, a pure report. The
 * engine does the rest (queue, finalizer, intents, status, events), the same for every kind.
 */
import type { Logger } from 'pino';
import type { Session } from '../cloud/accounts.ts';
import type { Verb } from '../cloud/allows.ts';
import type { CloudError } from '../cloud/errors.ts';
import type { CallContext } from '../cloud/http.ts';
import type { Key, KubeObject, ResourceType } from '../kube/object.ts';
import type { Clock } from '../lib/clock.ts';
import type { Condition, ReportedCondition } from './conditions.ts';
import type { OrphanSearch } from './orphan-search.ts';
import type { Objects } from './objects.ts';
import type { Path, Paths } from './paths.ts';

export interface CommonSpec {
  readonly account: string;
  readonly suspend: boolean;
  /** `Observe`: status and plan say what is there and what would be done, and nothing is ever written to the cloud. */
  readonly managementPolicy: 'Manage' | 'Observe';
}

export type State =
  'Pending' | 'Waiting' | 'Updating' | 'Stable' | 'Suspended' | 'Failed' | 'Deleting' | 'Paused' | 'Unknown';

export interface CommonStatus {
  readonly state?: State;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly accountID?: string;
  readonly region?: string;
  readonly lastHandledReconcileAt?: string;
  /** What is still to be done, or under Observe would be; absent when there is nothing. */
  readonly plan?: PlanStatus;
}

/** Bounded, since it is stored: the first actions, and how many there are. */
export interface PlanStatus {
  readonly total: number;
  readonly actions: readonly PlannedActionStatus[];
}

export interface PlannedActionStatus {
  readonly action: string;
  readonly destructive?: boolean;
  readonly irreversible?: boolean;
}

export type Resource<Spec = CommonSpec, Status = CommonStatus> = KubeObject<Spec, Status>;

/** How soon a waiting object is looked at again; each name is a schedule in the configuration's timings. */
export type Pace = 'changing' | 'slow' | 'retry' | 'terminal';

/** What to do next. The same four shapes drive queue, conditions and event, for creation, change and deletion. */
export type Plan<Action, Reason extends string = string> =
  | { readonly kind: 'act'; readonly actions: readonly Action[] }
  | {
      readonly kind: 'wait';
      readonly reason: Reason;
      readonly message: string;
      readonly pace: Pace;
      /** Waiting for so many passes in a row counts as stalled (it is tried on nevertheless). */
      readonly stallsAfter?: number;
      /** Exactly then, whatever the pace. */
      readonly againInMs?: number;
      /** The cloud asked for this pause. */
      readonly atLeastMs?: number;
      /** What is done once the waiting is over, where that is known. */
      readonly left?: readonly Action[];
    }
  /**
   * The cloud matches the spec; when deleting: the cloud resource is proven gone, or is to stay. `againInMs`: something
   * beside that is still to be learnt.
   */
  | { readonly kind: 'settled'; readonly againInMs?: number }
  /** No waiting helps: the user has to change something. Tried again slowly and on every spec change. */
  | {
      readonly kind: 'stalled';
      readonly reason: Reason;
      readonly message: string;
      /** When it is worth another try, where that is known. */
      readonly againInMs?: number;
      /** What would be done otherwise. */
      readonly left?: readonly Action[];
    };

/** One action is one call. */
export interface PlannedAction {
  readonly kind: string;
  /** What the action does, as a sentence for the user without a full stop. */
  readonly sentence: string;
  /** Reason of the Kubernetes event about it, if it is worth one. */
  readonly event?: string;
  /** The cloud works on it afterwards: observe again before anything else is done. */
  readonly pause: boolean;
  /** Nothing that comes after it in a plan builds on it: a refusal that the kind explains does not hold up the rest. */
  readonly independent?: true;
  /** Something in the cloud is deleted by it, or cut from what uses it. */
  readonly destructive?: true;
  /** No other action takes it back. */
  readonly irreversible?: true;
  /** What the account must allow for it. A `delete` also counts against the change budget. */
  readonly verb?: Verb;
}

/** What a pass may use. Nothing else is ambient. */
export interface Io extends CallContext {
  /**
   * Throws when this process may no longer lead: one that was paused hears of its loss only after it has taken up
   * where it stood. To be asked right before everything that changes something.
   */
  readonly fence: () => void;
  readonly session: Session;
  readonly clock: Clock;
  readonly log: Logger;
  /** Identifies this Kubernetes cluster in ownership tags and derived names. */
  readonly clusterID: string;
  /** How old a shared listing may be, in milliseconds. */
  readonly freshMs: number;
  /**
   * Whether what an object with this uid, of the installation with this cluster id, owns in the cloud may be taken over
   * by another object: of our own if there is no such object any more, of others if the configuration says so.
   */
  readonly mayTakeOver: (clusterID: string, uid: string) => boolean;
  /** Zones of this cluster's Nodes; `undefined` where the installation may not read Nodes. Throws KubeError. */
  readonly nodeZones: (signal: AbortSignal) => Promise<readonly string[] | undefined>;
  readonly paths: Paths;
  readonly objects: Objects;
  /** Unique to this process. */
  readonly identity: string;
}

/** The kind's part of the status. */
export interface Report<Status> {
  readonly state: State;
  readonly fields: Partial<Status>;
  /** Conditions beside Ready, Reconciling and Stalled. */
  readonly conditions: readonly ReportedCondition[];
}

/** An event; Normal unless it says otherwise. */
export interface Notice {
  readonly type?: 'Warning';
  readonly reason: string;
  readonly note: string;
}

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface Kind<
  Spec extends CommonSpec,
  Status extends CommonStatus,
  Observed,
  Action extends PlannedAction,
> {
  readonly type: ResourceType;
  readonly finalizer: string;
  /** The region of what the object is about; it never changes. */
  regionOf(spec: Spec): string;
  /** What only one object at a time may manage, if there is such a thing; pure. */
  claim?(resource: Resource<Spec, Status>): string | undefined;
  /** The way through the network that the object depends on, while it does; pure. */
  dependsOn?(resource: Resource<Spec, Status>): Path | undefined;
  /** Drift checks in the time that the configuration sets for one; 1 when absent. */
  readonly driftChecks?: number;
  /** Whose change is worth a pass, beside the one that asks for a reconcile. */
  readonly annotations?: readonly string[];
  /** Grants beyond those that every kind needs. */
  readonly rbac?: readonly PolicyRule[];
  /** Reads only. Throws CloudError. */
  observe(resource: Resource<Spec, Status>, io: Io): Promise<Observed>;
  /** Pure. */
  plan(resource: Resource<Spec, Status>, observed: Observed): Plan<Action>;
  /** Pure. `settled` lets the finalizer go. */
  planDeletion(resource: Resource<Spec, Status>, observed: Observed): Plan<Action>;
  /**
   * Status fields that must be stored before the action is carried out, because its answer may get lost; pure.
   * They stay in the status until a report leaves them out.
   */
  intent(action: Action, observed: Observed): Partial<Status> | undefined;
  /**
   * Whether an action was sent whose answer never came, so that only a look at the cloud can tell what it did; pure.
   * Until then not even an object that is only observed goes.
   */
  awaitsAnswer?(resource: Resource<Spec, Status>): boolean;
  /** Carries one action out and returns what the cloud holds then, as far as the answer tells. */
  apply(action: Action, observed: Observed, io: Io): Promise<Observed>;
  /**
   * What it means to the user that the cloud refused the action, or a part of it; pure. `undefined` where the kind
   * knows no more than the error says.
   */
  refused?(
    action: Action,
    resource: Resource<Spec, Status>,
    observed: Observed,
    error: CloudError,
  ): Exclude<Plan<never>, { readonly kind: 'act' | 'settled' }> | undefined;
  /** Pure. */
  report(resource: Resource<Spec, Status>, observed: Observed): Report<Status>;
  /** What a pass brought to light that is worth an event of its own beside those of Ready; pure. */
  notices?(before: Resource<Spec, Status>, after: Resource<Spec, Status>): readonly Notice[];
  /**
   * Which resources at rest, all of one account and region, differ in the cloud from what their status says. Reads
   * shared listings only.
   */
  drifted(resources: readonly Resource<Spec, Status>[], check: DriftCheck): Promise<readonly Key[]>;
  /** Absent: the kind leaves nothing in the cloud that its tag would lead to. */
  readonly orphans?: OrphanSearch<Spec, Status>;
}

export interface DriftCheck {
  readonly session: Session;
  /** For what cannot be compared; the check then goes on without it. */
  readonly log: Logger;
  /** Local clock: listings begun before this do not count. */
  readonly nowMs: number;
  /** Zones of this cluster's Nodes; `undefined` where they cannot be read. */
  readonly nodeZones: Io['nodeZones'];
  readonly find: Objects['find'];
  readonly signal: AbortSignal;
}

/** A kind whose types only its own parts know; what the engine and the registry handle. */
export type AnyKind = Kind<CommonSpec, CommonStatus, unknown, PlannedAction>;

/**
 * Infers a kind's types and closes them, so that kinds of different types fit one registry. The compiler lets a
 * `Kind` of any types pass as `AnyKind`, since parameters of methods are compared both ways. That it is safe is for
 * the engine to see to: it hands a kind only resources of the kind's own type, and observations and actions that the
 * same kind made in the same pass.
 */
export function defineKind<
  Spec extends CommonSpec,
  Status extends CommonStatus,
  Observed,
  Action extends PlannedAction,
>(kind: Kind<Spec, Status, Observed, Action>): AnyKind {
  return kind;
}

export const reconcileAtAnnotation = 'vpe-operator.io/reconcile-at';
