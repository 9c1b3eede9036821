/** RFC 3339 in UTC with milliseconds, as IBM's APIs write times. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
