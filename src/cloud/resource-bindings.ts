/**
 * Local access: the resources, buckets of Cloud Object Storage, that one endpoint gateway is bound to
 * (vpc-endpoint-gateways §2.8). The calls are sent by the VPC client, in the turn of the gateway's VPC.
 */
import type { CallContext, CloudHttp, HttpCall } from './http.ts';
import { sanitisedReasons } from './lifecycle-reasons.ts';
import { listAll } from './pages.ts';
import type { LifecycleReason, Reference } from './vpc-types.ts';

export interface ResourceBinding extends Reference {
  readonly lifecycle_reasons: readonly LifecycleReason[];
  readonly lifecycle_state: string;
  /** Name under which the resource is reached. */
  readonly service_endpoint: string;
  readonly target: { readonly crn: string };
}

export interface ResourceBindingPrototype {
  readonly name?: string;
  readonly target: { readonly crn: string };
}

export async function listResourceBindings(
  http: CloudHttp,
  gatewayId: string,
  context: CallContext,
): Promise<readonly ResourceBinding[]> {
  const operation = 'list_endpoint_gateway_resource_bindings';
  const list = { operation, path: collection(gatewayId), field: 'resource_bindings' };
  const bindings = await listAll<ResourceBinding>(http, list, context);
  return bindings.map((binding) => sanitisedReasons(binding, { operation }));
}

export function createResourceBinding(gatewayId: string, body: ResourceBindingPrototype): HttpCall {
  const operation = 'create_endpoint_gateway_resource_binding';
  return { operation, method: 'POST', path: collection(gatewayId), body };
}

export function renameResourceBinding(gatewayId: string, id: string, name: string): HttpCall {
  const operation = 'update_endpoint_gateway_resource_binding';
  return { operation, method: 'PATCH', path: item(gatewayId, id), body: { name } };
}

export function deleteResourceBinding(gatewayId: string, id: string): HttpCall {
  const operation = 'delete_endpoint_gateway_resource_binding';
  return { operation, method: 'DELETE', path: item(gatewayId, id) };
}

function collection(gatewayId: string): string {
  return `/endpoint_gateways/${encodeURIComponent(gatewayId)}/resource_bindings`;
}

function item(gatewayId: string, id: string): string {
  return `${collection(gatewayId)}/${encodeURIComponent(id)}`;
}
