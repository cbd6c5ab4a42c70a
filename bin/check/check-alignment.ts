/** The alignment section of `check`: would SPF or DKIM count for DMARC? */
import type { DnsClient } from '../../lambda/dns/types.ts';
import { isAligned, isAlignedByPublicSuffix } from '../../lambda/mail-auth/alignment.ts';
import type { DmarcDiscovery } from '../../lambda/mail-auth/dmarc.ts';
import type { CheckNode } from './report.ts';
import { node } from './report.ts';

export interface AlignmentQuestion {
  discovery: DmarcDiscovery;
  dkimDomain: string;
  mailFromDomain: string;
}

export async function checkAlignment(
  { discovery, dkimDomain, mailFromDomain }: AlignmentQuestion,
  dns: DnsClient,
): Promise<CheckNode[]> {
  return [
    await leg('DKIM d=', dkimDomain, discovery.adkim, discovery, dns),
    await leg('MAIL FROM ', mailFromDomain, discovery.aspf, discovery, dns),
  ];
}

async function leg(
  what: string,
  domain: string,
  mode: 'r' | 's',
  { authorDomain }: DmarcDiscovery,
  dns: DnsClient,
): Promise<CheckNode> {
  const aligned = await isAligned(domain, authorDomain, mode, dns);
  const named = `${what}${domain} and From ${authorDomain}, ${mode === 's' ? 'strict' : 'relaxed'}`;
  if (aligned === 'unknown') return node('unknown', `${named}: unknown, DNS did not answer.`);
  const statement = node(aligned ? 'pass' : 'fail', `${named}: ${aligned ? 'aligned' : 'not aligned'}.`);
  const byPublicSuffix = isAlignedByPublicSuffix(domain, authorDomain, mode);
  if (byPublicSuffix !== aligned) {
    const verdict = byPublicSuffix ? 'aligned' : 'not aligned';
    statement.children.push(node('warn', `Receivers of RFC 7489 (Public Suffix List): ${verdict}.`));
  }
  return statement;
}
