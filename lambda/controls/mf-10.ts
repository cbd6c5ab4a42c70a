import type { DomainFacts } from '../facts/types.ts';
import { parseSpfRecord } from '../mail-auth/spf-parse.ts';
import { selectSpfRecords } from '../mail-auth/spf-records.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import type { Control } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  'SES_NOT_INCLUDED' | 'SES_INCLUDED_AT_FROM' | 'IS_MAIL_FROM_DOMAIN' | FromScopeReason | DnsReason;

const SES_SPF_DOMAIN = 'amazonses.com';

export const mf10: Control<DomainFacts, Reason> = {
  id: 'MF-10',
  revision: 1,
  title: 'SES in the SPF record of the From domain',
  subject: 'domain',
  tier: 2,
  severity: 'INFO',
  asserts: 'Nothing but what stands there: whether the From domain’s own SPF record includes amazonses.com.',
  why: 'Receivers look at the SPF of the MAIL FROM domain: the include at the From domain aligns nothing and costs a DNS term, but other tools and accounts may use the name as envelope.',
  evidence: 'The SPF record of the name.',
  remedy: 'none',
  sources: [
    'RFC 9989 section 4.4.2',
    'Amazon SES developer guide: Authenticating Email with SPF in Amazon SES',
  ],
  reasons: {
    SES_NOT_INCLUDED: { statuses: ['PASS'], means: 'Its SPF record does not include amazonses.com.' },
    SES_INCLUDED_AT_FROM: {
      statuses: ['PASS'],
      means: 'Its SPF record includes amazonses.com, though no identity uses the name as MAIL FROM.',
    },
    IS_MAIL_FROM_DOMAIN: {
      statuses: ['NOT_APPLICABLE'],
      means: 'An identity uses the name as MAIL FROM: there the include belongs.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(mf10, facts, context, ['FROM']);
    if ('finding' in scope) return [scope.finding];
    const { name } = facts;
    if (facts.mailFrom !== undefined) {
      const summary = `${name} is a MAIL FROM domain, too`;
      return [say(mf10, { status: 'NOT_APPLICABLE', reason: 'IS_MAIL_FROM_DOMAIN', summary })];
    }
    const { rootTxt } = scope.from;
    const because = unknownDns(rootTxt);
    if (because !== undefined) return [dnsUnknown(mf10, because, `the TXT of ${name}`)];
    const records = rootTxt?.kind === 'found' ? selectSpfRecords(rootTxt.records) : [];
    const evidence = { records };
    if (!records.some(includesSes)) {
      const summary = `SPF of the From domain ${name} does not include ${SES_SPF_DOMAIN}, nor need it`;
      return [say(mf10, { status: 'PASS', reason: 'SES_NOT_INCLUDED', summary, evidence })];
    }
    const summary = `SPF of the From domain ${name} includes ${SES_SPF_DOMAIN}, which aligns nothing: receivers look at the MAIL FROM domain. Before it goes, see whether another tool or account uses the name as envelope`;
    return [say(mf10, { status: 'PASS', reason: 'SES_INCLUDED_AT_FROM', summary, evidence })];
  },
};

function includesSes(record: string): boolean {
  return parseSpfRecord(record).directives.some(
    (directive) =>
      directive.mechanism === 'include' &&
      directive.spec.text.toLowerCase().replace(/\.$/, '') === SES_SPF_DOMAIN,
  );
}
