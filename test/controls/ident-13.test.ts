import { ident13 } from '../../lambda/controls/ident-13.ts';
import { found, fromDomainFacts, mailFromDomainFacts, nodata, nxdomain, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

describeControl(ident13, [
  { when: 'it has an MX', facts: fromDomainFacts(), says: { status: 'PASS', reason: 'FROM_RECEIVES' } },
  {
    when: 'it has no MX, but an address',
    facts: fromDomainFacts(({ from }) => Object.assign(from, { mx: nodata(), hasAddress: true })),
    says: { status: 'PASS', reason: 'FROM_RECEIVES_BY_ADDRESS' },
  },
  {
    when: 'it has neither',
    facts: fromDomainFacts(({ from }) => Object.assign(from, { mx: nodata(), hasAddress: false })),
    says: { status: 'WARN', reason: 'FROM_UNRESOLVABLE', severity: 'MEDIUM' },
  },
  {
    when: 'it has a null MX: advice only, nothing to publish',
    facts: fromDomainFacts(({ from }) => (from.mx = found([{ preference: 0, exchange: '' }]))),
    says: {
      status: 'FAIL',
      reason: 'FROM_NULL_MX',
      severity: 'HIGH',
      publish: [],
      remove: [],
      evidence: { mx: ['0 .'] },
    },
  },
  {
    when: 'it does not exist under a registered name',
    facts: fromDomainFacts(({ from }) =>
      Object.assign(from, {
        exists: false,
        mx: nxdomain(),
        registrable: { name: 'example.com', exists: true },
      }),
    ),
    says: { status: 'FAIL', reason: 'FROM_NXDOMAIN', severity: 'HIGH', reasonClass: 1 },
  },
  {
    when: 'the registrable name does not exist either',
    facts: fromDomainFacts(({ from }) =>
      Object.assign(from, {
        exists: false,
        mx: nxdomain(),
        registrable: { name: 'example.com', exists: false },
      }),
    ),
    says: { status: 'FAIL', reason: 'DOMAIN_UNREGISTERED', severity: 'CRITICAL', reasonClass: 2 },
  },
  {
    when: 'it does not exist and the registrable name is unknown: failing either way',
    facts: fromDomainFacts(({ from }) =>
      Object.assign(from, {
        exists: false,
        mx: servfail(),
        registrable: { name: 'example.com', exists: 'unknown' },
      }),
    ),
    says: { status: 'FAIL', reason: 'FROM_NXDOMAIN', severity: 'HIGH' },
  },
  {
    when: 'its own question stayed open, but the MX answer says NXDOMAIN',
    facts: fromDomainFacts(({ from }) => Object.assign(from, { exists: 'unknown', mx: nxdomain() })),
    says: { status: 'FAIL', reason: 'FROM_NXDOMAIN', severity: 'HIGH' },
  },
  {
    when: 'it is an alias to a dead target without address: it exists',
    facts: fromDomainFacts(({ from }) =>
      Object.assign(from, { exists: 'unknown', mx: nxdomain(['dead.example']), hasAddress: false }),
    ),
    says: { status: 'WARN', reason: 'FROM_UNRESOLVABLE', severity: 'MEDIUM' },
  },
  {
    when: 'the MX question was not answered',
    facts: fromDomainFacts(({ from }) => (from.mx = servfail())),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'there is no MX and the address question was not answered',
    facts: fromDomainFacts(({ from }) => Object.assign(from, { mx: nodata(), hasAddress: 'unknown' })),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'the resolver is unusable',
    facts: fromDomainFacts((facts) => (facts.dnsUnusable = 'no answer')),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'it is a MAIL FROM domain only',
    facts: mailFromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
  {
    when: 'it only holds a DMARC record that others inherit',
    facts: fromDomainFacts(({ dependents }) => {
      for (const dependent of dependents) dependent.use = 'DMARC_RECORD';
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
  {
    when: 'it is a mailbox provider’s',
    facts: fromDomainFacts((facts) => (facts.name = 'gmail.com')),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
]);
