/**
 * The operator's configuration: one YAML file, checked before anything else happens, and the few environment
 * variables that may be set. This is the only reader of the environment.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Ajv, type ErrorObject } from 'ajv';
import { parse } from 'yaml';
import type { AccountOptions } from './cloud/accounts.ts';
import { type EndpointOptions, endpointVariables, resolveEndpoints } from './cloud/endpoints.ts';
import { configSchema } from './config-schema.ts';
import type { Pace } from './controller/kind.ts';
import { defaultTimings, type Timings } from './controller/timings.ts';

export interface Config {
  readonly accounts: readonly (Omit<AccountOptions, 'allowedNamespaces'> & {
    /** Absent: the operator's own namespace only. */
    readonly allowedNamespaces: readonly string[] | undefined;
  })[];
  readonly endpoints: EndpointOptions;
  /** PEM certificates trusted beside the system's, for endpoints behind a private CA. */
  readonly caBundle: string | undefined;
  /** Deadline of one call to IBM Cloud. */
  readonly timeoutMs: number;
  readonly timings: Timings;
  /** Objects of one kind that are worked on at the same time. */
  readonly workers: number;
  readonly http: { readonly host: string; readonly port: number };
  readonly logLevel: string;
  /** The pod's name, in events, the Lease and the User-Agent. */
  readonly podName: string;
}

/** The configuration cannot be used; the message tells a person what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface File {
  accounts: {
    name: string;
    auth: { apiKeyFile: string };
    allowedNamespaces?: string[];
    budget?: { callsPerSecond?: number; burst?: number };
  }[];
  endpoints?: Partial<EndpointOptions> & { caBundleFile?: string; timeout?: string };
  timings?: Partial<Record<Pace, { base?: string; max?: string }>> & { driftCheck?: string };
  workers?: number;
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
  const { caBundleFile, timeout = '30s' } = file.endpoints ?? {};
  return Object.freeze({
    accounts: uniqueAccounts(file, path),
    endpoints,
    caBundle: caBundleFile === undefined ? undefined : readText(caBundleFile, 'endpoints.caBundleFile'),
    timeoutMs: durationMs(timeout),
    timings: timingsOf(file),
    workers: file.workers ?? 8,
    http: { host: file.http?.host ?? '0.0.0.0', port: file.http?.port ?? 8080 },
    logLevel: logLevelOf(environment),
    podName: hostname(),
  });
}

/** `500ms`, `10s`, `5m`, `2h`; the schema has checked the form. */
export function durationMs(text: string): number {
  const [, amount = '0', unit = 'ms'] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  return Number(amount) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 1);
}

function parseFile(path: string): unknown {
  const text = readText(path, 'the configuration');
  try {
    return parse(text);
  } catch (cause) {
    throw new ConfigError(`${path} is not YAML: ${(cause as Error).message}`, { cause });
  }
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${what} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function checked(content: unknown, path: string): File {
  const validate = new Ajv({ allErrors: true, strict: true }).compile<File>(configSchema);
  if (!validate(content)) {
    const lines = (validate.errors ?? []).map((error) => `  ${sayError(error)}`);
    throw new ConfigError(`${path} is not a valid configuration:\n${lines.join('\n')}`);
  }
  return content;
}

function sayError({ instancePath, keyword, params, message }: ErrorObject): string {
  const where = instancePath === '' ? 'the file' : instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'additionalProperties') {
    return `${where}: unknown field ${String(params['additionalProperty'])}`;
  }
  return `${where}: ${message ?? keyword}`;
}

function uniqueAccounts(file: File, path: string): Config['accounts'] {
  const names = file.accounts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ConfigError(`${path} names account ${twice} twice`);
  }
  return file.accounts.map(({ name, auth, allowedNamespaces, budget }) => ({
    name,
    auth,
    allowedNamespaces,
    budget: { callsPerSecond: budget?.callsPerSecond ?? 5, burst: budget?.burst ?? 20 },
  }));
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
  };
  try {
    resolveEndpoints(options);
  } catch (cause) {
    throw new ConfigError((cause as Error).message, { cause });
  }
  return options;
}

function timingsOf({ timings = {} }: File): Timings {
  const paces = Object.entries(defaultTimings.paces).map(([pace, { baseMs, maxMs }]) => {
    const { base, max } = timings[pace as Pace] ?? {};
    const schedule = {
      baseMs: base === undefined ? baseMs : durationMs(base),
      maxMs: max === undefined ? maxMs : durationMs(max),
    };
    if (schedule.baseMs > schedule.maxMs || schedule.baseMs === 0) {
      throw new ConfigError(`timings.${pace}: base must be above zero and at most max`);
    }
    return [pace, schedule];
  });
  const { driftCheck } = timings;
  return {
    ...defaultTimings,
    paces: Object.fromEntries(paces) as Timings['paces'],
    ...(driftCheck !== undefined && { driftCheckMs: durationMs(driftCheck) }),
  };
}

function logLevelOf(environment: Environment): string {
  const level = environment['LOG_LEVEL'] ?? 'info';
  if (!logLevels.includes(level)) {
    throw new ConfigError(`LOG_LEVEL is ${level}; it must be one of ${logLevels.join(', ')}`);
  }
  return level;
}
