/** What a call fails with; throws when it does not fail. */
import { expect } from '@jest/globals';
import { KubeError } from '../../src/kube/errors.ts';

export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );
}

export async function kubeErrorOf(call: Promise<unknown>): Promise<KubeError> {
  const error = await failureOf(call);
  expect(error).toBeInstanceOf(KubeError);
  return error as KubeError;
}
