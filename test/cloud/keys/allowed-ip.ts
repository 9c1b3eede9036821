/**
 * The policy `allowedIP`, which has to let a caller in beside `allowedNetwork` (hpcs-network-policy §6). Private callers
 * come by a port of their own then. Calls of other services on somebody's behalf, which pass it, are not simulated.
 */
import { BlockList } from 'node:net';
import type { World } from '../world.ts';
import { versionAt, type KeyInstance, type KeySide } from './model.ts';

export interface Approach {
  readonly side: KeySide;
  /** `Host` of the request. */
  readonly host: string;
  /** The caller's. */
  readonly address: string;
}

/** On the listeners of this machine, which have no such port, callers of both sides are judged by their address. */
export function isAddressRefused(
  { clock, settings }: World,
  keys: KeyInstance,
  { side, host, address }: Approach,
): boolean {
  const allowed = allowedAddresses(keys, clock.now() - settings.keyPolicyEnforcementLagMs);
  if (allowed === undefined) {
    return false;
  }
  const isOrdinaryPort = side === 'private' && host === keys.endpoints.private;
  return (isOrdinaryPort && !settings.allowedIPOnOrdinaryPort) || !allowed.check(address);
}

/** Undefined when every address is allowed. */
export function allowedAddresses({ policies }: KeyInstance, atMs: number): BlockList | undefined {
  const version = versionAt(policies.get('allowedIP'), atMs);
  if (version?.enabled !== true) {
    return undefined;
  }
  const allowed = version.attributes?.['allowed_ip'] ?? [];
  const list = new BlockList();
  for (const text of allowed as readonly string[]) {
    const [address = '', length = '32'] = text.split('/');
    list.addSubnet(address, Number(length));
  }
  return list;
}

/** `host:port` for private callers while the policy is on. */
export function allowedIPEndpoint({ endpoints, allowedIPPort }: KeyInstance): string {
  return `${endpoints.private.replace(/:\d+$/, '')}:${allowedIPPort}`;
}

/** hpcs-network-policy §1.2, §6: no port while the policy is off. */
export function renderPort({ clock }: World, keys: KeyInstance): unknown {
  const isOn = allowedAddresses(keys, clock.now()) !== undefined;
  const resources = isOn ? [{ private_endpoint_port: keys.allowedIPPort }] : [];
  const collectionType = 'application/vnd.ibm.kms.allowed_ip_metadata+json';
  return { metadata: { collectionType, collectionTotal: resources.length }, resources };
}
