/**
 * Reasons that any kind can report. Conditions, events and logs share these constants; the texts are what
 * `crds/README.md` tells users.
 */
export const reasons = {
  Succeeded: 'The cloud matches the spec.',
  Progressing: 'The operator is making changes, or the cloud is carrying them out.',
  Deleting: 'The object is being deleted; its cloud resource goes first.',
  Paused:
    'spec.suspend is true, so nothing is done until it is false again; a deletion waits, too. Or the object is being deleted, which waits while dryRun is true in the configuration of the operator.',
  Differs: 'The object is only observed, and the cloud differs from it; the plan says what would be done.',
  NotAllowed:
    'The configuration of the operator does not allow it: there is no such account, it is not open to the namespace, or it does not allow what has to be done.',
  BudgetExceeded:
    'The installation has deleted as much in the last hour as it may; the deletion follows by itself when the hour allows it.',
  AccountChanged:
    'The resource lives in another account than the one that the credentials now belong to, or in another region.',
  Throttled: 'IBM Cloud asked to slow down; the operator tries again later.',
  Unavailable: 'IBM Cloud did not answer or failed; the operator tries again with growing pauses.',
  Conflict: 'Another change was in the way; the operator tries again.',
  AccessDenied:
    'IBM Cloud refuses the credentials or they lack a role. Tried again slowly; a grant heals it.',
  Rejected: 'IBM Cloud refuses the request as invalid. Change the spec; tried again slowly.',
  NotFound: 'Something that the spec refers to does not exist in the cloud, or cannot be accessed.',
  Orphan:
    'Something in the cloud carries the tag of an object that does not exist. Only an event, and one about the Lease of the operator; nothing is deleted.',
  InternalError:
    'The operator failed unexpectedly; its log has the details. Tried again with growing pauses.',
} as const;

export type Reason = keyof typeof reasons;
