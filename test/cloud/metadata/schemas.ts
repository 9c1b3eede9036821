/** What the metadata service accepts. */
import type { Schema } from '../validation.ts';

export interface TokenBody {
  readonly expires_in?: number;
}

export interface IamTokenBody {
  readonly trusted_profile?: { readonly id?: string; readonly crn?: string };
}

export const tokenBody: Schema = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: { expires_in: { type: 'integer', minimum: 5, maximum: 3600 } },
};

export const iamTokenBody: Schema = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    trusted_profile: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: { id: { type: 'string', minLength: 1 }, crn: { type: 'string', minLength: 1 } },
    },
  },
};

export const versionQuery: Schema = {
  type: 'object',
  required: ['version'],
  properties: { version: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' } },
};
