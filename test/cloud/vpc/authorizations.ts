/**
 * Service-to-service authorizations (vpc-endpoint-gateways §10.1, §10.2): the owner of a resource lets a service of
 * another account use it. An attribute that a policy leaves out may have any value.
 */
import { ApiError, field } from '../errors.ts';
import type { Attributes } from '../iam/policies.ts';
import type { World } from '../world.ts';
import type { AccountRegion } from './model.ts';
import { UNAUTHORIZED_DNS_BINDING_STATUS } from './unconfirmed.ts';

export const VIEWER_ROLE = 'crn:v1:bluemix:public:iam::::role:Viewer';
export const DNS_BINDING_CONNECTOR_ROLE = 'crn:v1:bluemix:public:is::::serviceRole:DNSBindingConnector';

function isAuthorized(
  world: World,
  { subject, resource, role }: { subject: Attributes; resource: Attributes; role: string },
): boolean {
  return world.authorizations
    .values()
    .some(
      (policy) =>
        policy.roles.includes(role) && covers(policy.subject, subject) && covers(policy.resource, resource),
    );
}

function covers(policy: Attributes, attributes: Attributes): boolean {
  return Object.entries(policy).every(([name, value]) => attributes[name] === value);
}

/**
 * A gateway leads into another account only when that account authorizes it. Accounts that this cloud does not know
 * own nothing here and refuse nobody, so that tests may use CRNs out of thin air.
 */
export function mayReach(world: World, area: AccountRegion, crn: string): void {
  const [, , , , serviceName = '', , scope = '', serviceInstance = ''] = crn.split(':');
  const owner = world.accounts.ofId(scope.replace(/^a\//, ''));
  if (owner === undefined || owner === area.account) {
    return;
  }
  const subject = { accountId: area.account.id, serviceName: 'is', resourceType: 'endpoint-gateway' };
  const resource = { accountId: owner.id, serviceName, serviceInstance };
  if (!isAuthorized(world, { subject, resource, role: VIEWER_ROLE })) {
    const message = `Endpoint gateways of account ${area.account.id} are not authorized to use ${serviceName} of account ${owner.id}.`;
    throw new ApiError({ status: 403, code: 'not_authorized', message, target: field('target.crn', crn) });
  }
}

/** The same for a VPC that wants to share DNS with another account's hub. */
export function mayConnect(
  world: World,
  spoke: AccountRegion,
  hub: { readonly area: AccountRegion; readonly id: string },
): void {
  if (hub.area.account === spoke.account) {
    return;
  }
  const subject = { accountId: spoke.account.id, serviceName: 'is', resourceType: 'vpc' };
  const resource = {
    accountId: hub.area.account.id,
    serviceName: 'is',
    resourceType: 'vpc',
    resource: hub.id,
  };
  if (!isAuthorized(world, { subject, resource, role: DNS_BINDING_CONNECTOR_ROLE })) {
    const message = `The hub VPC of account ${hub.area.account.id} does not authorize DNS bindings of this account.`;
    throw new ApiError({
      status: UNAUTHORIZED_DNS_BINDING_STATUS,
      code: 'not_authorized',
      message,
      target: field('vpc', hub.id),
    });
  }
}
