/** Reasons that only an EndpointGateway reports; `crds/README.md` shows the texts. */
import type { Reason as CommonReason } from '../../controller/reasons.ts';

export const reasons = {
  Creating: 'The gateway is being created.',
  Updating: 'The gateway is being changed.',
  CreateUnconfirmed:
    'A create may have been sent and no answer came; the operator looks for the gateway before it repeats it.',
  AddressAllocating: 'The cloud is still choosing an address.',
  DNSBindingPending: 'DNS sharing is still being set up.',
  Faulted: 'The gateway is stable, but the VPC API reports its health as faulted.',
  Failed: 'The VPC API reports the gateway as failed.',
  SuspendedByProvider:
    'IBM suspended the gateway; it can be neither used, changed nor deleted. Contact IBM support.',
  DeletedOutside: 'Somebody else is deleting the gateway; it is created again when it is gone.',
  UnknownLifecycleState: 'The VPC API reports a lifecycle state that this version does not know.',
  VPCNotFound: 'The region holds no such VPC for this account, or the account cannot see it.',
  SubnetNotFound: 'A subnet does not exist in the VPC.',
  ZoneConflict: 'Two addresses are asked for in one zone; a gateway has at most one a zone.',
  RecreateRequired:
    'The target or the VPC differs from the gateway that exists, and neither can be changed in place.',
  Collision: 'Another gateway of the VPC has the same target or the same name.',
  OwnedByAnother: "The gateway carries another owner's tag, so it is left alone.",
  AbsenceUnproven: 'The gateway cannot be read any more, but nothing proves that it is gone.',
  ZonesCovered: 'Every address that the spec asks for is bound.',
  NoAddress: 'The gateway has no address, so nothing in the VPC can reach it yet.',
  ZonesMissing: 'An address that the spec asks for is not bound yet.',
  Degraded: 'The VPC API reports reduced performance, capacity or connectivity.',
} as const;

/** Every reason that a plan of this kind may give: those of any kind, too. */
export type Reason = keyof typeof reasons | CommonReason;
