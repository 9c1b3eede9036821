/** The virtual server instance on which the clients of the metadata service run. */
import type { TrustedProfile } from '../iam/trusted-profiles.ts';

export interface Instance {
  readonly id: string;
  /** What `metadata_service.protocol` of the instance says. */
  readonly protocol: 'http' | 'https';
  /** Assumed when a request names none. */
  readonly defaultProfile?: TrustedProfile;
  /** When each identity token expires, in simulated milliseconds. */
  readonly identityTokens: Map<string, number>;
}

/** Without an instance the service is as good as off. */
export interface MetadataHost {
  instance: Instance | undefined;
}
