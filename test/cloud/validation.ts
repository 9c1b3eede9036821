/**
 * Request validation by JSON schema, and from a schema's complaint to IBM's error code. A schema can name the
 * code for one of its keywords with `ibmCode`, where the general one is not IBM's for that field.
 */
import { isIPv4 } from 'node:net';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { ApiError, field, parameter } from './errors.ts';

export interface Schema {
  readonly [keyword: string]: unknown;
  /** Keyword of this schema → code of the error when it fails. */
  readonly ibmCode?: Readonly<Record<string, string>>;
}

const GENERAL_CODES: Readonly<Record<string, string>> = {
  required: 'validation_required_field',
  additionalProperties: 'bad_field',
  enum: 'validation_enum',
  const: 'validation_enum',
  type: 'validation_invalid_field_type',
  pattern: 'validation_failure',
  format: 'validation_invalid_address',
  minLength: 'validation_failed_min_length',
  maxLength: 'validation_failed_max_length',
  minimum: 'validation_min_value',
  maximum: 'validation_max_value',
  minProperties: 'validation_failed_oneof',
  maxProperties: 'validation_failed_oneof',
};

function createAjv(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ coerceTypes, useDefaults: coerceTypes, verbose: true });
  ajv.addKeyword({ keyword: 'ibmCode', schemaType: 'object' });
  ajv.addFormat('ipv4', isIPv4);
  return ajv;
}

const bodies = createAjv(false);
const queries = createAjv(true);

/**
 * A fastify validator compiler: query values are strings and become what the schema says, bodies stay as sent.
 * A schema is compiled once per process, so declare schemas as constants.
 */
export function compileValidator(route: { schema: unknown; httpPart?: string }): ValidateFunction {
  return (route.httpPart === 'body' ? bodies : queries).compile(route.schema as Schema);
}

/** The answer to the first complaint about a request; `part` is fastify's name of what was wrong. */
export function validationError(complaint: ErrorObject, part: string): ApiError {
  const parent: Schema | undefined = complaint.parentSchema;
  const code =
    parent?.ibmCode?.[complaint.keyword] ?? GENERAL_CODES[complaint.keyword] ?? 'validation_failure';
  const name = nameOf(complaint);
  const targetOf = part === 'body' ? field : parameter;
  const value = typeof complaint.data === 'string' ? complaint.data : undefined;
  return new ApiError({
    status: 400,
    code,
    message: messageOf(complaint, name === '' ? 'The request' : name),
    target: name === '' ? undefined : targetOf(name, value),
  });
}

function messageOf({ keyword, message = 'is not valid' }: ErrorObject, name: string): string {
  switch (keyword) {
    case 'required':
      return `${name} is required.`;
    case 'additionalProperties':
      return `${name} is not known here.`;
    default:
      return `${name} ${message}.`;
  }
}

/** Dotted and bracketed, as IBM names fields: `ips[0].subnet.id`. */
function nameOf({ instancePath, params }: ErrorObject): string {
  const segments = instancePath.split('/').slice(1);
  const inner: unknown = params['missingProperty'] ?? params['additionalProperty'];
  if (typeof inner === 'string') {
    segments.push(inner);
  }
  return segments.reduce((name, segment) => {
    if (/^\d+$/.test(segment)) {
      return `${name}[${segment}]`;
    }
    return name === '' ? segment : `${name}.${segment}`;
  }, '');
}
