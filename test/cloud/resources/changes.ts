/**
 * What changes a service instance, and deletes it (hpcs-network-policy §3.2, §3.4). `allowed_network` goes to the same
 * policy that the key-management API sets; whether it does so for a closed instance is UNCONFIRMED (U8).
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { attributesOf } from '../keys/attributes.ts';
import { writePolicy } from '../keys/model.ts';
import type { Schema } from '../validation.ts';
import type { World } from '../world.ts';
import { findInstance } from './find.ts';
import type { ServiceInstance } from './instances.ts';
import { remove, touch } from './lifecycle.ts';
import { renderInstance } from './render.ts';

const changeBody: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string', pattern: '^[^<>]{1,180}$' },
    parameters: { type: 'object' },
    resource_plan_id: { type: 'string' },
    allow_cleanup: { type: 'boolean' },
  },
  additionalProperties: false,
};

const deleteQuery: Schema = {
  type: 'object',
  properties: { recursive: { type: 'boolean' } },
  additionalProperties: false,
};

interface ChangeBody {
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

type OneInstance = FastifyRequest<{ Params: { id: string } }>;

export function serveChanges(app: FastifyInstance, world: World): void {
  const changing = { config: { operation: 'update_resource_instance' }, schema: { body: changeBody } };
  app.patch('/resource_instances/:id', changing, async (request: OneInstance) => change(request, world));
  const deleting = {
    config: { operation: 'delete_resource_instance' },
    schema: { querystring: deleteQuery },
  };
  app.delete('/resource_instances/:id', deleting, async (request: OneInstance, reply) => {
    const instance = findToChange(request, world);
    checkZeroized(instance);
    remove(world, instance, request.identity.iamId);
    return reply.code(202).send();
  });
}

function change(request: OneInstance, world: World): unknown {
  const instance = findToChange(request, world);
  const { name, parameters } = request.body as ChangeBody;
  if (parameters !== undefined) {
    setNetwork(request, world, { instance, parameters });
    Object.assign(instance.parameters, parameters);
  }
  instance.name = name ?? instance.name;
  instance.operation = 'update';
  touch(world, instance, request.identity.iamId);
  return renderInstance(instance);
}

/** The caller's own instance, which must be active; the answer for other states is UNCONFIRMED but for one (TF#3522). */
function findToChange({ identity, params }: OneInstance, world: World): ServiceInstance {
  const instance = findInstance(world, identity.account, params.id);
  if (identity.role !== 'editor') {
    const message = 'You are not authorized to change this instance.';
    throw new ApiError({ status: 403, code: 'not_authorized', message });
  }
  if (instance.state !== 'active') {
    const message =
      instance.state === 'pending_reclamation'
        ? 'The instance is pending reclamation: use the reclamation API to reclaim or restore it.'
        : `The instance is ${instance.state}.`;
    throw new ApiError({ status: 422, code: 'RC-InstanceNotActive', message });
  }
  return instance;
}

/** A key-management instance takes no parameters without its network (TF#5079). */
function setNetwork(
  { identity }: OneInstance,
  { clock, settings }: World,
  { instance, parameters }: { readonly instance: ServiceInstance; readonly parameters: object },
): void {
  if (instance.keys === undefined) {
    return;
  }
  const given = Object.entries(parameters).filter(([name]) => name === 'allowed_network');
  const data = { enabled: true, attributes: Object.fromEntries(given) as Record<string, unknown> };
  try {
    attributesOf({ policy_type: 'allowedNetwork', policy_data: data }, { networkAlways: true });
  } catch (error) {
    const { code, message } = error as ApiError;
    throw brokerError(`CODE: ${code}, ${message}`);
  }
  if (settings.patchSetsKeyPolicy) {
    const writer = { iamId: identity.iamId, atMs: clock.now() };
    writePolicy(instance.keys, 'allowedNetwork', { content: data, writer });
  }
}

/** HPCS is deleted only once its crypto units hold no master key (TF#2123). */
function checkZeroized({ service, keys }: ServiceInstance): void {
  if (service === 'hs-crypto' && keys?.initialized === true) {
    const detail =
      'HsmStateError: There are still domains configured with a master key. ' +
      'Use the IBM Cloud CLI tke plugin to zeroize the domains.';
    throw brokerError(`[409, Conflict] ${detail}`);
  }
}

/** What a service's own broker refused; the newer form of the answer. */
function brokerError(detail: string): ApiError {
  const message = `Please contact the Service Provider for this error. ${detail}`;
  return new ApiError({ status: 422, code: 'RC-ServiceBrokerErrorResponse', message });
}
