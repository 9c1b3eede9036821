/**
 * The operator's configuration: one YAML file, checked before anything else happens, and the few environment
 * variables that may be set. This is the only reader of the environment.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { parse } from 'yaml';
import { type EndpointOptions, endpointVariables, resolveEndpoints } from './cloud/endpoints.ts';
import { type AccountInFile, accountsOf, type ConfiguredAccount } from './config-accounts.ts';
import { type ProbesConfig, type ProbesInFile, probesOf } from './config-probes.ts';
import { complaintsAbout } from './config-schema.ts';
import type { ChangeBudgetOptions } from './controller/change-budget.ts';
import type { Pace } from './controller/kind.ts';
import { defaultTimings, type Timings } from './controller/timings.ts';
import { checkLeaseTimes, defaultLeaseTimes, type LeaseTimes } from './kube/lease-record.ts';
import { durationMs } from './lib/duration.ts';
import { maskSecrets } from './lib/mask-secrets.ts';

export interface Config {
  readonly accounts: readonly ConfiguredAccount[];
  readonly endpoints: EndpointOptions;
  /** PEM certificates trusted beside the system's, for endpoints behind a private CA. */
  readonly caBundle: string | undefined;
  /** Deadline of one call to IBM Cloud. */
  readonly timeoutMs: number;
  readonly timings: Timings;
  /** Names the installation in the tags of what is ours. Absent: the uid of `kube-system` does, for all namespaces. */
  readonly clusterID: string | undefined;
  /** Absent: all namespaces. */
  readonly watchNamespaces: readonly string[] | undefined;
  readonly leaderElection: { readonly leaseName: string; readonly times: LeaseTimes };
  /** Objects of one kind that are worked on at the same time. */
  readonly workers: number;
  /** Every object is treated as one whose managementPolicy is Observe. */
  readonly dryRun: boolean;
  /** Cluster ids of installations whose gateways objects may take over by annotation, as after a restore. */
  readonly takeOverFrom: readonly string[];
  readonly changeBudget: ChangeBudgetOptions;
  readonly probes: ProbesConfig;
  /** Id of the VPC in which the operator runs. Absent: the Nodes tell. */
  readonly ownVPC: string | undefined;
  readonly http: { readonly host: string; readonly port: number };
  readonly logLevel: string;
  /** The pod's name, in events, the Lease and the User-Agent. */
  readonly podName: string;
}

/** The configuration cannot be used; the message tells a person what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** A message may quote the file, where a key may stand in the wrong place. */
  constructor(message: string) {
    super(maskSecrets(message));
  }
}

interface File {
  accounts: AccountInFile[];
  endpoints?: Partial<EndpointOptions> & { caBundleFile?: string; timeout?: string };
  timings?: Partial<Record<Pace, { base?: string; max?: string }>> & {
    driftCheck?: string;
    orphanSweep?: string;
  };
  clusterID?: string;
  watchNamespaces?: string[];
  leaderElection?: {
    leaseName?: string;
    leaseDuration?: string;
    renewDeadline?: string;
    retryPeriod?: string;
  };
  workers?: number;
  dryRun?: boolean;
  takeOverFrom?: string[];
  changeBudget?: { deletesPerHour?: number };
  probes?: ProbesInFile;
  ownVPC?: string;
  http?: { host?: string; port?: number };
}

type Environment = Readonly<Record<string, string | undefined>>;

const logLevels: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** `configPath` is the command line's word; without it `VPE_OPERATOR_CONFIG` tells the path. */
export function loadConfig(configPath: string | undefined, environment: Environment = process.env): Config {
  const path = configPath ?? environment['VPE_OPERATOR_CONFIG'];
  if (path === undefined) {
    throw new ConfigError('no configuration: give its path by --config or VPE_OPERATOR_CONFIG');
  }
  const file = checked(parseFile(path), path);
  const endpoints = endpointOptions(file, environment);
  const { caBundleFile, timeout } = file.endpoints ?? {};
  return Object.freeze({
    accounts: uniqueAccounts(file, path),
    endpoints,
    caBundle: caBundleFile === undefined ? undefined : readCertificates(caBundleFile),
    timeoutMs: durationMs(timeout, 30_000),
    timings: timingsOf(file),
    clusterID: clusterIDOf(file, path),
    watchNamespaces: file.watchNamespaces,
    leaderElection: leaderElectionOf(file),
    workers: file.workers ?? 8,
    dryRun: file.dryRun ?? false,
    takeOverFrom: file.takeOverFrom ?? [],
    changeBudget: { deletesPerHour: file.changeBudget?.deletesPerHour ?? 100 },
    probes: probesOf(file.probes),
    ownVPC: file.ownVPC,
    http: { host: file.http?.host ?? '0.0.0.0', port: file.http?.port ?? 8080 },
    logLevel: logLevelOf(environment),
    podName: hostname(),
  });
}

function parseFile(path: string): unknown {
  const text = readText(path, 'the configuration');
  try {
    return parse(text);
  } catch (error) {
    // What follows the first line quotes the file, which may hold what should not be shown.
    const [summary = ''] = (error as Error).message.split('\n');
    throw new ConfigError(`${path} is not YAML: ${summary.replace(/:$/, '')}`);
  }
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${what} cannot be read: ${(error as Error).message}`);
  }
}

/** Without this check a wrong file would show only as calls that fail on the server's certificate. */
function readCertificates(path: string): string {
  const pem = readText(path, 'endpoints.caBundleFile');
  try {
    void new X509Certificate(pem);
  } catch {
    throw new ConfigError(`endpoints.caBundleFile holds no PEM certificate: ${path}`);
  }
  return pem;
}

function checked(content: unknown, path: string): File {
  const complaints = complaintsAbout(content);
  if (complaints.length > 0) {
    const lines = complaints.map((complaint) => `\n  ${complaint}`);
    throw new ConfigError(`${path} is not a valid configuration:${lines.join('')}`);
  }
  return content as File;
}

function uniqueAccounts(file: File, path: string): Config['accounts'] {
  const names = file.accounts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ConfigError(`${path} names account ${twice} twice`);
  }
  return accountsOf(file.accounts);
}

/** In one cluster there may be several installations for some namespaces, and all would go by the same uid. */
function clusterIDOf({ clusterID, watchNamespaces }: File, path: string): string | undefined {
  if (clusterID === undefined && watchNamespaces !== undefined) {
    const advice =
      'watchNamespaces needs a clusterID that no other installation has, as in clusterID: team-1';
    const reason = 'two installations in one cluster would report each other’s gateways as orphans';
    throw new ConfigError(`${path}: ${advice}; without it ${reason}`);
  }
  return clusterID;
}

/** The environment's word goes before the file's, as with IBM's own tools. */
function endpointOptions(file: File, environment: Environment): EndpointOptions {
  const fromEnvironment = endpointVariables.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const options: EndpointOptions = {
    overrides: { ...file.endpoints?.overrides, ...Object.fromEntries(fromEnvironment) },
    allowedHosts: file.endpoints?.allowedHosts ?? [],
    keyInstances: file.endpoints?.keyInstances ?? [],
  };
  try {
    resolveEndpoints(options);
  } catch (error) {
    throw new ConfigError((error as Error).message);
  }
  return options;
}

function timingsOf({ timings = {} }: File): Timings {
  const paces = Object.entries(defaultTimings.paces).map(([pace, { baseMs, maxMs }]) => {
    const { base, max } = timings[pace as Pace] ?? {};
    const schedule = { baseMs: durationMs(base, baseMs), maxMs: durationMs(max, maxMs) };
    if (schedule.baseMs > schedule.maxMs) {
      const said = `base is ${schedule.baseMs} ms, max is ${schedule.maxMs} ms`;
      throw new ConfigError(`timings.${pace}: base must not be longer than max; ${said}`);
    }
    return [pace, schedule];
  });
  return {
    ...defaultTimings,
    paces: Object.fromEntries(paces) as Timings['paces'],
    driftCheckMs: durationMs(timings.driftCheck, defaultTimings.driftCheckMs),
    orphanSweepMs: durationMs(timings.orphanSweep, defaultTimings.orphanSweepMs),
  };
}

function leaderElectionOf({ leaderElection = {} }: File): Config['leaderElection'] {
  const { leaseName = 'vpe-operator', leaseDuration, renewDeadline, retryPeriod } = leaderElection;
  const times = {
    durationMs: durationMs(leaseDuration, defaultLeaseTimes.durationMs),
    renewDeadlineMs: durationMs(renewDeadline, defaultLeaseTimes.renewDeadlineMs),
    retryMs: durationMs(retryPeriod, defaultLeaseTimes.retryMs),
  };
  try {
    checkLeaseTimes(times);
  } catch (error) {
    throw new ConfigError(`leaderElection: ${(error as Error).message}`);
  }
  return { leaseName, times };
}

function logLevelOf(environment: Environment): string {
  const level = environment['LOG_LEVEL'] ?? 'info';
  if (!logLevels.includes(level)) {
    throw new ConfigError(`LOG_LEVEL is ${level}; it must be one of ${logLevels.join(', ')}`);
  }
  return level;
}
