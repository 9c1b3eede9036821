/**
 * What a configuration file may hold (JSON Schema); `config.ts` reads it, the README's table explains it. Where a
 * pattern or a format decides, the description says what it wants: the user reads it in the error.
 */
import { endpointVariables } from './cloud/endpoints.ts';

/** The format is `config.ts`'s, which reads durations. */
const duration = {
  type: 'string',
  format: 'duration',
  description: 'a duration of at most 168h, such as 500ms, 30s, 5m or 2h',
} as const;

const schedule = {
  type: 'object',
  additionalProperties: false,
  properties: { base: duration, max: duration },
} as const;

/** RFC 1123, as the API server checks it. */
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

const account = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'auth'],
  properties: {
    name: {
      type: 'string',
      pattern: `^${label}$`,
      maxLength: 63,
      description: 'lower case letters, digits and hyphens, beginning and ending with a letter or digit',
    },
    auth: {
      type: 'object',
      additionalProperties: false,
      required: ['apiKeyFile'],
      properties: { apiKeyFile: { type: 'string', minLength: 1 } },
    },
    allowedNamespaces: { type: 'array', items: { type: 'string', minLength: 1 } },
    budget: {
      type: 'object',
      additionalProperties: false,
      properties: {
        callsPerSecond: { type: 'number', exclusiveMinimum: 0 },
        burst: { type: 'integer', minimum: 1 },
      },
    },
  },
} as const;

/** It goes into user tags, `vpe-operator:<clusterID>:<uid>`: at most 128 characters, and IBM ignores case in them. */
const clusterID = {
  type: 'string',
  pattern: '^[a-z0-9][-a-z0-9_.]*$',
  maxLength: 128 - 'vpe-operator::'.length - 36,
  description:
    'lower case letters, digits, hyphens, underscores and dots, beginning with a letter or digit, since it becomes part of tags',
} as const;

const watchNamespaces = {
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: {
    type: 'string',
    pattern: `^${label}$`,
    maxLength: 63,
    description: 'the name of a namespace: lower case letters, digits and hyphens',
  },
  description: 'a list of different namespaces; leave the field out to watch all of them',
} as const;

const leaderElection = {
  type: 'object',
  additionalProperties: false,
  properties: {
    leaseName: {
      type: 'string',
      pattern: `^${label}(\\.${label})*$`,
      maxLength: 253,
      description: 'the name of a Lease: lower case letters, digits, hyphens and dots',
    },
    leaseDuration: duration,
    renewDeadline: duration,
    retryPeriod: duration,
  },
} as const;

export const configSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['accounts'],
  properties: {
    accounts: { type: 'array', minItems: 1, items: account },
    endpoints: {
      type: 'object',
      additionalProperties: false,
      properties: {
        overrides: {
          type: 'object',
          additionalProperties: false,
          properties: Object.fromEntries(endpointVariables.map((name) => [name, { type: 'string' }])),
        },
        allowedHosts: { type: 'array', items: { type: 'string', minLength: 1 } },
        caBundleFile: { type: 'string', minLength: 1 },
        timeout: duration,
      },
    },
    timings: {
      type: 'object',
      additionalProperties: false,
      properties: {
        changing: schedule,
        slow: schedule,
        retry: schedule,
        terminal: schedule,
        driftCheck: duration,
        orphanSweep: duration,
      },
    },
    clusterID,
    watchNamespaces,
    leaderElection,
    workers: { type: 'integer', minimum: 1, maximum: 100 },
    http: {
      type: 'object',
      additionalProperties: false,
      properties: {
        host: { type: 'string', minLength: 1 },
        port: { type: 'integer', minimum: 0, maximum: 65_535 },
      },
    },
  },
} as const;
