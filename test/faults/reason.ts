/** Why something failed, with all its causes, for reports. */

/** The message first; a cause that it tells already is not told again. */
export function reasonOf(error: unknown): string {
  const told: string[] = [];
  for (let next = error; next !== undefined; next = next instanceof Error ? next.cause : undefined) {
    const message = messageOf(next);
    if (!told.some((text) => text.includes(message))) {
      told.push(message);
    }
  }
  return told.join('\ncaused by: ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
