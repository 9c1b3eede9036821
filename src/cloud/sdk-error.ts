import { CloudError, maybeCommittedStatus, parseRetryAfter, reasonOfStatus } from './errors.ts';

/** What `ibm-cloud-sdk-core` throws: an Error with the answer's parts attached (lib/request-wrapper, formatError). */
interface SdkFailure {
  readonly message?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
}

/**
 * Classifies an error of IBM's SDK. An IAM refusal of credentials answers 400 with a code that begins BXNIM
 * (IAM Identity Services API, "Create an IAM access token for a user or service ID using an API key"): denied.
 * `operation` and `write` describe the call; a write without an answer may have been committed.
 */
export function sdkError(error: unknown, operation: string, { write }: { write: boolean }): CloudError {
  const failure = error as SdkFailure;
  const result = (failure.result ?? {}) as { errorCode?: string; errorMessage?: string; context?: unknown };
  const { status } = failure;
  if (status === undefined) {
    const message = `${operation}: no answer: ${failure.message ?? 'unknown failure'}`;
    return new CloudError(
      message,
      { reason: 'unavailable', operation, maybeCommitted: write },
      { cause: withoutSecrets(error) },
    );
  }
  const credentialsRefused = operation === 'identity_token' && (status === 400 || status === 401);
  const retryAfterMs = parseRetryAfter(failure.headers?.['retry-after'], Date.parse(dateOf(failure)));
  return new CloudError(`${operation}: ${result.errorMessage ?? failure.message ?? `HTTP ${status}`}`, {
    reason: credentialsRefused ? 'denied' : reasonOfStatus(status),
    operation,
    status,
    maybeCommitted: write && maybeCommittedStatus(status),
    ...(result.errorCode !== undefined && { code: result.errorCode }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function dateOf(failure: SdkFailure): string {
  const date = failure.headers?.['date'];
  return typeof date === 'string' ? date : '';
}

/** The SDK attaches request data to its errors, credentials among them: only name and message may travel on. */
function withoutSecrets(error: unknown): Error {
  const cause = new Error(error instanceof Error ? error.message : String(error));
  cause.name = error instanceof Error ? error.name : 'Error';
  return cause;
}
