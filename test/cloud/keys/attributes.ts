/** What each policy type takes as `attributes`, and what it keeps of them (hpcs-network-policy §6). */
import { isIPv4 } from 'node:net';
import { keyError } from './errors.ts';
import type { Attributes, PolicyType } from './model.ts';

export interface GivenPolicy {
  readonly policy_type: PolicyType;
  readonly policy_data: { readonly enabled: boolean; readonly attributes?: Attributes };
}

export interface AttributeRules {
  /** `allowedNetwork` names a network even when it is disabled (U6). */
  readonly networkAlways: boolean;
}

/** The attributes to keep; throws when IBM would refuse them. */
export function attributesOf(
  { policy_type: type, policy_data: { enabled, attributes = {} } }: GivenPolicy,
  rules: AttributeRules,
): Attributes | undefined {
  checkNames(type, attributes);
  switch (type) {
    case 'allowedNetwork': {
      return network(attributes, enabled || rules.networkAlways);
    }
    case 'rotation': {
      return whileEnabled(enabled, attributes, interval);
    }
    case 'allowedIP': {
      return whileEnabled(enabled, attributes, addresses) ?? { allowed_ip: [] };
    }
    case 'keyCreateImportAccess': {
      return access(attributes);
    }
    case 'dualAuthDelete':
    case 'metrics': {
      return undefined;
    }
  }
}

const NAMES: Readonly<Record<PolicyType, readonly string[]>> = {
  allowedNetwork: ['allowed_network'],
  allowedIP: ['allowed_ip'],
  dualAuthDelete: [],
  rotation: ['interval_month'],
  metrics: [],
  keyCreateImportAccess: [
    'create_root_key',
    'create_standard_key',
    'import_root_key',
    'import_standard_key',
    'enforce_token',
  ],
};

/** Attributes of another type count as unknown fields; their code is UNCONFIRMED. */
function checkNames(type: PolicyType, attributes: Attributes): void {
  const strange = Object.keys(attributes).find((name) => !NAMES[type].includes(name));
  if (strange !== undefined) {
    throw badBody(`unknown field "${strange}"`);
  }
}

export function badBody(detail: string): Error {
  const message =
    'Invalid body data was passed: Please ensure the data passed had valid formatting with no invalid characters';
  return keyError('BAD_BODY_ERR', `${message}: ${detail}`);
}

function missing(name: string, hint: string): Error {
  return keyError('MISSING_FIELD_ERR', `The field \`${name}\` is required: ${hint}`);
}

function invalid(name: string, rule: string): Error {
  return keyError('INVALID_FIELD_ERR', `The field \`${name}\` must be: ${rule}`);
}

const NETWORKS: readonly unknown[] = ['public-and-private', 'private-only'];

function network({ allowed_network: value }: Attributes, required: boolean): Attributes | undefined {
  if (value === undefined && !required) {
    return undefined;
  }
  if (value === undefined) {
    throw missing('allowed_network', 'Allowed Network parameter must be set');
  }
  if (!NETWORKS.includes(value)) {
    throw invalid('allowed_network', NETWORKS.join(' or '));
  }
  return { allowed_network: value };
}

/** For types that take attributes only while they are enabled. */
function whileEnabled(
  enabled: boolean,
  attributes: Attributes,
  check: (attributes: Attributes) => Attributes,
): Attributes | undefined {
  const [given] = Object.keys(attributes);
  if (!enabled && given !== undefined) {
    throw invalid(given, 'absent when the policy is disabled');
  }
  return enabled ? check(attributes) : undefined;
}

function interval({ interval_month: months }: Attributes): Attributes {
  if (months === undefined) {
    throw missing('interval_month', 'Rotation interval must be set');
  }
  if (typeof months !== 'number' || !Number.isInteger(months) || months < 1 || months > 12) {
    throw invalid('interval_month', 'between 1 and 12');
  }
  return { interval_month: months };
}

const MOST_ADDRESSES = 1000;

function addresses({ allowed_ip: given }: Attributes): Attributes {
  if (given === undefined) {
    throw missing('allowed_ip', 'Allowed IP parameter must be set');
  }
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_ADDRESSES || !given.every(isBlock)) {
    throw invalid('allowed_ip', `1 to ${MOST_ADDRESSES} IPv4 blocks`);
  }
  return { allowed_ip: given };
}

function isBlock(text: unknown): boolean {
  const [address = '', length, ...rest] = String(text).split('/');
  return rest.length === 0 && isIPv4(address) && (length === undefined || Number(length) <= 32);
}

/** Flags that are left out go back to their defaults (§1.7). */
function access(given: Attributes): Attributes {
  const flags = NAMES.keyCreateImportAccess.map((name): [string, boolean] => {
    const flag = given[name] ?? name !== 'enforce_token';
    if (typeof flag !== 'boolean') {
      throw badBody(`"${name}" is no boolean`);
    }
    return [name, flag];
  });
  return Object.fromEntries(flags);
}
