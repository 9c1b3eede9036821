/**
 * The last lock before text leaves the program: errors, conditions and log lines pass through it. Secrets are kept
 * out of such text in the first place; this catches what slips through.
 */

/** A JWT, which is what IBM's access tokens are: its header is base64url of a JSON object. */
const webToken = /eyJ[\w-]+(\.[\w-]*){0,2}/g;
const bearer = /\b(bearer\s+)[\w.~+/-]{16,}=*/gi;
const assigned = /\b(api_?key["']?\s*[=:]\s*["']?)[^\s"',&]+/gi;
/**
 * An IBM Cloud API key is 44 characters of base64url (the form that IBM's detect-secrets looks for). Kubernetes
 * names and hexadecimal digests have no capitals, so they never look like one; the id of a trusted profile would.
 */
const apiKey =
  /(?<![\w-])(?!Profile-[\da-f]{8}-)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{44}(?![\w-])/g;

/** Replaces whatever looks like a bearer token, a JWT or an API key. */
export function maskSecrets(text: string): string {
  return text
    .replaceAll(webToken, '[masked]')
    .replaceAll(bearer, '$1[masked]')
    .replaceAll(assigned, '$1[masked]')
    .replaceAll(apiKey, '[masked]');
}
