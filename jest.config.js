/** Jest runs the TypeScript as ES modules; swc strips the types. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/helpers/jest-global-setup.ts',
  globalTeardown: '<rootDir>/test/helpers/jest-global-teardown.ts',
  // One less than the cores is the default: on two cores one after another, which took 14 minutes.
  maxWorkers: '100%',
  testTimeout: 60_000,
  collectCoverageFrom: [
    'services/**/*.ts',
    'models/**/*.ts',
    'scripts/**/*.ts',
    '!models/kernels/generated/**',
    '!models/kernels/assembly/**',
  ],
  coverageReporters: ['text-summary'],
  coverageProvider: 'v8',
};
