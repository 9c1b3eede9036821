/** Errors of the key-management API and their body (hpcs-network-policy §1.8, §9.5). */
import { STATUS_CODES } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';

const MORE_INFO = 'https://cloud.ibm.com/apidocs/key-protect';

/** An error with a code of this API, which its body explains in `reasons`. */
export function keyError(code: string, message: string, status = 400): ApiError {
  return new ApiError({ status, code, message });
}

const DENIED = 'The user does not have access to the specified resource';

/** The one answer to a missing role, another instance, another region and a closed network alike. */
export function unauthorized(): ApiError {
  return new ApiError({ status: 401, code: 'UNAUTHORIZED_ERR', message: DENIED });
}

/** A crypto unit that holds no master key (§1.9); the number of the gRPC code is invented. */
export function notInitialized(): ApiError {
  const message =
    'rpc error: code = Unknown desc = GRPC Return Code: [9] GRPC Message: ' +
    '[Got error CKR_IBM_WK_NOT_INITIALIZED, from libep11.so in m_UnwrapKey]';
  return new ApiError({ status: 400, code: 'not_initialized', message });
}

/**
 * A 401 has no `reasons`, and neither has what has no code of this API. Every 401 reads the same, so that one of the
 * fault plan cannot be told from a real one.
 */
export function keyErrorBody({ status, code, message }: ApiError, { method }: FastifyRequest): unknown {
  const metadata = { collectionType: 'application/vnd.ibm.kms.error+json', collectionTotal: 1 };
  const title = STATUS_CODES[status] ?? 'Error';
  if (status === 401 || !code.endsWith('_ERR')) {
    return { metadata, resources: [{ errorMsg: `${title}: ${status === 401 ? DENIED : message}` }] };
  }
  const done = method === 'PUT' ? 'created' : 'retrieved';
  const errorMsg = `${title}: Instance policy could not be ${done}: Please see \`reasons\` for more details (${code})`;
  return {
    metadata,
    resources: [{ errorMsg, reasons: [{ code, message, status, moreInfo: MORE_INFO }] }],
  };
}
