/** Resource groups, as the Resource Manager lists them; the objects of every other service name the same ones. */
import type { FastifyInstance } from 'fastify';
import type { Account, ResourceGroup } from '../accounts.ts';
import { requireToken } from '../authentication.ts';
import { ApiError } from '../errors.ts';
import { timestamp } from '../timestamp.ts';
import type { Schema } from '../validation.ts';
import { seededHex } from '../vpc/ids.ts';
import type { World } from '../world.ts';

const listQuery: Schema = {
  type: 'object',
  properties: {
    account_id: { type: 'string' },
    date: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}$' },
    name: { type: 'string' },
    default: { type: 'boolean' },
    include_deleted: { type: 'boolean' },
  },
  additionalProperties: false,
};

interface ListQuery {
  readonly account_id?: string;
  readonly name?: string;
  readonly default?: boolean;
}

export function serveResourceManager(app: FastifyInstance, world: World): void {
  app.register(
    async (v2) => {
      requireToken(v2, world);
      const listing = { config: { operation: 'list_resource_groups' }, schema: { querystring: listQuery } };
      v2.get('/resource_groups', listing, async ({ account, query }) =>
        listGroups(account, query as ListQuery),
      );
    },
    { prefix: '/v2' },
  );
}

/** What IBM answers to the id of another account is UNCONFIRMED. */
function listGroups(account: Account, query: ListQuery): unknown {
  if (query.account_id !== undefined && query.account_id !== account.id) {
    throw new ApiError({ status: 403, code: 'not_authorized', message: 'You are not authorized.' });
  }
  const groups = [...account.resourceGroups.values()].filter(
    (group) =>
      (query.name === undefined || query.name === group.name) &&
      (query.default !== true || group === account.defaultResourceGroup),
  );
  return { resources: groups.map((group) => render(account, group)) };
}

function render(account: Account, group: ResourceGroup): unknown {
  const quotaId = seededHex('quota');
  return {
    id: group.id,
    crn: resourceGroupCrn(account, group),
    account_id: account.id,
    name: group.name,
    state: 'ACTIVE',
    default: group === account.defaultResourceGroup,
    quota_id: quotaId,
    quota_url: `/v2/quota_definitions/${quotaId}`,
    payment_methods_url: `/v2/resource_groups/${group.id}/payment_methods`,
    teams_url: `/v2/resource_groups/${group.id}/teams`,
    created_at: timestamp(0),
    updated_at: timestamp(0),
  };
}

/** hpcs-network-policy §9.8. */
export function resourceGroupCrn(account: Account, { id }: ResourceGroup): string {
  return `crn:v1:bluemix:public:resource-controller::a/${account.id}::resource-group:${id}`;
}
