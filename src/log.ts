/**
 * The log: JSON lines on standard output. Three locks keep secrets out: nothing secret is passed to it; errors are
 * reduced to what names the failure; and every line is searched for what looks secret before it is written.
 */
import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { maskSecrets } from './lib/mask-secrets.ts';

/** `destination` is standard output when absent. */
export function createLog(level: string, destination: DestinationStream = pino.destination()): Logger {
  return pino(
    {
      level,
      base: { name: 'vpe-operator' },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { log: reduceErrors },
      // Under `err` pino would otherwise put a serializer of its own, which copies every property.
      serializers: { err: (error: unknown) => error },
      hooks: { streamWrite: maskLine },
    },
    destination,
  );
}

/** Errors may be logged under any name. */
function reduceErrors(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? reduced(value) : value]),
  );
}

/**
 * Errors of HTTP clients carry their request, credentials among it: only what names the failure is written. One that
 * was classified at an edge says where it comes from; only what nobody expected needs its stack.
 */
function reduced(error: Error): unknown {
  const { type, message, stack } = stdSerializers.err(error);
  const { reason, status, code, trace } = error as unknown as Record<string, unknown>;
  const expected = reason !== undefined && reason !== 'unknown';
  return { type, message, reason, status, code, trace, ...(!expected && { stack }) };
}

const secretField = /^(authorization|api_?key|((access|refresh)_)?token|password|secret)$/i;

/** Looks at the values, not at the text: there an escape such as \n would run into what follows it. */
function maskLine(line: string): string {
  const masked: unknown = JSON.parse(line, (field, value: unknown) => {
    if (typeof value !== 'string') {
      return value;
    }
    return secretField.test(field) ? '[masked]' : maskSecrets(value);
  });
  return `${JSON.stringify(masked)}\n`;
}
