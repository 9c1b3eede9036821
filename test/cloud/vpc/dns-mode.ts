/**
 * The two generations of DNS fields (vpc-endpoint-gateways §2.3): up to version date 2025-11-17 two booleans,
 * from 2025-11-18 one mode. The form that does not belong to the request's version is refused (UNCONFIRMED, §12).
 */
import { ApiError, field } from '../errors.ts';
import type { DnsMode } from './model.ts';

const MODE_SINCE = '2025-11-18';

export interface DnsFields {
  readonly dns_resolution_binding_mode?: DnsMode;
  readonly allow_dns_resolution_binding?: boolean;
  readonly allow_resource_binding?: boolean;
}

export function hasMode(version: string): boolean {
  return version >= MODE_SINCE;
}

export function dnsFields(mode: DnsMode, version: string): DnsFields {
  return hasMode(version)
    ? { dns_resolution_binding_mode: mode }
    : {
        allow_dns_resolution_binding: mode !== 'disabled',
        allow_resource_binding: mode === 'per_resource_binding',
      };
}

/** The mode that a body asks for; `current` fills in what it leaves out. */
export function modeOf(fields: DnsFields, version: string, current: DnsMode): DnsMode {
  refuseOtherGeneration(fields, version);
  if (hasMode(version)) {
    return fields.dns_resolution_binding_mode ?? current;
  }
  const shared = fields.allow_dns_resolution_binding ?? current !== 'disabled';
  const binding = fields.allow_resource_binding ?? (shared && current === 'per_resource_binding');
  if (binding && !shared) {
    throw new ApiError({
      status: 400,
      code: 'bad_field',
      message: 'allow_resource_binding needs allow_dns_resolution_binding.',
      target: field('allow_resource_binding', 'true'),
    });
  }
  if (!shared) {
    return 'disabled';
  }
  return binding ? 'per_resource_binding' : 'primary';
}

function refuseOtherGeneration(fields: DnsFields, version: string): void {
  const others = hasMode(version)
    ? (['allow_dns_resolution_binding', 'allow_resource_binding'] as const)
    : (['dns_resolution_binding_mode'] as const);
  const wrong = others.find((name) => fields[name] !== undefined);
  if (wrong !== undefined) {
    throw new ApiError({
      status: 400,
      code: hasMode(version) ? 'field_no_longer_supported' : 'bad_field',
      message: `${wrong} does not exist in version ${version} of this API.`,
      target: field(wrong),
    });
  }
}
