/** The two forms in which IAM's API writes a policy (vpc-endpoint-gateways §11.9): what it accepts and what it answers. */
import { timestamp } from '../timestamp.ts';
import type { Schema } from '../validation.ts';
import type { Attributes, Policy, PolicyContent } from './policies.ts';

export interface PolicyForm {
  readonly path: string;
  /** Of its operation ids: `get_policy`, `get_v2_policy`. */
  readonly infix: string;
  /** Of a whole policy. */
  readonly schema: Schema;
  /** `body` is one that the schema has accepted. */
  readonly read: (body: unknown) => PolicyContent;
  readonly render: (policy: Policy, url: string) => unknown;
}

const text: Schema = { type: 'string', minLength: 1, maxLength: 1000 };
const description: Schema = { type: 'string', maxLength: 300 };
/** Access policies of people and service ids are not simulated. */
const type: Schema = { const: 'authorization' };

function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

function list(items: Schema): Schema {
  return { type: 'array', minItems: 1, items };
}

interface V1Body {
  readonly description?: string;
  readonly subjects: readonly [{ readonly attributes: readonly V1Attribute[] }];
  readonly roles: ReadonlyArray<{ readonly role_id: string }>;
  readonly resources: readonly [{ readonly attributes: readonly V1Attribute[] }];
}

interface V1Attribute {
  readonly name: string;
  readonly value: string;
}

const v1Attributes = (properties: Readonly<Record<string, Schema>>): Schema => ({
  ...list(object({ attributes: list(object({ name: text, value: text, ...properties }, ['operator'])) })),
  maxItems: 1,
});

export const v1: PolicyForm = {
  path: '/v1/policies',
  infix: '',
  schema: object(
    {
      type,
      description,
      subjects: v1Attributes({}),
      roles: list(
        object({ role_id: text, display_name: text, description: text }, ['display_name', 'description']),
      ),
      resources: v1Attributes({ operator: { const: 'stringEquals' } }),
    },
    ['description'],
  ),
  read(body) {
    const { subjects, roles, resources, ...rest } = body as V1Body;
    return {
      description: rest.description,
      subject: readNamed(subjects),
      resource: readNamed(resources),
      roles: roles.map(({ role_id }) => role_id),
    };
  },
  render(policy, url) {
    const resource = named(policy.resource).map((attribute) => ({ ...attribute, operator: 'stringEquals' }));
    return {
      ...common(policy, url),
      subjects: [{ attributes: named(policy.subject) }],
      roles: policy.roles.map((role) => ({ role_id: role, display_name: role.split(':').at(-1) })),
      resources: [{ attributes: resource }],
    };
  },
};

function readNamed([{ attributes }]: V1Body['subjects']): Attributes {
  return Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
}

function named(attributes: Attributes): readonly V1Attribute[] {
  return Object.entries(attributes).map(([name, value]) => ({ name, value }));
}

interface V2Body {
  readonly description?: string;
  readonly control: { readonly grant: { readonly roles: V1Body['roles'] } };
  readonly subject: V2Attributes;
  readonly resource: V2Attributes;
}

interface V2Attributes {
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: string }>;
}

const v2Attributes = object({
  attributes: list(object({ key: text, operator: { const: 'stringEquals' }, value: text })),
});

export const v2: PolicyForm = {
  path: '/v2/policies',
  infix: '_v2',
  schema: object(
    {
      type,
      description,
      control: object({ grant: object({ roles: list(object({ role_id: text })) }) }),
      subject: v2Attributes,
      resource: v2Attributes,
    },
    ['description'],
  ),
  read(body) {
    const { control, subject, resource, ...rest } = body as V2Body;
    return {
      description: rest.description,
      subject: readKeyed(subject),
      resource: readKeyed(resource),
      roles: control.grant.roles.map(({ role_id }) => role_id),
    };
  },
  render: (policy, url) => ({
    ...common(policy, url),
    control: { grant: { roles: policy.roles.map((role) => ({ role_id: role })) } },
    subject: keyed(policy.subject),
    resource: keyed(policy.resource),
  }),
};

function readKeyed({ attributes }: V2Attributes): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
}

function keyed(attributes: Attributes): unknown {
  const operator = 'stringEquals';
  return { attributes: Object.entries(attributes).map(([key, value]) => ({ key, operator, value })) };
}

function common(policy: Policy, url: string): object {
  return {
    id: policy.id,
    type: 'authorization',
    ...(policy.description !== undefined && { description: policy.description }),
    state: policy.state,
    href: `${url}/${policy.id}`,
    created_at: timestamp(policy.createdAtMs),
    created_by_id: policy.createdBy,
    last_modified_at: timestamp(policy.modifiedAtMs),
    last_modified_by_id: policy.modifiedBy,
  };
}
