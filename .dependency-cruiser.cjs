/** The arrows of docs/architecture.md, as rules. `npm run structure` keeps them. */
const never = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    never(
      'lambda-knows-no-lib-or-local',
      'What runs in Lambda never knows where it runs.',
      '^lambda/',
      '^(lib|local|bin|test|scripts)/',
    ),
    never('nothing-imports-tests', 'Tests are leaves.', '^(lib|lambda|local|bin|scripts)/', '^test/'),
    {
      name: 'lib-imports-only-the-contract',
      comment: 'Infrastructure and code share one file.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^lambda/', pathNot: '^lambda/contract\\.ts$' },
    },
    never(
      'contract-is-a-leaf',
      'The contract imports nothing of lambda/.',
      '^lambda/contract\\.ts$',
      '^lambda/',
    ),
    never(
      'controls-and-mail-auth-know-no-aws',
      'Judging is pure.',
      '^lambda/(controls|mail-auth|facts|fixes)/',
      'node_modules/@aws-(sdk|lambda-powertools)/',
    ),
    {
      name: 'mail-auth-stands-on-dns-types',
      comment: 'Protocol only: no I/O but through the resolver it is handed.',
      severity: 'error',
      from: { path: '^lambda/mail-auth/' },
      to: { path: '^lambda/', pathNot: '^lambda/(mail-auth/|dns/types\\.ts$)' },
    },
    never(
      'dns-knows-nothing-above',
      'The DNS client is the lowest room.',
      '^lambda/dns/',
      '^lambda/(?!dns/)',
    ),
    {
      name: 'controls-are-pure',
      comment: 'A control reads facts, the contract and protocol code only.',
      severity: 'error',
      from: { path: '^lambda/controls/' },
      to: {
        path: '^lambda/',
        pathNot: '^lambda/(controls/|mail-auth/|dns/types\\.ts$|facts/|contract\\.ts$)',
      },
    },
    {
      name: 'fixes-are-pure',
      comment: 'A plan is made of findings and their fixes; it reads and changes nothing.',
      severity: 'error',
      from: { path: '^lambda/fixes/' },
      to: {
        path: '^lambda/',
        pathNot: '^lambda/(fixes/|controls/|mail-auth/|findings/(types|causes)\\.ts$)',
      },
    },
    never(
      'findings-know-nothing-above',
      'The store knows no SES and no mail.',
      '^lambda/findings/',
      '^lambda/(handlers|scan|ses|organization|alerts|report|fixes)/',
    ),
    never('rooms-know-no-handlers', 'Handlers are the top.', '^lambda/(?!handlers/)', '^lambda/handlers/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
