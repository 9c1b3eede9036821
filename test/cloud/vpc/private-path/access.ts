/**
 * Who may use a Private Path service gateway (vpc-endpoint-gateways §5.2): a request is decided by the policy of its
 * account, else by the default one; what was decided is not changed by a later policy, only by a revocation.
 */
import type { World } from '../../world.ts';
import { regionalId } from '../ids.ts';
import { accessDecided } from '../lifecycle.ts';
import type { EndpointGateway } from '../model.ts';
import { ACCESS_EXPIRES_AFTER_MS } from '../unconfirmed.ts';
import type { AccessBinding, AccessPolicy, AccountPolicy, PrivatePath } from './model.ts';

const STATUS_BY_POLICY: Readonly<Record<AccessPolicy, AccessBinding['status']>> = {
  permit: 'permitted',
  deny: 'denied',
  review: 'pending',
};

export function accountOf({ gateway }: AccessBinding): string {
  return gateway.vpc.area.account.id;
}

export function policyOf(privatePath: PrivatePath, accountId: string): AccountPolicy | undefined {
  return [...privatePath.policies.values()].find((policy) => policy.accountId === accountId);
}

/** A gateway that is being created asks for access to its target. */
export function requestAccess(world: World, gateway: EndpointGateway, privatePath: PrivatePath): void {
  const policy =
    policyOf(privatePath, gateway.vpc.area.account.id)?.accessPolicy ?? privatePath.defaultAccessPolicy;
  const createdAtMs = world.clock.now();
  const binding: AccessBinding = {
    id: regionalId(privatePath.vpc.area.region),
    createdAtMs,
    gateway,
    privatePath,
    expiresAtMs: createdAtMs + ACCESS_EXPIRES_AFTER_MS,
    status: STATUS_BY_POLICY[policy],
  };
  gateway.access = binding;
  privatePath.bindings.set(binding.id, binding);
  if (binding.status === 'pending') {
    world.clock.setTimer(ACCESS_EXPIRES_AFTER_MS, () => {
      if (binding.status === 'pending') {
        decide(world, binding, 'expired');
      }
    });
  }
}

export function decide(world: World, binding: AccessBinding, status: AccessBinding['status']): void {
  binding.status = status;
  accessDecided(world, binding.gateway);
}

/** Makes or changes an account's policy; what is pending follows a decision, and waits on under `review`. */
export function setPolicy(
  world: World,
  privatePath: PrivatePath,
  { accountId, accessPolicy }: Pick<AccountPolicy, 'accountId' | 'accessPolicy'>,
): AccountPolicy {
  const policy = policyOf(privatePath, accountId) ?? {
    id: regionalId(privatePath.vpc.area.region),
    createdAtMs: world.clock.now(),
    accountId,
    accessPolicy,
  };
  policy.accessPolicy = accessPolicy;
  privatePath.policies.set(policy.id, policy);
  for (const binding of bindingsOf(privatePath, accountId)) {
    if (binding.status === 'pending' && accessPolicy !== 'review') {
      decide(world, binding, STATUS_BY_POLICY[accessPolicy]);
    }
  }
  return policy;
}

/** Takes back what was permitted as well; for good, as far as the gateways are concerned. */
export function revokeAccount(world: World, privatePath: PrivatePath, accountId: string): void {
  setPolicy(world, privatePath, { accountId, accessPolicy: 'deny' });
  for (const binding of bindingsOf(privatePath, accountId)) {
    if (binding.status !== 'denied') {
      decide(world, binding, 'denied');
    }
  }
}

function bindingsOf({ bindings }: PrivatePath, accountId: string): readonly AccessBinding[] {
  return [...bindings.values()].filter((binding) => accountOf(binding) === accountId);
}
