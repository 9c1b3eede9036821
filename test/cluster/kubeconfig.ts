/** The kubeconfig of one user of one control plane. */
import { KubeConfig } from '@kubernetes/client-node';

import type { Certificate } from './credentials.ts';

export interface KubeconfigOptions {
  readonly url: string;
  readonly authority: Certificate;
  readonly user: Certificate | { readonly token: string };
}

/** Usable as it is; `exportConfig()` gives what belongs into a file. */
export function kubeconfig({ url, authority, user }: KubeconfigOptions): KubeConfig {
  const name = 'vpe-operator-test';
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name, server: url, caData: base64(authority.certificate), skipTLSVerify: false },
    'token' in user
      ? { name, token: user.token }
      : { name, certData: base64(user.certificate), keyData: base64(user.key) },
  );
  return config;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
