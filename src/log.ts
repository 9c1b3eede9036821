/** The log: JSON lines on standard output. Secrets are not passed to it; the redaction is the second lock. */
import { type Logger, pino, stdSerializers } from 'pino';

const secretPaths: readonly string[] = ['authorization', 'headers.authorization', 'apikey', 'token'];

export function createLog(level: string): Logger {
  return pino({
    level,
    base: { name: 'vpe-operator' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: { paths: secretPaths.flatMap((path) => [path, `*.${path}`]), censor: '[masked]' },
    serializers: { err: serializeError },
  });
}

/** Errors of HTTP clients carry their request, credentials among it: only what names the failure is written. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const { type, message, stack } = stdSerializers.err(error);
  const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : undefined;
  const { reason, status, code, trace } = error as unknown as Record<string, unknown>;
  return { type, message, reason, status, code, trace, cause, stack };
}
