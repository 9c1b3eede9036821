/**
 * API keys that are recognised wherever they turn up, for the rule that no secret ever leaves the program: a test
 * gives the operator such a key and looks through everything that came out.
 */
import { randomBytes } from 'node:crypto';

/** Begins every canary key, in every process, so that output of another process can be searched too. */
const mark = 'Canary0';
/** Length of an IBM Cloud API key. */
const keyLength = 44;

/** A random API key, valid in form; the simulator accepts it once it is told: `seed.apiKey(name, {apiKey})`. */
export function canaryApiKey(): string {
  return (mark + randomBytes(keyLength).toString('base64url')).slice(0, keyLength);
}

/**
 * The mark as it is, and as each of the three alignments that base64 can give it: the characters that depend on the
 * mark alone. Then a JWT, which is what an access token is, and a bearer token of any form.
 */
const patterns: readonly RegExp[] = [
  new RegExp(mark, 'i'),
  ...[0, 1, 2].map((shift) => new RegExp(encodedMark(shift))),
  /eyJ[\w-]{8,}\.eyJ[\w-]{8,}/,
  /\bbearer\s+(?!\[masked\])[\w.~+/-]{16,}/i,
];

function encodedMark(shift: number): string {
  const encoded = Buffer.from('-'.repeat(shift) + mark).toString('base64');
  const [from, whole] = [Math.ceil((shift * 4) / 3), Math.floor(((shift + mark.length) * 4) / 3)];
  return encoded.slice(from, whole);
}

/** Throws when the text holds a canary key (as it is or in base64) or an access token; says where, not what. */
export function expectNoSecret(text: string): void {
  for (const [index, line] of text.split('\n').entries()) {
    const found = patterns.find((pattern) => pattern.test(line));
    if (found !== undefined) {
      const at = line.search(found);
      const before = line.slice(Math.max(0, at - 120), at);
      throw new Error(`a secret is in line ${index + 1}, after: ${JSON.stringify(before)}`);
    }
  }
}
