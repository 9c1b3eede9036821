/** `/private_path_service_gateways/{id}/endpoint_gateway_bindings` (vpc-endpoint-gateways §1.8): requests for access. */
import type { World } from '../../world.ts';
import { passes } from '../filters.ts';
import { atPath } from '../find.ts';
import { operation, type Answer, type Call, type Operation } from '../operation.ts';
import { newestFirstById, page } from '../paging.ts';
import { listQuery } from '../schemas.ts';
import { accountOf, decide, setPolicy } from './access.ts';
import type { AccessBinding } from './model.ts';
import { renderBinding } from './render.ts';
import { isPending } from './rules.ts';
import { decision } from './schemas.ts';
import { privatePathAt } from './service-gateways.ts';

const COLLECTION = '/private_path_service_gateways/:id/endpoint_gateway_bindings';
const PATH = `${COLLECTION}/:binding`;

const LIST_QUERY = listQuery(['status', 'account.id']);

/** Absent when the request has no body. */
type Decision = { readonly set_account_policy?: boolean } | null | undefined;

export function bindingOperations(world: World): Operation[] {
  return [
    operation({
      id: 'list_private_path_service_gateway_endpoint_gateway_bindings',
      route: `GET ${COLLECTION}`,
      query: LIST_QUERY,
      handle: list,
    }),
    operation({
      id: 'get_private_path_service_gateway_endpoint_gateway_binding',
      route: `GET ${PATH}`,
      handle: (call) => ({ status: 200, body: renderBinding(bindingAt(call), call.view) }),
    }),
    operation<Decision>({
      id: 'permit_private_path_service_gateway_endpoint_gateway_binding',
      route: `POST ${PATH}/permit`,
      body: decision,
      handle: (call) => answer(world, call, { status: 'permitted', accessPolicy: 'permit' }),
    }),
    operation<Decision>({
      id: 'deny_private_path_service_gateway_endpoint_gateway_binding',
      route: `POST ${PATH}/deny`,
      body: decision,
      handle: (call) => answer(world, call, { status: 'denied', accessPolicy: 'deny' }),
    }),
  ];
}

function bindingAt(call: Call<unknown>): AccessBinding {
  return atPath(privatePathAt(call).bindings, call.params['binding'], 'endpoint gateway binding');
}

function list(call: Call<unknown>): Answer {
  const { query, view, page: request } = call;
  const shown = [...privatePathAt(call).bindings.values()].filter((binding) =>
    passes(query, { status: binding.status, 'account.id': accountOf(binding) }),
  );
  const render = (binding: AccessBinding): unknown => renderBinding(binding, view);
  const body = page('endpoint_gateway_bindings', shown, { order: newestFirstById, render, request });
  return { status: 200, body };
}

interface Verdict {
  readonly status: 'permitted' | 'denied';
  readonly accessPolicy: 'permit' | 'deny';
}

/** As the account's policy, the answer also decides its other requests that are pending. */
function answer(world: World, call: Call<Decision>, { status, accessPolicy }: Verdict): Answer {
  const binding = bindingAt(call);
  isPending(binding);
  decide(world, binding, status);
  if (call.body?.set_account_policy === true) {
    setPolicy(world, binding.privatePath, { accountId: accountOf(binding), accessPolicy });
  }
  return { status: 204 };
}
