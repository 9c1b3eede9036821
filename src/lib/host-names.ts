/** Host names of which the first label may be a wildcard, as in certificates and in names of service endpoints. Pure. */

/** Whether some host has both names. */
export function overlap(name: string, other: string): boolean {
  return covers(name, other) || covers(other, name);
}

export function isWildcard(name: string): boolean {
  return name.startsWith('*.');
}

function covers(name: string, other: string): boolean {
  return name === other || (isWildcard(name) && other.endsWith(name.slice(1)));
}
