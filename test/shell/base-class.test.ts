/** What we rely on of @dot-i/k8s-operator, so that an upgrade that breaks it says so here. */
import { readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';
import dotI, { ResourceEventType, type OperatorLogger } from '@dot-i/k8s-operator';

import { IbmCloudOperator } from '../../src/shell/operator.ts';
import { repositoryPath } from '../lib/repository.ts';

const { prototype } = dotI.default;

it('is of the version that was looked at', () => {
  const manifest = readFileSync(repositoryPath('node_modules/@dot-i/k8s-operator/package.json'), 'utf8');
  expect(JSON.parse(manifest)).toMatchObject({ version: '1.3.9' });
});

it('is a class under `default`, with these methods and no others', () => {
  const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  expect(methods.toSorted()).toEqual([
    'applyAxiosKubeConfigAuth',
    'applyGaxiosKubeConfigAuth',
    'errorToJson',
    'getCustomResourceApiUri',
    'handleResourceFinalizer',
    'patchResourceStatus',
    'registerCustomResourceDefinition',
    'resourceStatusRequest',
    'setResourceFinalizers',
    'setResourceStatus',
    'start',
    'stop',
    'watchResource',
  ]);
});

it('tells events apart by these words', () => {
  expect(ResourceEventType).toEqual({ Added: 'ADDED', Modified: 'MODIFIED', Deleted: 'DELETED' });
});

it('logs by four methods that take a string', () => {
  const logger: Record<keyof OperatorLogger, (message: string) => void> = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: () => {},
  };
  expect(Object.keys(logger)).toHaveLength(4);
});

it('has no verb towards the API server that we have not overridden', () => {
  const own = Object.getOwnPropertyNames(IbmCloudOperator.prototype);
  const inherited = Object.getOwnPropertyNames(prototype).filter((name) => !own.includes(name));
  expect(inherited.toSorted()).toEqual([
    'applyAxiosKubeConfigAuth',
    'applyGaxiosKubeConfigAuth',
    'errorToJson',
    'resourceStatusRequest',
    'start',
  ]);
});

it('is extended, not imitated', () => {
  expect(Object.getPrototypeOf(IbmCloudOperator)).toBe(dotI.default);
});
