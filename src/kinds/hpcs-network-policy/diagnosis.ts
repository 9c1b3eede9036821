/** What is wrong with the way to the private endpoint, or with the caller, in a user's words. Pure. */
import type { CloudError } from '../../cloud/errors.ts';
import type { Obstacle } from '../../cloud/private-way.ts';
import type { AddressClass } from '../../lib/address-class.ts';
import type { ConnectionFailure } from '../../lib/connecting.ts';
import { type Answer, isRead, type Observed } from './observed.ts';
import type { Reason } from './reasons.ts';

export interface Diagnosis {
  readonly reason: Reason;
  readonly message: string;
}

type Place = Pick<Observed, 'guid' | 'gateway' | 'instance'>;

/** `undefined` where nothing is wrong. */
export function diagnose(answer: Answer, place: Place): Diagnosis | undefined {
  switch (answer.kind) {
    case 'answered':
      return undefined;
    case 'noWay':
      return obstacleIn(answer.obstacle, place);
    case 'denied':
      return denial(answer.error, place);
    default:
      return serviceTrouble(answer.error, place);
  }
}

/** The private endpoint answers, so it is not the network (fact sheet §4.4): role, or instance. */
function denial({ message }: CloudError, { guid, instance }: Place): Diagnosis {
  if (instance === undefined) {
    const said = `The private endpoint denies the call, and Resource Controller shows no instance ${guid}: the id or the region is wrong, the instance is gone, or the credentials may not see it`;
    return { reason: 'InstanceNotFound', message: said };
  }
  const unread = isRead(instance) ? '' : '; nor can the instance be read, to tell whether it is there';
  const said = `The private endpoint answers, and denies the call: the operator's credentials need the service role Manager on instance ${guid} (${message})${unread}`;
  return { reason: 'RoleMissing', message: said };
}

/** How the service says that an instance holds no master key (fact sheet §1.9). */
const notInitialized = /CKR_IBM_WK_NOT_INITIALIZED|kms-initialized/;

function serviceTrouble(error: CloudError, place: Place): Diagnosis {
  if (error.operation !== 'get_instance_policy') {
    const message = `There is no token for the private endpoint: ${error.message}`;
    return { reason: 'InstanceUnread', message };
  }
  return (
    lackOfMasterKey(error, place) ?? {
      reason: 'ServiceFailed',
      message: `The private endpoint was reached: ${error.message}`,
    }
  );
}

/** `undefined` where the service says nothing of the kind. A policy may be readable then, and only its change refused (U1). */
export function lackOfMasterKey(
  { message }: CloudError,
  { guid }: Pick<Place, 'guid'>,
): Diagnosis | undefined {
  return notInitialized.test(message)
    ? { reason: 'NotInitialized', message: `Instance ${guid} holds no master key yet: ${message}` }
    : undefined;
}

function obstacleIn(obstacle: Obstacle, place: Place): Diagnosis {
  switch (obstacle.step) {
    case 'name':
      return nameTrouble(obstacle);
    case 'address':
      return strayAddress(obstacle, place);
    case 'connection':
      return connectionTrouble(obstacle, place);
  }
}

/** Error codes that are an answer: there is nothing of that name. */
const noSuchName: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

function nameTrouble({ name, code }: Extract<Obstacle, { step: 'name' }>): Diagnosis {
  return noSuchName.has(code)
    ? {
        reason: 'PathNoAddress',
        message: `The resolvers know no address of the private endpoint ${name} (${code}). Private names of IBM Cloud are known to the resolvers of IBM Cloud and to the public DNS`,
      }
    : {
        reason: 'PathResolverFailed',
        message: `No resolver told the address of the private endpoint ${name} (${code}). The Nodes have to let port 53 out to their resolvers`,
      };
}

function strayAddress(
  { name, address, class: addressClass }: Extract<Obstacle, { step: 'address' }>,
  { gateway }: Place,
): Diagnosis {
  const found = `${name} leads to ${address}`;
  const said: Readonly<Record<Exclude<typeof gateway.kind, 'none'>, string>> = {
    absent: 'while the EndpointGateway that the spec names is not there',
    found: gateway.kind === 'found' ? `not to ${addressesOf(gateway)}` : '',
  };
  if (gateway.kind !== 'none') {
    const hint =
      'The operator has to run in the VPC of the gateway, or share DNS with it; after a gateway was made, the Nodes have to renew their leases';
    return { reason: 'PathElsewhere', message: `${found}, ${said[gateway.kind]}. ${hint}` };
  }
  const isPublic = addressClass === 'public';
  const what = isPublic ? 'a public address' : 'a private address outside 166.8.0.0/14';
  const hint = isPublic
    ? 'Something answers for IBM Cloud where the operator asks for names'
    : 'If it is of an endpoint gateway, name it in lockoutGuard.endpointGatewayRef';
  return { reason: 'PathElsewhere', message: `${found}, ${what}. ${hint}` };
}

function addressesOf({ name, addresses }: Extract<Observed['gateway'], { kind: 'found' }>): string {
  return addresses.length === 0
    ? `EndpointGateway ${name}, which has no address`
    : `EndpointGateway ${name} (${addresses.join(', ')})`;
}

const connectionReasons: Readonly<Record<ConnectionFailure['kind'], Reason>> = {
  timeout: 'PathTimeout',
  unreachable: 'PathTimeout',
  refused: 'PathRefused',
  closed: 'PathTLSFailed',
  silent: 'PathTLSFailed',
  tls: 'PathTLSFailed',
  certificate: 'PathCertificateInvalid',
};

function connectionTrouble(obstacle: Extract<Obstacle, { step: 'connection' }>, place: Place): Diagnosis {
  const { name, address, port, failure } = obstacle;
  const { kind, detail } = failure;
  const reason = connectionReasons[kind];
  const message = `${wordsFor[kind]} at ${address}, port ${port}, the address of the private endpoint ${name} (${detail}). ${hintFor(kind, obstacle.class, place)}`;
  return { reason, message };
}

const wordsFor: Readonly<Record<ConnectionFailure['kind'], string>> = {
  timeout: 'Nothing answers',
  unreachable: 'No way leads to what is',
  refused: 'The connection is refused',
  closed: 'The connection is cut before TLS is spoken',
  silent: 'The connection is open and nothing is said on it',
  tls: 'What answers speaks no TLS',
  certificate: 'What answers has no certificate for the name',
};

function hintFor(kind: ConnectionFailure['kind'], addressClass: AddressClass, { gateway }: Place): string {
  if (kind === 'certificate') {
    return 'Something else than the service answers, or a proxy on the way; a certificate authority of your own has to be in endpoints.caBundleFile of the configuration of the operator';
  }
  if (kind !== 'timeout' && kind !== 'unreachable') {
    return 'See the status of the service, and contact IBM support if this lasts';
  }
  if (gateway.kind === 'found') {
    return 'The security groups of the gateway and the network ACLs of its subnets have to let the Nodes in';
  }
  return addressClass === 'classic-service'
    ? 'From a VPC this address is reached without a gateway. On Classic infrastructure it takes VRF and service endpoints of the account and the route 166.9.0.0/16 to the private gateway (route -n shows it); outside of IBM Cloud, Direct Link or a VPN'
    : 'Routes, security groups and network ACLs on the way have to let the Nodes through';
}
