/**
 * What it means to the user when the cloud refuses an action: reason, what to do, and how patiently it is tried again.
 * `undefined` leaves a refusal to the general rules (outcome.ts), as with locks, which are a matter of the queue.
 * Pure.
 */
import type { CloudError, CloudErrorReason } from '../../cloud/errors.ts';
import { findCondition } from '../../controller/conditions.ts';
import type { Action } from './actions.ts';
import type { GatewayResource } from './observed.ts';
import {
  type Meaning,
  ofAddress,
  ofBinding,
  ofBindingName,
  ofCreate,
  ofDeletion,
  ofGatewayChange,
  ofQuota,
  ofSecurityGroup,
  ofTags,
  type Seen,
  suspended,
} from './refusals/meanings.ts';
import { isAboutCredentials, isInTheWay, isSuspended, wordsOf } from './refusals/signs.ts';
import type { Problem } from './wanted/wanted.ts';

export function refused(
  action: Action,
  resource: GatewayResource,
  observed: Seen,
  error: CloudError,
): Problem | undefined {
  if (!answered.has(error.reason) || isAboutCredentials(error) || isInTheWay(error)) {
    return undefined;
  }
  const meaning = isSuspended(error) ? suspended : meaningOf(action, observed, error);
  return (
    meaning && {
      ...meaning.patience,
      reason: meaning.reason,
      message: withAnswer(meaning.advice, error, resource),
    }
  );
}

/** The others say nothing about the request. */
const answered: ReadonlySet<CloudErrorReason> = new Set(['invalid', 'denied', 'absent', 'conflict']);

function meaningOf(action: Action, observed: Seen, error: CloudError): Meaning | undefined {
  switch (action.kind) {
    case 'CreateGateway':
      return ofCreate(action.prototype, observed, error);
    case 'UpdateGateway':
      return ofGatewayChange(action.change, error);
    case 'AttachSecurityGroup':
      return ofQuota(error) ?? ofSecurityGroup(error);
    case 'BindIP':
    case 'UnbindIP':
    case 'UpdateReservedIP':
      return ofQuota(error) ?? ofAddress(error);
    case 'CreateResourceBinding':
      return ofBinding(action.crn, observed, error);
    case 'RenameResourceBinding':
      return ofBindingName(error);
    case 'AttachTags':
      return ofTags(action, error);
    case 'DeleteGateway':
      return ofDeletion(error);
    default:
      return undefined;
  }
}

/**
 * The advice, what IBM said, and the trace that its support asks for. The trace of the first answer stays as long as
 * the rest is the same: another one each time would be a change of the status each time.
 */
function withAnswer(advice: string, error: CloudError, { status }: GatewayResource): string {
  const message = `${advice}. IBM Cloud answered: ${wordsOf(error)}`;
  const shown = findCondition(status?.conditions, 'Ready')?.message;
  if (shown?.startsWith(`${message} (trace `) === true) {
    return shown;
  }
  return error.trace === undefined ? message : `${message} (trace ${error.trace})`;
}
