/** Puts together what kinds may know of paths through the network: where the operator is, what it calls, what it proves. */
import type { Logger } from 'pino';
import { type CalledHost, resolveEndpoints } from '../cloud/endpoints.ts';
import type { Config } from '../config.ts';
import type { OwnPlace, Path, Paths, Proofs } from '../controller/paths.ts';
import { KubeError } from '../kube/errors.ts';
import type { Nodes } from '../kube/nodes.ts';
import type { Clock } from '../lib/clock.ts';
import { isWildcard } from '../lib/host-names.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { Network } from '../lib/network.ts';
import { Prober } from '../probe/prober.ts';
import { authoritiesOf } from './authorities.ts';

/** An object that depends on a way through the network. */
export interface Dependant {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: Path;
}

export interface PlaceSurroundings {
  /** Objects of all kinds, as they are now. */
  readonly dependants: () => readonly Dependant[];
  readonly nodes: Pick<Nodes, 'read'>;
  readonly log: Logger;
}

/** On behalf of an object of a namespace. */
type PathsFor = (namespace: string) => Paths;

/** Of whoever asks where it is, and proves nothing. */
export function composePaths(config: Config, around: PlaceSurroundings): PathsFor {
  const { called } = resolveEndpoints(config.endpoints);
  const ownPlace = placeTeller(config, around);
  return (namespace) => ({
    ownPlace,
    usersOf: (path) => [
      ...called.filter(({ host }) => leadsTo(path, host)).map(wordsOf),
      ...new Set(
        around
          .dependants()
          .filter(({ path: { names } }) => names.some((name) => leadsTo(path, name)))
          .map((dependant) => nameOf(dependant, namespace)),
      ),
    ],
    proofs: undefined,
    forget: () => {},
    lookAgain: () => {},
  });
}

/** What another namespace holds is not everybody's business. */
function nameOf({ kind, namespace, name }: Dependant, asking: string): string {
  return namespace === asking ? `${kind} ${name}` : `an object of another namespace (${kind})`;
}

export interface ProofSurroundings extends PlaceSurroundings {
  readonly network: Network;
  readonly clock: Clock;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly metrics: Metrics;
  /** An object is to be passed over so many milliseconds from now, because of its proofs; `asker` as below. */
  readonly offer: (asker: string, inMs: number) => void;
}

export interface ProvenPaths {
  /** On behalf of an object, by `<kind>/<namespace>/<name>`. */
  readonly pathsOf: (asker: string) => Paths;
  /** Proves until the signal aborts. */
  readonly prove: (signal: AbortSignal) => Promise<void>;
}

export function composeProofs(config: Config, around: ProofSurroundings): ProvenPaths {
  const pathsFor = composePaths(config, around);
  const paths = (asker: string): Paths => pathsFor(asker.split('/')[1] ?? '');
  if (!config.probes.enabled) {
    return { pathsOf: (asker) => ({ ...paths(asker), proofs: 'off' }), prove: async () => {} };
  }
  const { network, clock, random, metrics, offer, log } = around;
  const prober = new Prober({
    network,
    clock,
    random,
    options: config.probes,
    ca: authoritiesOf(config),
    onResult: ({ check, result }) => metrics.probes.inc({ check, result }),
    onChange: (asker) => offer(asker, 0),
    log,
  });
  return {
    pathsOf: (asker) => ({
      ...paths(asker),
      proofs: proofsOf(asker, prober, config, network),
      forget: () => prober.forget(asker),
      lookAgain: () => offer(asker, unreadForMs),
    }),
    prove: async (signal) => prober.run(signal),
  };
}

function proofsOf(asker: string, prober: Prober, { probes }: Config, network: Network): Proofs {
  return {
    watch: (subject, prior) => prober.watch(asker, subject, prior),
    resolvers: () => network.resolvers(),
    convergenceMs: probes.convergenceMs,
  };
}

/** What could not be read now may be readable then. */
const unreadForMs = 30_000;

/** A silent API server must not hold up passes that want nothing else of it. */
const placeMs = 2_000;

const nowhere: OwnPlace = { zones: [], subnetIds: [], instanceIds: [] };

/**
 * A cluster that does not answer now leaves the operator where it was. An installation for single namespaces has no
 * right to Nodes, and does not ask.
 */
function placeTeller(
  { ownVPC, watchNamespaces }: Config,
  { nodes, log }: PlaceSurroundings,
): Paths['ownPlace'] {
  let last: OwnPlace | undefined;
  return async (signal) => {
    if (ownVPC !== undefined || watchNamespaces !== undefined) {
      return { ...nowhere, ...(ownVPC !== undefined && { vpcID: ownVPC }) };
    }
    const deadline = AbortSignal.timeout(placeMs);
    try {
      last = (await nodes.read(AbortSignal.any([signal, deadline]))) ?? nowhere;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof KubeError) && !deadline.aborted) {
        throw error;
      }
      log.warn({ err: error }, 'the Nodes, which tell in which VPC the operator runs, cannot be read');
    }
    return last;
  };
}

/** A gateway's wildcard stands for any number of labels, as in DNS; that of a called host for the region alone. */
function leadsTo({ names }: Path, host: string): boolean {
  return names.some((name) => {
    const [labels, called] = [name.split('.').toReversed(), host.split('.').toReversed()];
    const known = isWildcard(name) ? labels.slice(0, -1) : labels;
    const fits = isWildcard(name) ? called.length > known.length : called.length === known.length;
    return fits && known.every((label, index) => called[index] === '*' || called[index] === label);
  });
}

function wordsOf({ host, variable }: CalledHost): string {
  return `the operator itself, which calls ${host} (${variable})`;
}
