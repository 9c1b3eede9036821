/** What a kind may know of paths through the network: where the operator runs, what it proves there, who uses what. */
import type { Prior, Subject, Verdicts } from '../probe/proof-types.ts';

/** On behalf of one object. */
export interface Paths {
  /** `undefined`: it cannot be told now. Throws nothing but the signal's reason. */
  ownPlace(signal: AbortSignal): Promise<OwnPlace | undefined>;
  /** Who depends on the path, in words that go on "is used by …"; those that a user can do something about. */
  usersOf(path: Path): readonly string[];
  /** `off` by the configuration; `undefined` where nobody would hear of results. */
  readonly proofs: Proofs | 'off' | undefined;
  /** There is nothing to prove any more. */
  forget(): void;
  /** What there is to prove could not be read now: asks for another pass over the object in a while. */
  lookAgain(): void;
}

/** Where the operator runs, in words of the VPC API; what is not known is left out or empty. */
export interface OwnPlace {
  /** By the configuration, which then needs no Nodes. */
  readonly vpcID?: string;
  /** Of the cluster's Nodes: their zones, subnets and virtual servers. */
  readonly zones: readonly string[];
  readonly subnetIds: readonly string[];
  readonly instanceIds: readonly string[];
}

/** A way to a service that something may depend on. */
export interface Path {
  /** Names that lead there; the first label may be a wildcard. */
  readonly names: readonly string[];
}

/** What changes later leads to another pass over the object. */
export interface Proofs {
  /** Sees to it that the subject is proven from now on, and tells what is known. */
  watch(subject: Subject, prior: Prior): Verdicts;
  /** The resolvers that names are asked of. */
  resolvers(): readonly string[];
  /** How long a proof may fail that has to be there, before no waiting helps. */
  readonly convergenceMs: number;
}
