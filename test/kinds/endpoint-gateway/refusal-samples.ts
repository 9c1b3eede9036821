/** Actions that the cloud may refuse, and what the user is told then. */
import type { CloudError } from '../../../src/cloud/errors.ts';
import { answerError } from '../../../src/cloud/failed-call.ts';
import type { GatewayIPPrototype } from '../../../src/cloud/vpc-types.ts';
import {
  type Action,
  attachSecurityGroup,
  attachTags,
  bindIP,
  createGateway,
  createResourceBinding,
  deleteGateway,
  detachSecurityGroup,
  renameResourceBinding,
  updateGateway,
  updateReservedIP,
} from '../../../src/kinds/endpoint-gateway/actions.ts';
import type { GatewayResource } from '../../../src/kinds/endpoint-gateway/observed.ts';
import { refused } from '../../../src/kinds/endpoint-gateway/refusals.ts';
import { condition, resource } from '../../controller/samples.ts';

export const accountID = '0123456789abcdef0123456789abcdef';
export const otherAccountID = '89abcdef0123456789abcdef01234567';
export const vpc = { id: 'r006-vpc', name: 'main', crn: 'crn:vpc' };
export const foreignKey = `crn:v1:bluemix:public:kms:us-south:a/${otherAccountID}:33333333-3333-4333-8333-333333333333::`;
export const privatePath = `crn:v1:bluemix:public:is:us-south:a/${otherAccountID}::private-path-service-gateway:r006-1`;
const bucket = `crn:v1:bluemix:public:cloud-object-storage:global:a/${accountID}:88888888-8888-4888-8888-888888888888:bucket:logs`;

interface Wanted {
  readonly name?: string;
  readonly crn?: string;
  readonly ips?: readonly GatewayIPPrototype[];
}

function create({
  name = 'gateway',
  crn = foreignKey.replace(otherAccountID, accountID),
  ips = [],
}: Wanted = {}): Action {
  return createGateway({
    name,
    vpc: { id: vpc.id },
    target: crn.startsWith('crn:')
      ? { crn, resource_type: 'provider_cloud_service' }
      : { name: crn, resource_type: 'provider_infrastructure_service' },
    ips,
  });
}

export const actions = {
  create,
  rename: (name: string): Action => updateGateway(`rename gateway to ${name}`, { name }),
  mode: (mode: string): Action =>
    updateGateway(`change the mode to ${mode}`, { dns_resolution_binding_mode: mode }),
  attachGroup: attachSecurityGroup('r006-group', false),
  detachGroup: detachSecurityGroup('r006-group'),
  bindNew: bindIP({ subnet: { id: '0717-1' }, auto_delete: true }),
  renameIP: updateReservedIP({ id: '0717-2', subnetId: '0717-1' }, { name: 'zone-1' }),
  bindBucket: createResourceBinding(bucket, undefined),
  renameBinding: renameResourceBinding('r006-binding', 'a', 'b'),
  attachTags: (type: 'user' | 'access'): Action => attachTags(type, ['env:prod', 'team:a']),
  remove: deleteGateway('gateway'),
};

/** An answer of the VPC API, as the client sees it; without a code it has one that nobody knows. */
export type Answer = readonly [status: number, code: string | undefined, message: string, trace?: string];

export function refusal([status, code = 'some_new_code', message, trace = 'trace-1']: Answer): CloudError {
  const body = { errors: [{ code, message }], trace };
  return answerError(
    { status, body, retryAfter: undefined },
    { operation: 'operation', write: true, nowMs: 0 },
  );
}

/** `reason pace/passes until it counts as stalled`, `reason stalled`, or nothing for the general rules. */
export function told(action: Action, error: CloudError): string | undefined {
  const plan = refused(action, object(), { accountID, vpc }, error);
  switch (plan?.kind) {
    case undefined:
      return undefined;
    case 'stalled':
      return `${plan.reason} stalled`;
    case 'wait':
      return `${plan.reason} ${plan.pace}/${plan.stallsAfter}`;
  }
}

/** The message, where Ready had this one before. */
export function withMessage(action: Action, error: CloudError, before?: string): string {
  return refused(action, object(before), { accountID, vpc }, error)?.message ?? '';
}

function object(message?: string): GatewayResource {
  const conditions = message === undefined ? [] : [condition('Ready', { message })];
  return resource({ status: { conditions } }) as GatewayResource;
}
