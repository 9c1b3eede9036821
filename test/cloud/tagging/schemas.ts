/** What Global Tagging accepts (vpc-endpoint-gateways §9), and the types of what its schemas let through. */
import type { Schema } from '../validation.ts';
import { TAG_TYPES, type TagType } from './tags.ts';

const tag: Schema = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[A-Za-z0-9:_ .-]+$' };
const accessTag: Schema = { ...tag, pattern: '^[A-Za-z0-9_ .-]+:[A-Za-z0-9_ .-]+$' };
const tagType: Schema = { type: 'string', enum: TAG_TYPES, default: 'user' };

export const createBody: Schema = {
  type: 'object',
  properties: { tag_names: { type: 'array', minItems: 1, maxItems: 100, items: accessTag } },
  required: ['tag_names'],
  additionalProperties: false,
};

export const createQuery: Schema = {
  type: 'object',
  properties: { tag_type: { type: 'string', const: 'access' }, account_id: { type: 'string' } },
  required: ['tag_type'],
  additionalProperties: false,
};

export const changeBody: Schema = {
  type: 'object',
  properties: {
    resources: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: {
        type: 'object',
        properties: { resource_id: { type: 'string', minLength: 1 }, resource_type: { type: 'string' } },
        required: ['resource_id'],
        additionalProperties: false,
      },
    },
    tag_name: tag,
    tag_names: { type: 'array', minItems: 1, maxItems: 100, items: tag },
  },
  required: ['resources'],
  additionalProperties: false,
};

export const changeQuery: Schema = {
  type: 'object',
  properties: {
    tag_type: tagType,
    account_id: { type: 'string' },
    replace: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
  },
  additionalProperties: false,
};

export const listQuery: Schema = {
  type: 'object',
  properties: {
    tag_type: tagType,
    account_id: { type: 'string' },
    attached_to: { type: 'string', minLength: 1 },
    providers: { type: 'string', pattern: '^(ghost|ims)(,(ghost|ims))*$' },
    offset: { type: 'integer', minimum: 0, default: 0 },
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    full_data: { type: 'boolean' },
    timeout: { type: 'integer', minimum: 0 },
    order_by_name: { type: 'string', enum: ['asc', 'desc'], default: 'asc' },
    attached_only: { type: 'boolean', default: false },
  },
  additionalProperties: false,
};

export interface CreateBody {
  readonly tag_names: readonly string[];
}

export interface ChangeBody {
  readonly resources: ReadonlyArray<{ readonly resource_id: string }>;
  readonly tag_name?: string;
  readonly tag_names?: readonly string[];
}

export interface ChangeQuery {
  readonly tag_type: TagType;
  readonly replace: boolean;
  readonly update: boolean;
}

export interface ListQuery {
  readonly tag_type: TagType;
  readonly attached_to?: string;
  readonly providers?: string;
  readonly offset: number;
  readonly limit: number;
  readonly order_by_name: 'asc' | 'desc';
  readonly attached_only: boolean;
}
