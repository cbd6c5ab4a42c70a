/** The DMARC section of `check`. */
import type { DnsClient } from '../../lambda/dns/types.ts';
import type { DmarcDiscovery, DmarcProblem, DmarcRecord } from '../../lambda/mail-auth/dmarc.ts';
import { discoverDmarc, discoverDmarcRfc7489 } from '../../lambda/mail-auth/dmarc.ts';
import { excerpt } from '../../lambda/mail-auth/names.ts';
import type { ReportAuthorization } from '../../lambda/mail-auth/report-authorization.ts';
import { checkReportAuthorization } from '../../lambda/mail-auth/report-authorization.ts';
import type { CheckNode, CheckStatus } from './report.ts';
import { node, problem } from './report.ts';

/** More destinations are listed, not asked about. */
const MAX_DESTINATIONS = 10;

/** What DNS left open is unknown, whatever weight the problem has otherwise. */
const UNKNOWN_CODES = new Set(['DNS_ERROR', 'EXISTENCE_UNKNOWN', 'ORGANIZATIONAL_DOMAIN_UNKNOWN']);
const STATUS_OF_SEVERITY = { error: 'fail', warning: 'warn', info: 'info' } as const;

export async function checkDmarc(
  fromDomain: string,
  dns: DnsClient,
): Promise<{ discovery: DmarcDiscovery; nodes: CheckNode[] }> {
  const discovery = await discoverDmarc(fromDomain, dns);
  const nodes = [policyNode(discovery), ...recordNodes(discovery), walkNode(discovery)];
  nodes.push(await legacyNode(fromDomain, discovery, dns));
  if (discovery.record !== undefined && discovery.recordDomain !== undefined) {
    nodes.push(...(await destinationNodes(discovery.recordDomain, discovery.record, dns)));
  }
  return { discovery, nodes };
}

function policyNode(discovery: DmarcDiscovery): CheckNode {
  const derivation = discovery.derivation.map((sentence) => node('info', sentence));
  if (discovery.status === 'temperror') {
    return node('unknown', 'The policy is unknown: DNS did not answer.', derivation);
  }
  if (discovery.status === 'none') return node('fail', 'DMARC does not apply: no policy.', derivation);
  const { appliedPolicy = 'none', policyTag, recordDomain } = discovery;
  const from = policyTag === undefined ? '' : `, from ${policyTag} at ${recordDomain}`;
  const text = `Failing mail: ${appliedPolicy}${from}.`;
  return node(appliedPolicy === 'none' ? 'warn' : 'pass', text, derivation);
}

function recordNodes(discovery: DmarcDiscovery): CheckNode[] {
  const record = discovery.record ?? discovery.unprocessed?.record;
  const problems = discovery.problems.map(problemNode);
  if (record === undefined) return problems;
  const domain = discovery.recordDomain ?? discovery.unprocessed?.domain;
  return [node('info', `_dmarc.${domain} TXT "${excerpt(record.text, 500)}"`, problems)];
}

function problemNode({ code, severity, message }: DmarcProblem): CheckNode {
  const status: CheckStatus = UNKNOWN_CODES.has(code) ? 'unknown' : STATUS_OF_SEVERITY[severity];
  return problem(status, message, code);
}

function walkNode({ organizationalDomain, queries }: DmarcDiscovery): CheckNode {
  const asked = queries.map((name) => node('info', name));
  return organizationalDomain === undefined
    ? node('unknown', 'Organizational Domain: unknown', asked)
    : node('info', `Organizational Domain: ${organizationalDomain} (tree walk)`, asked);
}

/** Receivers that have not moved to RFC 9989 read the Public Suffix List and know neither np, psd nor t. */
async function legacyNode(fromDomain: string, discovery: DmarcDiscovery, dns: DnsClient): Promise<CheckNode> {
  const legacy = await discoverDmarcRfc7489(fromDomain, dns);
  if (legacy.status === 'temperror' || discovery.status === 'temperror') {
    return node('unknown', 'Whether receivers of RFC 7489 agree is unknown.');
  }
  const theirs = legacy.policy ?? 'no policy';
  const ours = discovery.appliedPolicy ?? 'no policy';
  const differs = theirs !== ours || legacy.pct < 100;
  const share = legacy.pct < 100 ? ` for ${legacy.pct} % of it` : '';
  const text = `Receivers of RFC 7489: ${theirs}${share}, Organizational Domain ${legacy.organizationalDomain}.`;
  return node(differs ? 'warn' : 'info', differs ? `${text} They differ.` : text);
}

async function destinationNodes(domain: string, record: DmarcRecord, dns: DnsClient): Promise<CheckNode[]> {
  const nodes: CheckNode[] = [];
  for (const tag of ['rua', 'ruf'] as const) {
    for (const { uri, valid, host } of record.uris[tag].slice(0, MAX_DESTINATIONS)) {
      if (!valid || host === undefined) continue;
      nodes.push(destinationNode(tag, await checkReportAuthorization(domain, uri, dns)));
    }
  }
  return nodes;
}

function destinationNode(tag: 'rua' | 'ruf', authorization: ReportAuthorization): CheckNode {
  const { uri, host = '', status, authorizationName = '' } = authorization;
  const where = `${tag} ${excerpt(uri)}`;
  switch (status) {
    case 'internal':
      return node('pass', `${where}: within the organization.`);
    case 'authorized':
      return node('pass', `${where}: ${host} accepts reports (${authorizationName}).`);
    case 'denied':
      return node('warn', `${where}: no reports are sent, ${authorizationName} holds no v=DMARC1.`);
    case 'misdirected':
      return node('warn', `${where}: no reports are sent, ${authorizationName} names another host.`);
    case 'no-destination':
      return node('warn', `${where}: no address.`);
    case 'unknown':
      return node('unknown', `${where}: whether ${host} accepts reports is unknown.`);
  }
}
