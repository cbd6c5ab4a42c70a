/** Cases that controls of one record share: of SPF at a MAIL FROM domain, of DMARC at a From domain. */
import type { DmarcFacts, DomainFacts, SpfFacts } from '../../lambda/facts/types.ts';
import { parseDmarcRecord } from '../../lambda/mail-auth/dmarc-record.ts';
import {
  dmarcUnknown,
  found,
  fromDomainFacts,
  inheritedDmarc,
  mailFromDomainFacts,
  servfail,
  withoutDmarc,
} from './facts.ts';
import type { Case } from './paired.ts';

export const spfTxt = (value: string) => ({ name: 'bounce.example.com', type: 'TXT' as const, value });
export const dmarcTxt = (value: string) => ({ name: '_dmarc.example.com', type: 'TXT' as const, value });

/** bounce.example.com with this one SPF record. */
export function spfDomain(record: string, change?: (spf: SpfFacts) => void): DomainFacts {
  return mailFromDomainFacts(({ mailFrom: { spf } }) => {
    Object.assign(spf, { txt: found([record]), records: [record] });
    change?.(spf);
  });
}

/** SES's networks evaluate to this. */
export function ses(spf: SpfFacts, result: 'pass' | 'permerror' | 'temperror', problem?: string): void {
  spf.sesNetworks = [{ network: '192.0.2.0/25', ip: '192.0.2.1', result, ...(problem ? { problem } : {}) }];
}

/** amazonses.com could not be learned. */
export function sesUnknown(spf: SpfFacts): void {
  delete spf.sesNetworks;
  delete spf.lookups;
  delete spf.voidLookups;
  spf.sesNetworksUnknown = 'SERVFAIL at amazonses.com';
}

export function spfProblem(
  code: NonNullable<SpfFacts['problems']>[number]['code'],
  more: Partial<NonNullable<SpfFacts['problems']>[number]> = {},
): NonNullable<SpfFacts['problems']>[number] {
  const level = code === 'DEAD_TERM' || code.startsWith('TARGET_DOMAIN') ? 'warning' : 'error';
  return { code, level, message: `${code} met.`, own: true, places: [], ...more };
}

/** The place of a term in a record. */
export function placeOf(record: string, term: string): [number, number] {
  const start = record.indexOf(term);
  if (start < 0) throw new Error(`"${term}" is not in "${record}".`);
  return [start, start + term.length];
}

/** What every control of one SPF record leaves to others, or cannot know. */
export function spfScopeCases<Reason extends string>(): Case<DomainFacts, Reason>[] {
  return [
    {
      when: 'there are two records: SPF-01 speaks',
      facts: mailFromDomainFacts(({ mailFrom }) => mailFrom.spf.records.push('v=spf1 +all')),
      says: { status: 'NOT_APPLICABLE', reason: 'NO_SINGLE_RECORD' as Reason },
    },
    {
      when: 'no identity uses the domain as MAIL FROM',
      facts: fromDomainFacts(),
      says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_MAIL_FROM_DOMAIN' as Reason },
    },
    {
      when: 'DNS does not answer',
      facts: spfDomain('', (spf) => Object.assign(spf, { txt: servfail(), records: [] })),
      says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' as Reason },
    },
  ];
}

/** example.com with this one DMARC record, as it would be gathered. */
export function dmarcDomain(
  record: string,
  change?: (dmarc: DmarcFacts, facts: DomainFacts) => void,
): DomainFacts {
  return fromDomainFacts((facts) => {
    const { dmarc } = facts.from;
    const { effect, tags } = parseDmarcRecord(record);
    if (effect.kind === 'not-processed') withoutDmarc(dmarc);
    Object.assign(dmarc, { ownTxt: found([record]), ownRecords: [record] });
    if (effect.kind !== 'not-processed') {
      const p = effect.kind === 'as-none' ? 'none' : effect.p;
      Object.assign(dmarc, { record, policy: p, appliedPolicy: p, rua: tags.rua });
      dmarc.legacy = {
        status: 'found',
        organizationalDomain: 'example.com',
        recordDomain: 'example.com',
        policy: p,
      };
    }
    change?.(dmarc, facts);
  });
}

/** What every control of one DMARC record leaves to others, or cannot know. */
export function dmarcScopeCases<Reason extends string>(): Case<DomainFacts, Reason>[] {
  return [
    {
      when: 'a parent’s record applies: it is judged there',
      facts: fromDomainFacts((facts) => {
        facts.name = 'news.example.com';
        inheritedDmarc('example.com', 'reject')(facts.from.dmarc);
      }),
      says: { status: 'NOT_APPLICABLE', reason: 'INHERITED' as Reason },
    },
    {
      when: 'no record stands there: DMARC-01 speaks',
      facts: fromDomainFacts(({ from }) => withoutDmarc(from.dmarc)),
      says: { status: 'NOT_APPLICABLE', reason: 'NO_SINGLE_RECORD' as Reason },
    },
    {
      when: 'two records stand there: DMARC-02 speaks',
      facts: fromDomainFacts(({ from }) => {
        withoutDmarc(from.dmarc);
        Object.assign(from.dmarc, { ownRecords: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] });
        from.dmarc.ownTxt = found(from.dmarc.ownRecords);
      }),
      says: { status: 'NOT_APPLICABLE', reason: 'NO_SINGLE_RECORD' as Reason },
    },
    {
      when: 'DNS does not answer',
      facts: fromDomainFacts(({ from }) => dmarcUnknown(from.dmarc)),
      says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' as Reason },
    },
  ];
}
