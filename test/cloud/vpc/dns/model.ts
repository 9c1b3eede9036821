/** How VPCs share DNS (vpc-endpoint-gateways §2.7, §10.1). */
import type { LifecycleState, Vpc } from '../model.ts';

/**
 * A VPC's share in a hub. Both ends show it, each with the other one as `vpc`; that they show the same id and name
 * is the simulator's choice.
 */
export interface DnsBinding {
  readonly id: string;
  name: string;
  readonly createdAtMs: number;
  readonly spoke: Vpc;
  readonly hub: Vpc;
  lifecycleState: LifecycleState;
}
