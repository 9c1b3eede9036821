/** What can be wrong with the caller, the instance, or the gateway that shall lead there. */
import { gatewayReference } from '../gateway.ts';
import type { Changes, PolicyScene } from '../scene.ts';
import { answers, type Diagnosis, notReady, pathUnclear } from './row.ts';

export const ofCaller: readonly Diagnosis[] = [
  {
    cause: "IAM refuses the operator's credentials",
    ...notReady('AccessDenied', /Provided API key could not be found/),
    make: ({ cloud, apiKey }) => {
      cloud.control.revokeApiKey(apiKey);
      return {};
    },
  },
  {
    cause: 'the credentials lack the service role Manager on the instance',
    ...pathUnclear(
      'RoleMissing',
      /^The private endpoint answers, and denies the call: .* need the service role Manager on instance [-0-9a-f]{36} \(get_instance_policy: Unauthorized/,
    ),
    make: ({ cloud, apiKey }) => {
      cloud.control.setKeyRole(apiKey, 'Writer');
      return {};
    },
  },
  {
    cause: 'Resource Controller denies the credentials',
    ...notReady('InstanceUnread', /^The instance cannot be read: get_resource_instance: /),
    make: answers('get_resource_instance', { status: 403 }),
  },
];

const nobody = '00000000-0000-4000-8000-000000000000';

export const ofInstance: readonly Diagnosis[] = [
  {
    cause: 'there is no instance of that CRN',
    ...pathUnclear(
      'InstanceNotFound',
      /^The private endpoint denies the call, and Resource Controller shows no instance 0{8}-.*: the id or the region is wrong, the instance is gone, or the credentials may not see it$/,
    ),
    // Of Key Protect, whose instances share a name: one of Hyper Protect Crypto Services has none when it is not there.
    make: ({ instance: { crn, guid } }) => ({
      instance: { crn: crn.replace(guid, nobody).replace('hs-crypto', 'kms') },
    }),
  },
  {
    cause: 'there is no instance of that id',
    ...notReady(
      'InstanceNotFound',
      /^Resource Controller shows account account-\d+ no instance 0{8}-.* of this region: it does not exist, or the credentials lack the Viewer role on it$/,
    ),
    make: () => ({ instance: { id: nobody, region: 'us-south' } }),
  },
  {
    cause: 'Resource Controller fails',
    ...notReady('InstanceUnread', /^The instance cannot be read: get_resource_instance: /),
    make: answers('get_resource_instance', { status: 500 }),
  },
  {
    cause: 'closings are answered by faults, and do not happen',
    ...notReady('WithoutEffect', /^The closing was sent 2 times and did not happen; it is tried again later/),
    make: answers('put_instance_policy', { status: 500 }),
  },
  {
    cause: 'the instance is being made',
    ...notReady('InstanceNotActive', /\) is in state provisioning; nothing is written until it is active$/),
    make: ({ cloud, instance: { crn } }) => {
      cloud.control.setInstanceState(crn, 'provisioning');
      return {};
    },
  },
  {
    cause: 'the instance is disabled',
    ...notReady('InstanceNotActive', /\) is in state inactive; nothing is written until it is active$/),
    make: ({ cloud, instance: { crn } }) => {
      cloud.control.setInstanceState(crn, 'inactive');
      return {};
    },
  },
  {
    cause: 'the instance was deleted, and can be restored',
    ...notReady(
      'InstanceDeleted',
      /\) is in state pending_reclamation, so its policy is not enforced; nothing is written\./,
    ),
    make: ({ cloud, instance: { crn } }) => {
      cloud.control.setInstanceState(crn, 'pending_reclamation');
      return {};
    },
  },
  {
    cause: 'nobody says that the instance holds its master key',
    ...notReady('InitializationNotAsserted', /set initializationAsserted to true when it does$/),
    make: () => ({ initializationAsserted: false }),
  },
  {
    cause: 'the instance holds no master key, whatever the spec says',
    ...notReady(
      'NotInitialized',
      /^Instance [-0-9a-f]{36} holds no master key yet: .*CKR_IBM_WK_NOT_INITIALIZED/,
    ),
    make: ({ cloud, instance: { crn } }) => {
      cloud.control.settings.uninitializedKeyPolicies = 'write-refused';
      cloud.control.setInitialized(crn, false);
      return {};
    },
  },
  {
    cause: 'the instance is of Key Protect Dedicated',
    ...notReady(
      'PolicyNotSupported',
      /^Instance [-0-9a-f]{36} is of Key Protect Dedicated, .*context-based restrictions/,
    ),
    make: ({ cloud, account }) => {
      const { crn } = cloud.control.seed.keyProtectInstance({ account, name: 'keys', dedicated: true });
      return { instance: { crn } };
    },
  },
];

/** A gateway that works, with an EndpointGateway that says something else in its status. */
function throughGatewayThatSays(status: object): (scene: PolicyScene) => Changes {
  return (scene) => {
    const endpointGatewayRef = gatewayReference(scene);
    for (const [key, gateway] of scene.gateways) {
      scene.gateways.set(key, { ...gateway, status: { ...gateway.status, ...status } });
    }
    return { lockoutGuard: { endpointGatewayRef } };
  };
}

export const ofGateway: readonly Diagnosis[] = [
  {
    cause: 'there is no EndpointGateway of the name that the spec gives',
    ...notReady(
      'GatewayNotFound',
      /^There is no EndpointGateway hpcs in this namespace \(lockoutGuard\.endpointGatewayRef\)$/,
    ),
    make: () => ({ lockoutGuard: { endpointGatewayRef: { name: 'hpcs' } } }),
  },
  {
    cause: 'the EndpointGateway is not Ready',
    ...notReady('GatewayNotReady', /^EndpointGateway hpcs, which leads to the instance, is not Ready$/),
    make: throughGatewayThatSays({ conditions: [] }),
  },
  {
    cause: 'the EndpointGateway leads to something else',
    ...notReady(
      'GatewayElsewhere',
      /^EndpointGateway hpcs leads to private\.us-south\.kms\.cloud\.ibm\.com, and not to [-0-9a-f]{36}\.api\.private\./,
    ),
    make: throughGatewayThatSays({ serviceEndpoints: ['private.us-south.kms.cloud.ibm.com'] }),
  },
];
