/**
 * What a service answers instead of a result. The codes are IBM's (vpc-endpoint-gateways §4.2, §4.3); each
 * service renders the error in its own body shape.
 */
export interface ErrorTarget {
  readonly name: string;
  readonly type: 'field' | 'header' | 'parameter';
  readonly value?: string | undefined;
}

export interface ApiErrorDetails {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly target?: ErrorTarget | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly target: ErrorTarget | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, code, message, target, headers = {} }: ApiErrorDetails) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.target = target;
    this.headers = headers;
  }
}

export function field(name: string, value?: string): ErrorTarget {
  return { name, type: 'field', ...(value === undefined ? {} : { value }) };
}

export function parameter(name: string, value?: string): ErrorTarget {
  return { name, type: 'parameter', ...(value === undefined ? {} : { value }) };
}

/** The body shape of the VPC API and of Global Tagging (vpc-endpoint-gateways §4.1). */
export function errorsBody(error: ApiError, trace: string): unknown {
  return {
    errors: [
      {
        code: error.code,
        message: error.message,
        more_info: 'https://cloud.ibm.com/apidocs/vpc#error-handling',
        ...(error.target === undefined ? {} : { target: error.target }),
      },
    ],
    trace,
  };
}

const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'token_invalid',
  403: 'not_authorized',
  404: 'not_found',
  409: 'vpc_locked',
  413: 'http_request_size_exceeded',
  429: 'rate_limit_exceeded',
  503: 'backend_service_unavailable',
};

/** An error for which only the status is known: an injected fault, or one of the HTTP server's own. */
export function errorOfStatus(status: number, message = 'The service cannot answer this request.'): ApiError {
  const code = CODE_BY_STATUS[status] ?? (status >= 500 ? 'internal_error' : 'bad_request');
  return new ApiError({ status, code, message });
}
