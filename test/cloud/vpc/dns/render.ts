/** What clients see of DNS sharing (vpc-endpoint-gateways §2.7); "remote" is what another account owns. */
import { timestamp } from '../../timestamp.ts';
import type { EndpointGateway, Vpc } from '../model.ts';
import { gatewayReference, remoteOf, vpcReference, type Json, type View } from '../render-references.ts';
import type { DnsBinding } from './model.ts';
import { dnsServersOf, hasPrivateResolver, resolverTypeOf } from './servers.ts';

/** As one of its two VPCs shows it. */
export function renderDnsBinding(binding: DnsBinding, shownBy: Vpc, view: View): Json {
  const { id, name, spoke, hub, createdAtMs, lifecycleState } = binding;
  const other = shownBy === spoke ? hub : spoke;
  const shared = [...spoke.gateways].filter((gateway) => gateway.dnsResolutionBindingMode !== 'disabled');
  const remoteGateway = (gateway: EndpointGateway): Json => ({
    ...gatewayReference(gateway, view),
    ...remoteOf(spoke.area, shownBy.area),
  });
  return {
    created_at: timestamp(createdAtMs),
    endpoint_gateways: shared.map(remoteGateway),
    health_reasons: [],
    health_state: lifecycleState === 'deleting' ? 'inapplicable' : 'ok',
    href: `${view.baseUrl}/vpcs/${shownBy.id}/dns_resolution_bindings/${id}`,
    id,
    lifecycle_state: lifecycleState,
    name,
    resource_type: 'vpc_dns_resolution_binding',
    vpc: { ...vpcReference(other, view), ...remoteOf(other.area, shownBy.area) },
  };
}

export function renderDns(vpc: Vpc, view: View): Json {
  return {
    enable_hub: vpc.enableHub,
    resolution_binding_count: vpc.dnsBindings.size,
    resolver: renderResolver(vpc, view),
  };
}

function renderResolver(vpc: Vpc, view: View): Json {
  const { resolver } = vpc;
  const type = resolverTypeOf(vpc);
  const servers = dnsServersOf(vpc).map((address) => ({ address }));
  return {
    servers,
    type,
    ...(type === 'manual' && { manual_servers: servers }),
    ...(type === 'system' && { configuration: hasPrivateResolver(vpc) ? 'private_resolver' : 'default' }),
    ...(type === 'delegated' &&
      resolver !== undefined && {
        vpc: { ...vpcReference(resolver, view), ...remoteOf(resolver.area, vpc.area) },
      }),
  };
}
