/** Reasons that only an HpcsNetworkPolicy reports; `crds/README.md` shows the texts. */
import type { Reason as CommonReason } from '../../controller/reasons.ts';

export const reasons = {
  Closing: 'The instance is being closed to the public network.',
  Opening: 'The instance is being opened to the public network.',
  PuttingBack:
    'The private path was lost after the instance was closed, so what was there before is being put back.',
  Proving:
    'The private path is being proven before the instance is closed: the policy is read there several times, each over a new connection.',
  Confirming: 'A closing was sent and is being confirmed over the private path.',
  ChangeUnconfirmed:
    'A closing was sent, and no path leads to the instance any more. When the private path is back it is proven anew, and the closing is confirmed or taken back; nothing has to be done but to mend the path.',
  PutBack:
    'A closing was taken back, since the private path was lost. Mend the path; a change of the spec or of the annotation vpe-operator.io/reconcile-at has it closed again.',
  OpenedOutside:
    'Somebody opened the instance after it was closed, which is left as it is. A change of the spec or of the annotation vpe-operator.io/reconcile-at closes it again; with driftPolicy Correct that happens by itself.',
  ClosedOutside:
    'Somebody closed the instance, which driftPolicy Report leaves as it is. A change of the spec or of the annotation vpe-operator.io/reconcile-at opens it again.',
  NoWorkingPath:
    'The operator has no private path to the instance, and is denied on the public network: the instance is closed, or the credentials lack the Manager service role. To open a closed one takes a private path: a Node in IBM Cloud, or an endpoint gateway.',
  WithoutEffect:
    'Closings were sent and did not happen, as the policy that is read afterwards shows. Tried again with growing pauses.',
  InstanceNotFound:
    'Resource Controller shows no such instance: it does not exist in this region and account, or the credentials lack the Viewer role on it.',
  InstanceUnread: 'Resource Controller or IAM did not answer, so nothing is known of the instance.',
  InstanceNotActive: 'The instance is not active yet, or not any more.',
  InstanceDeleted:
    'The instance was deleted and can perhaps be restored. Its policy is not enforced, and nothing is written until it is active again.',
  InitializationNotAsserted:
    'An instance of Hyper Protect Crypto Services has to hold its master key before it is closed, and no API tells. Set initializationAsserted to true when it does.',
  NotInitialized: 'The service answers that the instance holds no master key.',
  PolicyNotSupported: 'Key Protect Dedicated has no network policy. Use context-based restrictions there.',
  GatewayNotFound: 'There is no EndpointGateway of the name that lockoutGuard.endpointGatewayRef gives.',
  GatewayNotReady: 'The EndpointGateway that leads to the instance is not Ready.',
  GatewayElsewhere: 'The EndpointGateway that lockoutGuard.endpointGatewayRef names leads to something else.',
  RoleMissing:
    'The private endpoint answers, and denies the call: the credentials lack the Manager service role on the instance.',
  PathNoAddress: 'The name of the private endpoint has no address where the operator runs.',
  PathResolverFailed: 'The resolvers that the operator asks for the private endpoint do not answer, or fail.',
  PathElsewhere:
    'The name of the private endpoint leads to an address that is not of a private path that counts. Nothing was sent there.',
  PathTimeout: 'Nothing answers at the address of the private endpoint. The message says what to look at.',
  PathRefused: 'The address of the private endpoint refuses the connection.',
  PathTLSFailed:
    'What answers at the address of the private endpoint does not speak TLS as it should, or says nothing.',
  PathCertificateInvalid:
    'What answers at the address of the private endpoint has no certificate that holds for its name.',
  ServiceFailed:
    'The private endpoint is there, and the service behind it throttles, fails or does not answer.',
  PathWorks: 'The policy was read over the private endpoint.',
  PathNotAsked: 'There was nothing to ask the private endpoint, or nobody knows where it is.',
  PublicDenied: 'A call at the public endpoint was denied while one at the private endpoint was answered.',
  NoPublicEgress:
    'The operator does not reach the public endpoint, so it cannot tell whether public calls are denied.',
  StillOpen:
    'The policy says private-only, and the public endpoint still answers: a change takes a while to be enforced.',
  PublicUnclear:
    'The public endpoint throttles or fails, so it does not tell whether public calls are denied.',
  ServiceEnds:
    'Hyper Protect Crypto Services ends on 28 March 2027; the message has the days that are left. Move to Key Protect Dedicated, where context-based restrictions do what this object does.',
} as const;

/** Every reason that a plan of this kind may give: those of any kind, too. */
export type Reason = keyof typeof reasons | CommonReason;
