import { CloudError } from './errors.ts';
import { answerError, type FailedCall, noAnswerError } from './failed-call.ts';

/**
 * What `ibm-cloud-sdk-core` throws (its lib/request-wrapper, formatError): a status and the answer's parts, or the
 * network's code in `statusText`, or a message alone. With a status its message is not used: it hides what the
 * service said about credentials.
 */
interface SdkFailure {
  readonly message?: string;
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
}

/** `missedMs` is the deadline of the call, if that is what ended it. */
export function sdkError(error: unknown, call: FailedCall, missedMs: number | undefined): CloudError {
  const { message = 'failed', status, statusText, headers, result } = error as SdkFailure;
  if (status !== undefined) {
    return answerError({ status, body: result, retryAfter: headers?.['retry-after'] }, call);
  }
  if (statusText !== undefined || missedMs !== undefined) {
    return noAnswerError({ code: statusText, missedMs }, call);
  }
  const { operation, write } = call;
  return new CloudError(message, { reason: 'unknown', operation, maybeCommitted: write });
}
