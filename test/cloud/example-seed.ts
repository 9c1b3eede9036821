/**
 * What the examples refer to beyond the four VPCs of the default seed: a resource group, an access tag, service instances
 * of the account, those of key-management services among them, and a partner's account with what it shares. `npm run cloud` has it; tests that
 * count what an account holds do not.
 */
import type { Seed } from './seed.ts';
import { VIEWER_ROLE } from './vpc/authorizations.ts';

const partner = 'partner';

export function seedExamples(seed: Seed): void {
  seed.resourceGroup({ name: 'network' });
  seed.accessTags('default', ['env:prod']);
  const { account } = seed.serviceInstance({ name: 'orders-db', service: 'databases-for-postgresql' });
  seedKeyInstances(seed);
  const { id } = seed.account(partner);
  seed.serviceInstance({ account: partner, name: 'events', service: 'messagehub' });
  seed.authorization({
    account: partner,
    subject: { accountId: account.id, serviceName: 'is', resourceType: 'endpoint-gateway' },
    resource: { accountId: id, serviceName: 'messagehub' },
    roles: [VIEWER_ROLE],
  });
  seed.vpc({ account: partner, name: 'offers' });
  seed.privatePath({
    account: partner,
    vpc: 'offers',
    name: 'reports',
    serviceEndpoints: ['reports.partner.example'],
    defaultAccessPolicy: 'review',
    published: true,
  });
}

/** Of deploy/examples/policies. */
export function seedKeyInstances(seed: Seed): void {
  seed.hpcsInstance({ name: 'hsm' });
  seed.hpcsInstance({ name: 'hsm-classic', allowedNetwork: 'private-only' });
  seed.keyProtectInstance({ name: 'keys' });
}
