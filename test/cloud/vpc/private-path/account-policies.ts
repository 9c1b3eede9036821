/** `/private_path_service_gateways/{id}/account_policies` (vpc-endpoint-gateways §1.8). */
import { field } from '../../errors.ts';
import type { World } from '../../world.ts';
import { passes } from '../filters.ts';
import { atPath } from '../find.ts';
import { operation, type Answer, type Call, type Operation } from '../operation.ts';
import { newestFirstById, page } from '../paging.ts';
import { refuse } from '../rules.ts';
import { listQuery } from '../schemas.ts';
import { policyOf, setPolicy } from './access.ts';
import type { AccessPolicy, AccountPolicy } from './model.ts';
import { renderPolicy } from './render.ts';
import { accountPolicyPatch, accountPolicyPrototype } from './schemas.ts';
import { privatePathAt } from './service-gateways.ts';

const COLLECTION = '/private_path_service_gateways/:id/account_policies';
const PATH = `${COLLECTION}/:policy`;

const LIST_QUERY = listQuery(['account.id']);

interface PolicyPatch {
  readonly access_policy?: AccessPolicy;
}

interface PolicyPrototype {
  readonly access_policy: AccessPolicy;
  readonly account: { readonly id: string };
}

export function accountPolicyOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_private_path_service_gateway_account_policies',
      route: `GET ${COLLECTION}`,
      query: LIST_QUERY,
      handle: list,
    }),
    operation<PolicyPrototype>({
      id: 'create_private_path_service_gateway_account_policy',
      route: `POST ${COLLECTION}`,
      body: accountPolicyPrototype,
      handle: (call) => create(world, call),
    }),
    operation({
      id: 'get_private_path_service_gateway_account_policy',
      route: `GET ${PATH}`,
      handle: (call) => ({ status: 200, body: render(call, policyAt(call)) }),
    }),
    operation<PolicyPatch>({
      id: 'update_private_path_service_gateway_account_policy',
      route: `PATCH ${PATH}`,
      body: accountPolicyPatch,
      handle: (call) => patch(world, call),
    }),
    operation({
      id: 'delete_private_path_service_gateway_account_policy',
      route: `DELETE ${PATH}`,
      handle: (call) => {
        privatePathAt(call).policies.delete(policyAt(call).id);
        return { status: 204 };
      },
    }),
  ];
}

function policyAt(call: Call<unknown>): AccountPolicy {
  return atPath(privatePathAt(call).policies, call.params['policy'], 'account policy');
}

function render(call: Call<unknown>, policy: AccountPolicy): unknown {
  return renderPolicy(policy, privatePathAt(call), call.view);
}

function list(call: Call<unknown>): Answer {
  const privatePath = privatePathAt(call);
  const policies = [...privatePath.policies.values()].filter(({ accountId }) =>
    passes(call.query, { 'account.id': accountId }),
  );
  const how = {
    order: newestFirstById,
    render: (policy: AccountPolicy) => render(call, policy),
    request: call.page,
  };
  return { status: 200, body: page('account_policies', policies, how) };
}

function create(world: World, call: Call<PolicyPrototype>): Answer {
  const { account, access_policy: accessPolicy } = call.body;
  const privatePath = privatePathAt(call);
  if (policyOf(privatePath, account.id) !== undefined) {
    refuse([409, 'duplicate_error'], 'The account has a policy already.', field('account', account.id));
  }
  const policy = setPolicy(world, privatePath, { accountId: account.id, accessPolicy });
  return { status: 201, body: render(call, policy), createdId: policy.id };
}

function patch(world: World, call: Call<PolicyPatch>): Answer {
  const { accountId, accessPolicy } = policyAt(call);
  const wanted = call.body.access_policy ?? accessPolicy;
  const policy = setPolicy(world, privatePathAt(call), { accountId, accessPolicy: wanted });
  return { status: 200, body: render(call, policy) };
}
