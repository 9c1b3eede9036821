/**
 * The body that sets policies, as strict as IBM: unknown members are refused, read-only ones among them, and with
 * `?policy=` it holds exactly one policy of that type (hpcs-network-policy §1.4, §1.7, §1.8).
 */
import type { ErrorObject } from 'ajv';
import { compileValidator, type Schema } from '../validation.ts';
import { badBody, type GivenPolicy } from './attributes.ts';
import { keyError } from './errors.ts';
import { POLICY_TYPES, type PolicyType } from './model.ts';

export const POLICY_COLLECTION = 'application/vnd.ibm.kms.policy+json';

interface PolicyBody {
  readonly metadata: { readonly collectionTotal: number };
  readonly resources: readonly GivenPolicy[];
}

const policyBody: Schema = {
  type: 'object',
  required: ['metadata', 'resources'],
  additionalProperties: false,
  properties: {
    metadata: {
      type: 'object',
      required: ['collectionType', 'collectionTotal'],
      additionalProperties: false,
      properties: {
        collectionType: { const: POLICY_COLLECTION },
        collectionTotal: { type: 'integer' },
      },
    },
    resources: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['policy_type', 'policy_data'],
        additionalProperties: false,
        properties: {
          policy_type: { enum: POLICY_TYPES },
          policy_data: {
            type: 'object',
            required: ['enabled'],
            additionalProperties: false,
            properties: { enabled: { type: 'boolean' }, attributes: { type: 'object' } },
          },
        },
      },
    },
  },
};

const validate = compileValidator({ schema: policyBody, httpPart: 'body' });

/** `only` is the type in the query. */
export function policiesIn(body: unknown, only: PolicyType | undefined): readonly GivenPolicy[] {
  if (body === undefined) {
    throw keyError('NO_BODY_ERR', 'Missing body in request');
  }
  if (!validate(body)) {
    throw badBody(complaintOf(validate.errors ?? []));
  }
  const { metadata, resources } = body as PolicyBody;
  if (metadata.collectionTotal !== resources.length) {
    const message = 'Collection total does not match number of resources';
    throw keyError('COLLECTION_TOTAL_MISMATCH_ERR', message);
  }
  if (only !== undefined && resources.length !== 1) {
    const message =
      'Only a single instance policy may be created per query parameter: Please pass single resource object';
    throw keyError('NUM_COLLECTION_RESOURCE_ERR', message);
  }
  const types = resources.map(({ policy_type: type }) => type);
  if (only !== undefined && types[0] !== only) {
    const message = 'Data in body does not match data required by query parameter';
    throw keyError('BODY_QUERY_PARAM_MISMATCH_ERR', message);
  }
  if (new Set(types).size < types.length) {
    throw badBody('duplicate policy types');
  }
  return resources;
}

function complaintOf([complaint]: readonly ErrorObject[]): string {
  const unknown: unknown = complaint?.params['additionalProperty'];
  return typeof unknown === 'string'
    ? `unknown field "${unknown}"`
    : `${complaint?.instancePath} ${complaint?.message}`;
}
