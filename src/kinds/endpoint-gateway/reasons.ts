/** Reasons that only an EndpointGateway reports; `crds/README.md` shows the texts. */
import type { Reason as CommonReason } from '../../controller/reasons.ts';

export const reasons = {
  Creating: 'The gateway is being created.',
  Updating: 'The gateway is being changed.',
  CreateUnconfirmed:
    'A create may have been sent and no answer came; the operator looks for the gateway before it repeats it.',
  AddressAllocating: 'The cloud is still choosing an address.',
  DNSBindingPending: 'DNS sharing is still being set up.',
  AccessRequested: 'Access to a Private Path service was requested of its provider (an event).',
  AccessPermitted: 'The provider of a Private Path service permitted the access (an event).',
  AwaitingAcceptance:
    'The provider of the Private Path service has to permit the access. Looked at slowly, for as long as it takes.',
  AccessDeniedByProvider:
    'The provider of the Private Path service denied the access or took it back, which is final for the gateway. Agree with the provider, then delete the object and create it again.',
  AccessExpired:
    'The provider of the Private Path service did not decide in time, which is final for the gateway. Agree with the provider, then delete the object and create it again.',
  Faulted: 'The gateway is stable, but the VPC API reports its health as faulted.',
  Failed: 'The VPC API reports the gateway as failed.',
  SuspendedByProvider:
    'IBM suspended the gateway; it can be neither used, changed nor deleted. Contact IBM support.',
  Recreating: 'The gateway was deleted to be created anew, since something differs that cannot be changed.',
  DNSSettling:
    'The VPC shares its DNS with others, so the gateway is created anew only 6 minutes after it was deleted.',
  Adopting: 'A gateway that was there before becomes ours.',
  NothingToAdopt:
    'adoptionPolicy is Required, and the VPC holds no gateway to this target that could be adopted.',
  ResourceBindingPending: 'The cloud is still working on a resource binding.',
  ResourceBindingFailed: 'The VPC API reports a resource binding as failed or suspended.',
  Retained: 'The object is gone without its gateway, which was only observed (an event).',
  DeletedOutside: 'Somebody else is deleting the gateway; it is created again when it is gone.',
  UnknownLifecycleState: 'The VPC API reports a lifecycle state that this version does not know.',
  VPCNotFound: 'The region holds no such VPC for this account, or the account cannot see it.',
  SubnetNotFound: 'The VPC holds no such subnet, or the account cannot see it.',
  SecurityGroupNotFound: 'The VPC holds no such security group, or the account cannot see it.',
  ResourceGroupNotFound: 'The account has no such resource group, or its credentials cannot see it.',
  ReservedIPNotFound: 'No subnet of the VPC holds a reserved IP of this id or name.',
  ReferenceAmbiguous:
    'Several things have the name that the spec gives. The message says what tells them apart.',
  ZoneConflict: 'Two addresses are asked for in one zone; a gateway has at most one a zone.',
  NoNodeZones: 'autoIPs.zones is Nodes, and no Node of the cluster is in a zone of the region.',
  NeedsClusterScope:
    'autoIPs.zones is Nodes, and this installation may not read Nodes. Choose All, or name the addresses in ips.',
  RecreateRequired:
    'The target or the VPC differs from the gateway that exists, and neither can be changed in place.',
  Collision:
    'Another gateway of the VPC has the same target, answers for the same names or has the same name; or another resource binding has the name.',
  OwnedByAnother: "The gateway carries another owner's tag, so it is left alone.",
  AbsenceUnproven: 'The gateway cannot be read any more, but nothing proves that it is gone.',
  ServiceNotYetAdvertised:
    'The VPC API does not know the target yet, as happens for some minutes after a service instance was made; or the target has no private endpoint.',
  AuthorizationMissing:
    'The account of the target does not let gateways of this account lead there. The message has the command that its owner has to run; the operator never does.',
  TargetNotFound:
    'There is no such target, or the account may not see it. An unpublished Private Path service is seen by its own account only.',
  TargetAmbiguous:
    'The name of the service stands for several targets. The message has them, and how to choose.',
  QuotaExceeded: 'A quota of the IBM Cloud account is used up: free something, or ask IBM for more.',
  AddressUnavailable:
    'An address, or the name for one, cannot be had: taken, in use elsewhere, or the subnet is full.',
  DNSConflict:
    'The DNS mode does not go together with the gateways of the VPCs that share DNS. The message says what to change.',
  SecurityGroupRefused:
    'The gateway cannot have a security group: it is in another VPC, or there would be more than five.',
  AccessTagNotFound: 'An access management tag does not exist in the account. Create it first.',
  ResourceBindingDenied:
    'Binding a resource is denied, most likely by a context-based restriction of the resource (one that was just changed takes effect within ten minutes); or the target of the gateway does not support it.',
  NeededByDNSTopology:
    'The gateway of a DNS hub cannot go while a VPC that shares DNS with it has a gateway for the same target.',
  TargetResolved: 'It is known what the target of the spec is.',
  ZonesCovered: 'Every address that the spec asks for is bound.',
  NoAddress: 'The gateway has no address, so nothing in the VPC can reach it yet.',
  ZonesMissing: 'An address that the spec asks for is not bound yet.',
  DNSVerified: 'Where the operator runs, the names of the gateway lead to its addresses.',
  DNSAnswerPublic: 'A name of the gateway leads to a public address. The message says what to do.',
  DNSAnswerClassic:
    'A name of the gateway leads to the service endpoint in 166.8.0.0/14 that needs no gateway. The message says what to do.',
  DNSAnswerOther:
    'A name of the gateway leads to a private address that is not of this gateway; the message names its owner where the account can see it.',
  DNSNoAnswer: 'There is no such name as one of the gateway, for the resolvers that the operator asks.',
  DNSResolverFailed: 'The resolvers that the operator asks do not answer, or fail.',
  Reachable: 'Each address of the gateway takes connections, and TLS shows a certificate for its name.',
  ConnectTimeout:
    'Nothing answers at an address of the gateway: a security group, a network ACL or a route is in the way.',
  ConnectionRefused: 'An address of the gateway refuses the connection.',
  NoAnswer: 'An address of the gateway takes the connection, and the service behind it says nothing.',
  TLSFailed: 'What answers at an address of the gateway does not speak TLS as it should.',
  CertificateInvalid: 'What answers at an address of the gateway has no certificate that holds for its name.',
  Proving: 'There are too few results yet, since the gateway or the operator is new here.',
  NotProvableFromHere:
    "The operator is not in the gateway's VPC and shares no DNS with it, or does not know where it is; so nothing it sees says anything about the gateway.",
  NotProbed:
    'There is nothing to prove: the spec asks for nothing, the service takes no connections, its ports are not known, or it has no names but wildcards.',
  GatewayNotReady: 'The gateway is not stable yet, so nothing is proven of it.',
  PathInUse:
    'What the spec asks for would cut the way of somebody who uses the gateway, such as the operator itself. The message names them, and the annotation that goes on all the same.',
  Degraded: 'The VPC API reports reduced performance, capacity or connectivity.',
} as const;

/** Every reason that a plan of this kind may give: those of any kind, too. */
export type Reason = keyof typeof reasons | CommonReason;
