/**
 * What a configuration file may hold (JSON Schema), and what its author reads when it holds something else; the
 * README's table explains it. Where a pattern or a format decides, the description says what it wants.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { endpointVariables } from './cloud/endpoints.ts';
import { accountSchema } from './config-accounts.ts';
import { probesSchema } from './config-probes.ts';
import { isDuration } from './lib/duration.ts';

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

const keyInstance = {
  type: 'object',
  additionalProperties: false,
  required: ['instance', 'private', 'public'],
  properties: {
    instance: {
      type: 'string',
      pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
      description: 'the GUID of an instance of a key-management service, in lower case',
    },
    private: { type: 'string' },
    public: { type: 'string' },
  },
} as const;

const configSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['accounts'],
  properties: {
    accounts: { type: 'array', minItems: 1, items: accountSchema },
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
        keyInstances: { type: 'array', items: keyInstance },
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
    dryRun: { type: 'boolean' },
    takeOverFrom: { type: 'array', items: clusterID, uniqueItems: true },
    changeBudget: {
      type: 'object',
      additionalProperties: false,
      properties: { deletesPerHour: { type: 'integer', minimum: 1 } },
    },
    probes: probesSchema(duration),
    ownVPC: {
      type: 'string',
      pattern: '^[-0-9a-z_]+$',
      maxLength: 64,
      description: 'the id of a VPC, such as r006-11111111-1111-4111-8111-111111111111',
    },
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

/** What is wrong with the content of a file, each by its JSON path and with what to change; empty when nothing is. */
export function complaintsAbout(content: unknown): readonly string[] {
  const formats = { duration: isDuration };
  const ajv = new Ajv({ allErrors: true, strict: true, verbose: true, formats });
  const validate = ajv.compile(configSchema);
  return validate(content) ? [] : (validate.errors ?? []).map(sayError);
}

function sayError({ instancePath, keyword, params, parentSchema, message }: ErrorObject): string {
  const where = instancePath === '' ? 'the file' : instancePath.slice(1).replaceAll('/', '.');
  const param = (name: string): string => String((params as Record<string, unknown>)[name]);
  const { description } = parentSchema as { description?: string };
  switch (keyword) {
    case 'additionalProperties':
      return `${where}: unknown field ${param('additionalProperty')}`;
    case 'required':
      return `${where}: ${param('missingProperty')} is missing`;
    case 'minProperties':
    case 'maxProperties':
      return `${where}: must have ${description}`;
    case 'enum':
    case 'pattern':
    case 'format':
      return `${where}: must be ${description}`;
    case 'minItems':
    case 'uniqueItems':
      return `${where}: ${description === undefined ? message : `must be ${description}`}`;
    default:
      return `${where}: ${message ?? keyword}`;
  }
}
