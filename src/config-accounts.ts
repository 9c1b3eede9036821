/** The accounts of a configuration file: what may be said about one (JSON Schema), and what is assumed when it is not. */
import type { AccountOptions } from './cloud/accounts.ts';
import { verbs } from './cloud/allows.ts';

export type ConfiguredAccount = Omit<AccountOptions, 'allowedNamespaces'> & {
  /** Absent: the operator's own namespace only. */
  readonly allowedNamespaces: readonly string[] | undefined;
};

/** An account as the file says it, once the schema has accepted it. */
export type AccountInFile = Omit<ConfiguredAccount, 'budget' | 'allowedNamespaces'> & {
  readonly allowedNamespaces?: readonly string[];
  readonly budget?: { readonly callsPerSecond?: number; readonly burst?: number };
};

export function accountsOf(accounts: readonly AccountInFile[]): readonly ConfiguredAccount[] {
  return accounts.map((account) => ({
    ...account,
    allowedNamespaces: account.allowedNamespaces,
    budget: { callsPerSecond: account.budget?.callsPerSecond ?? 5, burst: account.budget?.burst ?? 20 },
  }));
}

const path = { type: 'string', minLength: 1 } as const;

/** An object with exactly one of these fields, beside those that it always has. */
function oneOf<Choice extends object, Fixed extends object>(choice: Choice, fixed: Fixed) {
  const count = 1 + Object.keys(fixed).length;
  const always = Object.keys(fixed).map((name) => `${name} and `);
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(fixed),
    minProperties: count,
    maxProperties: count,
    properties: { ...fixed, ...choice },
    description: `${always.join('')}exactly one of ${Object.keys(choice).join(', ')}`,
  } as const;
}

const profileId = {
  type: 'string',
  pattern: '^Profile-',
  description: 'the id of a trusted profile, which begins with Profile-',
} as const;

const profileCRN = {
  type: 'string',
  pattern: '^crn:v1:[^:]+:[^:]+:iam-identity:.*:profile:Profile-',
  description:
    'the CRN of a trusted profile, as in crn:v1:bluemix:public:iam-identity::a/ACCOUNT::profile:Profile-ID',
} as const;

const auth = oneOf(
  {
    apiKeyFile: path,
    trustedProfile: oneOf(
      { id: profileId, name: { type: 'string', minLength: 1 }, crn: profileCRN },
      { tokenFile: path },
    ),
    instanceIdentity: {
      type: 'object',
      additionalProperties: false,
      properties: {
        profile: oneOf({ id: profileId, crn: profileCRN }, {}),
        protocol: {
          enum: ['http', 'https'],
          description: 'http or https, as the instance’s metadata service is set',
        },
      },
    },
  },
  {},
);

export const accountSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'auth'],
  properties: {
    name: {
      type: 'string',
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      maxLength: 63,
      description: 'lower case letters, digits and hyphens, beginning and ending with a letter or digit',
    },
    auth,
    allowedNamespaces: { type: 'array', items: { type: 'string', minLength: 1 } },
    allowedVPCs: { type: 'array', items: { type: 'string', minLength: 1 } },
    allowedInstances: { type: 'array', items: { type: 'string', minLength: 1 } },
    allowedVerbs: {
      type: 'array',
      items: { enum: verbs, description: `one of ${verbs.join(', ')}` },
    },
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
