import type { Config } from 'jest';

// These packages ship ES modules only; jest runs in CommonJS mode because @dot-i/k8s-operator
// requires an ES module that the sources import as well, which native ESM refuses as a cycle.
const esmOnly = [
  '@kubernetes/client-node',
  'openid-client',
  'oauth4webapi',
  'jose',
  'socks-proxy-agent',
  'agent-base',
];

const config: Config = {
  testEnvironment: 'node',
  // Many files start servers and make certificates; the default of 5 s is short on a busy machine.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cluster/go/', '<rootDir>/test/contract/go/'],
  transform: {
    '^.+\\.(ts|js)$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs', importInterop: 'node' },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
};

export default config;
