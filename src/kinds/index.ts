/** The registry: one line a kind. Watches, RBAC, reference, queue and status follow from it. */
import type { AnyKind } from '../controller/kind.ts';
import { endpointGateway } from './endpoint-gateway/index.ts';
import { hpcsNetworkPolicy } from './hpcs-network-policy/index.ts';

export const kinds: readonly AnyKind[] = [endpointGateway, hpcsNetworkPolicy];
