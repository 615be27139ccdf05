/** Who may import whom. The text of the rules is docs/adr/0001-layout-and-imports.md. */
const outside = (folders) => ({ path: '^(services|models|scripts|test|bench)/', pathNot: folders });
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'models-import-only-models',
      severity: 'error',
      from: { path: '^models/' },
      to: outside('^models/'),
    },
    {
      name: 'models-are-pure',
      comment: 'no database, web server, file system, process or network in models',
      severity: 'error',
      from: { path: '^models/' },
      to: {
        path: '^(node:)?(fs|fs/promises|path|http|https|net|process|child_process|os)$|node_modules/(pg|express|pino|commander)/',
      },
    },
    {
      name: 'kernels-and-artifact-stand-alone',
      severity: 'error',
      from: { path: '^models/(kernels|artifact)/' },
      to: { path: '^models/', pathNot: '^models/$1/' },
    },
    {
      name: 'services-import-only-services-and-models',
      severity: 'error',
      from: { path: '^services/' },
      to: outside('^(services|models)/'),
    },
    {
      name: 'nobody-imports-scripts-test-or-bench',
      comment: 'but tests import what they test, scripts too',
      severity: 'error',
      from: { path: '^(services|models|scripts)/' },
      to: { path: '^(scripts|test|bench)/', pathNot: '^$1/' },
    },
    {
      name: 'benches-import-what-they-measure',
      comment: 'scripts too, but no tests',
      severity: 'error',
      from: { path: '^bench/' },
      to: { path: '^test/' },
    },
    {
      name: 'tests-do-not-import-bench',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^bench/' },
    },
    {
      name: 'router-imports-service-and-schema',
      comment: 'a router sees its service and schemas; the SQL is behind the service',
      severity: 'error',
      from: { path: '-router\\.ts$' },
      to: { path: '-store\\.ts$' },
    },
    {
      name: 'store-imports-database-only',
      severity: 'error',
      from: { path: '-store\\.ts$' },
      to: { path: '-(router|service)\\.ts$' },
    },
    {
      name: 'another-feature-by-its-type',
      comment: 'a feature uses another one through a type; the composition root hands it over',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: {
        path: '^services/[^/]+/.*-(service|store|router)\\.ts$',
        pathNot: '^services/$1/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'charts-only-in-reports',
      comment: 'the service starts without the charting library',
      severity: 'error',
      from: { pathNot: '^scripts/training/report/' },
      to: { path: 'node_modules/(echarts|zrender)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sql-driver-only-in-database',
      severity: 'error',
      from: { path: '^(services|scripts)/', pathNot: '^services/database/' },
      to: {
        path: 'node_modules/(pg|pg-copy-streams|pg-query-stream)/',
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|models/kernels/(generated|assembly))/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
