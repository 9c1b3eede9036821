/** Deleted instances that can still be restored (hpcs-network-policy §3.2, §3.7, §9.10). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Account } from '../accounts.ts';
import { ApiError } from '../errors.ts';
import { timestamp } from '../timestamp.ts';
import type { Schema } from '../validation.ts';
import type { World } from '../world.ts';
import type { Reclamation, ServiceInstance } from './instances.ts';
import { reclaim, restore } from './lifecycle.ts';

const text: Schema = { type: 'string' };

const listQuery: Schema = {
  type: 'object',
  properties: { account_id: text, resource_instance_id: text, resource_group_id: text },
  additionalProperties: false,
};

interface ListQuery {
  readonly account_id?: string;
  /** GUID or CRN. */
  readonly resource_instance_id?: string;
  readonly resource_group_id?: string;
}

const actionBody: Schema = {
  type: 'object',
  properties: { request_by: text, comment: text },
  additionalProperties: false,
};

const actionParams: Schema = {
  type: 'object',
  properties: { id: text, action: { enum: ['reclaim', 'restore'] } },
};

interface Action {
  readonly id: string;
  readonly action: 'reclaim' | 'restore';
}

interface Deleted {
  readonly instance: ServiceInstance;
  readonly reclamation: Reclamation;
}

export function serveReclamations(app: FastifyInstance, world: World): void {
  const listing = { config: { operation: 'list_reclamations' }, schema: { querystring: listQuery } };
  app.get('/reclamations', listing, async (request) => {
    const query = request.query as ListQuery;
    checkAccount(request.account, query.account_id);
    const resources = deletedOf(world, request).filter(({ instance }) => matches(instance, query));
    return { resources: resources.map(renderReclamation) };
  });
  const acting = {
    config: { operation: 'run_reclamation_action' },
    schema: { params: actionParams, body: actionBody },
  };
  app.post('/reclamations/:id/actions/:action', acting, async (request) => {
    const { id, action } = request.params as Action;
    const deleted = deletedOf(world, request).find(({ reclamation }) => reclamation.id === id);
    if (deleted?.reclamation.state !== 'SCHEDULED') {
      const message = 'The reclamation does not exist.';
      throw new ApiError({ status: 404, code: 'RC-ReclamationNotFound', message });
    }
    return act(world, request, { deleted, action });
  });
}

/** What IBM answers to the id of another account is UNCONFIRMED. */
function checkAccount({ id }: Account, asked: string | undefined): void {
  if (asked !== undefined && asked !== id) {
    throw new ApiError({ status: 403, code: 'not_authorized', message: 'You are not authorized.' });
  }
}

/** While a reclamation is carried out it is still there. */
function act(
  world: World,
  { identity: { iamId, role } }: FastifyRequest,
  { deleted, action }: { readonly deleted: Deleted; readonly action: Action['action'] },
): unknown {
  if (role !== 'editor') {
    const message = 'You are not authorized to reclaim or restore this instance.';
    throw new ApiError({ status: 403, code: 'not_authorized', message });
  }
  const { instance, reclamation } = deleted;
  reclamation.state = action === 'restore' ? 'RESTORING' : 'RECLAIMING';
  reclamation.updatedAtMs = world.clock.now();
  reclamation.updatedBy = iamId;
  (action === 'restore' ? restore : reclaim)(world, instance, iamId);
  return renderReclamation(deleted);
}

function deletedOf({ instances }: World, { account }: FastifyRequest): Deleted[] {
  return [...instances.values()].flatMap((instance) =>
    instance.account === account && instance.reclamation !== undefined && instance.state !== 'removed'
      ? [{ instance, reclamation: instance.reclamation }]
      : [],
  );
}

function matches({ guid, crn, resourceGroup }: ServiceInstance, query: ListQuery): boolean {
  const { resource_instance_id: id, resource_group_id: group } = query;
  return (
    (id === undefined || id === guid || id === crn) && (group === undefined || group === resourceGroup.id)
  );
}

/** The sheet's sample says `entity_type`, IBM's SDK `entity_type_id`; its model decides. */
function renderReclamation({ instance, reclamation }: Deleted): unknown {
  return {
    id: reclamation.id,
    entity_id: instance.guid,
    entity_type_id: 'service_instance',
    entity_crn: instance.crn,
    resource_instance_id: instance.crn,
    resource_group_id: instance.resourceGroup.id,
    account_id: instance.account.id,
    state: reclamation.state,
    target_time: timestamp(reclamation.targetAtMs),
    created_at: timestamp(reclamation.createdAtMs),
    created_by: reclamation.createdBy,
    updated_at: timestamp(reclamation.updatedAtMs),
    updated_by: reclamation.updatedBy,
  };
}
