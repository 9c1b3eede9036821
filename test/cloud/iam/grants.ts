/**
 * The grants of IAM's token operation (hpcs-network-policy §8.1): an API key, or the token of a compute resource for
 * a trusted profile that trusts it.
 */
import type { Identity } from '../accounts.ts';
import { ApiError } from '../errors.ts';
import type { World } from '../world.ts';
import { trustsResource } from './trusted-profiles.ts';

/** The form fields of a token request; anything that is not a form reads as one without fields. */
export type Form = Readonly<Record<string, string>>;

export interface Grant {
  readonly operation: string;
  /** Whoever the form proves to be; throws an ApiError. */
  readonly identify: (form: Form, world: World) => Promise<Identity>;
}

const API_KEY: Grant = {
  operation: 'get_token_api_key',
  async identify(form, { accounts }) {
    const identity = accounts.ofApiKey(form['apikey'] ?? '');
    if (identity === undefined) {
      throw refusal('BXNIM0415E', 'Provided API key could not be found.');
    }
    return identity;
  },
};

/** That an unknown profile is refused like one that does not trust the caller is UNCONFIRMED. */
const COMPUTE_RESOURCE: Grant = {
  operation: 'get_token_cr_token',
  async identify(form, { iam }) {
    const resource = await iam.clusters.verify(form['cr_token'] ?? '');
    if (resource === undefined) {
      throw refusal('BXNIM0407E', 'The compute resource token is not valid.');
    }
    const { profile_id: id, profile_name: name, profile_crn: crn } = form;
    const profile = iam.profiles.assumable({ id, name, crn }, (one) => trustsResource(one, resource));
    if (profile === undefined) {
      throw refusal('BXNIM0398E', 'Selected trusted profile not eligible.');
    }
    return profile.identity;
  },
};

export const grants: ReadonlyMap<string, Grant> = new Map([
  ['urn:ibm:params:oauth:grant-type:apikey', API_KEY],
  ['urn:ibm:params:oauth:grant-type:cr-token', COMPUTE_RESOURCE],
]);

function refusal(code: string, message: string): ApiError {
  return new ApiError({ status: 400, code, message });
}
