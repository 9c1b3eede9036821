/**
 * The VPC API of one account and region, as far as endpoint gateways and proofs of them need it
 * (vpc-endpoint-gateways §1.4-1.7).
 * Each method is one call, or one call a page. Writes to one VPC are sent one at a time (R24), and each makes the
 * inventory's older snapshots unfit for the gateway that it changed.
 */
import { CloudError } from './errors.ts';
import type { CallContext, CloudHttp, HttpCall } from './http.ts';
import type { KeyedMutex } from './keyed-mutex.ts';
import { sanitisedReasons } from './lifecycle-reasons.ts';
import { listAll } from './pages.ts';
import {
  createResourceBinding,
  deleteResourceBinding,
  listResourceBindings,
  renameResourceBinding,
  type ResourceBinding,
  type ResourceBindingPrototype,
} from './resource-bindings.ts';
import type {
  DnsResolutionBinding,
  EndpointGateway,
  EndpointGatewayPrototype,
  GatewayChange,
  GatewayIPPrototype,
  Instance,
  ReservedIP,
  SecurityGroup,
  Subnet,
  Vpc,
} from './vpc-types.ts';

/** From this date on a gateway shows `dns_resolution_binding_mode` (§2.3). */
export const vpcVersion = '2025-11-18';

/** The gateway that a write is about, and the VPC whose lock it takes. */
export interface GatewayRef {
  readonly id: string;
  readonly vpcId: string;
}

export class VpcClient {
  readonly #http: CloudHttp;
  readonly #writes: KeyedMutex;
  readonly #onWrite: (gatewayId: string) => void;

  constructor(http: CloudHttp, writes: KeyedMutex, onWrite: (gatewayId: string) => void) {
    this.#http = http;
    this.#writes = writes;
    this.#onWrite = onWrite;
  }

  async listGateways(context: CallContext): Promise<readonly EndpointGateway[]> {
    const operation = 'list_endpoint_gateways';
    const list = { operation, path: '/endpoint_gateways', field: 'endpoint_gateways' };
    const gateways = await listAll<EndpointGateway>(this.#http, list, context);
    return gateways.map((gateway) => sanitisedReasons(gateway, { operation }));
  }

  async listVpcs(context: CallContext): Promise<readonly Vpc[]> {
    return listAll(this.#http, { operation: 'list_vpcs', path: '/vpcs', field: 'vpcs' }, context);
  }

  async listDnsBindings(vpcId: string, context: CallContext): Promise<readonly DnsResolutionBinding[]> {
    const path = `/vpcs/${encodeURIComponent(vpcId)}/dns_resolution_bindings`;
    const list = { operation: 'list_vpc_dns_resolution_bindings', path, field: 'dns_resolution_bindings' };
    return listAll(this.#http, list, context);
  }

  /** A virtual server instance by its id; none when there is no such one, or the account cannot see it. */
  async visibleInstance(id: string, context: CallContext): Promise<readonly Instance[]> {
    const path = `/instances/${encodeURIComponent(id)}`;
    try {
      return [await this.#http.send<Instance>({ operation: 'get_instance', method: 'GET', path }, context)];
    } catch (error) {
      if (error instanceof CloudError && error.reason === 'absent') {
        return [];
      }
      throw error;
    }
  }

  async listSecurityGroups(context: CallContext): Promise<readonly SecurityGroup[]> {
    const list = { operation: 'list_security_groups', path: '/security_groups', field: 'security_groups' };
    return listAll(this.#http, list, context);
  }

  /** Every reserved IP of a subnet, the provider's own among them. */
  async listReservedIPs(subnetId: string, context: CallContext): Promise<readonly ReservedIP[]> {
    const path = `/subnets/${encodeURIComponent(subnetId)}/reserved_ips`;
    const list = { operation: 'list_subnet_reserved_ips', path, field: 'reserved_ips' };
    return listAll(this.#http, list, context);
  }

  async listSubnets(context: CallContext): Promise<readonly Subnet[]> {
    return listAll(this.#http, { operation: 'list_subnets', path: '/subnets', field: 'subnets' }, context);
  }

  /** Throws `absent` when the gateway does not exist or cannot be accessed: not a proof by itself. */
  async getGateway(id: string, context: CallContext): Promise<EndpointGateway> {
    const operation = 'get_endpoint_gateway';
    const call = { operation, method: 'GET', path: gatewayPath(id) } as const;
    return sanitisedReasons(await this.#http.send<EndpointGateway>(call, context), { operation });
  }

  /** The reserved IPs bound to a gateway: at most one a zone (R6). */
  async listGatewayIPs(id: string, context: CallContext): Promise<readonly ReservedIP[]> {
    const list = { operation: 'list_endpoint_gateway_ips', path: `${gatewayPath(id)}/ips`, field: 'ips' };
    return listAll(this.#http, list, context);
  }

  /**
   * Creates a gateway, unless its turn comes only after `sendBeforeMs` (cloud's clock). After an error with
   * `maybeCommitted` it may exist nevertheless.
   */
  async createGateway(
    body: EndpointGatewayPrototype,
    sendBeforeMs: number,
    context: CallContext,
  ): Promise<EndpointGateway> {
    return this.#writes.run(body.vpc.id, context.signal, async () => {
      const operation = 'create_endpoint_gateway';
      const call = { operation, method: 'POST', path: '/endpoint_gateways', body, sendBeforeMs } as const;
      const answer = await this.#http.send<EndpointGateway>(call, context);
      const gateway = sanitisedReasons(answer, { operation, maybeCommitted: true });
      this.#onWrite(gateway.id);
      return gateway;
    });
  }

  async updateGateway(gateway: GatewayRef, change: GatewayChange, context: CallContext): Promise<void> {
    const operation = 'update_endpoint_gateway';
    const call = { operation, method: 'PATCH', path: gatewayPath(gateway.id), body: change } as const;
    await this.#write(gateway, call, context);
  }

  async deleteGateway(gateway: GatewayRef, context: CallContext): Promise<void> {
    const operation = 'delete_endpoint_gateway';
    await this.#write(gateway, { operation, method: 'DELETE', path: gatewayPath(gateway.id) }, context);
  }

  /** Binds an address: allocates one in a subnet, or takes an existing reserved IP. */
  async bindIP(gateway: GatewayRef, ip: GatewayIPPrototype, context: CallContext): Promise<void> {
    if ('id' in ip) {
      const path = `${gatewayPath(gateway.id)}/ips/${encodeURIComponent(ip.id)}`;
      await this.#write(gateway, { operation: 'add_endpoint_gateway_ip', method: 'PUT', path }, context);
      return;
    }
    const { subnet, ...rest } = ip;
    const path = `/subnets/${encodeURIComponent(subnet.id)}/reserved_ips`;
    const body = { ...rest, target: { id: gateway.id } };
    await this.#write(
      gateway,
      { operation: 'create_subnet_reserved_ip', method: 'POST', path, body },
      context,
    );
  }

  /** Unbinds an address; the cloud deletes the reserved IP when its `auto_delete` is set (§3.4). */
  async unbindIP(gateway: GatewayRef, ipId: string, context: CallContext): Promise<void> {
    const path = `${gatewayPath(gateway.id)}/ips/${encodeURIComponent(ipId)}`;
    await this.#write(gateway, { operation: 'remove_endpoint_gateway_ip', method: 'DELETE', path }, context);
  }

  async updateReservedIP(
    gateway: GatewayRef,
    ip: { readonly subnetId: string; readonly id: string },
    change: { readonly name?: string; readonly auto_delete?: boolean },
    context: CallContext,
  ): Promise<void> {
    const path = `/subnets/${encodeURIComponent(ip.subnetId)}/reserved_ips/${encodeURIComponent(ip.id)}`;
    await this.#write(
      gateway,
      { operation: 'update_subnet_reserved_ip', method: 'PATCH', path, body: change },
      context,
    );
  }

  async attachSecurityGroup(gateway: GatewayRef, groupId: string, context: CallContext): Promise<void> {
    const operation = 'create_security_group_target_binding';
    await this.#write(
      gateway,
      { operation, method: 'PUT', path: groupTargetPath(groupId, gateway.id) },
      context,
    );
  }

  /** Refused by the API for the last security group of a gateway (R10). */
  async detachSecurityGroup(gateway: GatewayRef, groupId: string, context: CallContext): Promise<void> {
    const operation = 'delete_security_group_target_binding';
    await this.#write(
      gateway,
      { operation, method: 'DELETE', path: groupTargetPath(groupId, gateway.id) },
      context,
    );
  }

  async listResourceBindings(gatewayId: string, context: CallContext): Promise<readonly ResourceBinding[]> {
    return listResourceBindings(this.#http, gatewayId, context);
  }

  async createResourceBinding(
    gateway: GatewayRef,
    prototype: ResourceBindingPrototype,
    context: CallContext,
  ): Promise<void> {
    await this.#write(gateway, createResourceBinding(gateway.id, prototype), context);
  }

  async renameResourceBinding(
    gateway: GatewayRef,
    bindingId: string,
    name: string,
    context: CallContext,
  ): Promise<void> {
    await this.#write(gateway, renameResourceBinding(gateway.id, bindingId, name), context);
  }

  async deleteResourceBinding(gateway: GatewayRef, bindingId: string, context: CallContext): Promise<void> {
    await this.#write(gateway, deleteResourceBinding(gateway.id, bindingId), context);
  }

  async #write(gateway: GatewayRef, call: HttpCall, context: CallContext): Promise<void> {
    await this.#writes.run(gateway.vpcId, context.signal, async () => {
      try {
        await this.#http.send(call, context);
      } finally {
        this.#onWrite(gateway.id);
      }
    });
  }
}

function gatewayPath(id: string): string {
  return `/endpoint_gateways/${encodeURIComponent(id)}`;
}

function groupTargetPath(groupId: string, gatewayId: string): string {
  return `/security_groups/${encodeURIComponent(groupId)}/targets/${encodeURIComponent(gatewayId)}`;
}
