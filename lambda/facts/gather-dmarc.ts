/** DMARC of one From domain, and whether its mail's identifiers align with it. */
import { confirmFailing } from '../dns/confirming.ts';
import type { DnsClient } from '../dns/types.ts';
import { isAligned } from '../mail-auth/alignment.ts';
import {
  discoverDmarc,
  parseDmarcRecord,
  POLICY_STRENGTH,
  type DmarcDiscovery,
  type DmarcPolicy,
} from '../mail-auth/dmarc.ts';
import { organizationalDomain } from '../mail-auth/organizational-domain.ts';
import { bounded, nothingApplies, sorted, traced } from './dmarc-texts.ts';
import { gatherDelegated, gatherLegacy, gatherReportHosts } from './dmarc-surroundings.ts';
import { selectedTexts } from './dns-facts.ts';
import type { AlignmentFacts, DmarcFacts, EffectiveSettings } from './types.ts';

const MAX_PROBLEMS = 10;
const MAX_URIS = 20;
const MAX_TEXT = 2_048;
const MAX_SENTENCES = 10;

/** What DNS left open makes no finding fail. */
const OPEN_QUESTIONS: ReadonlySet<string> = new Set([
  'DNS_ERROR',
  'EXISTENCE_UNKNOWN',
  'ORGANIZATIONAL_DOMAIN_UNKNOWN',
]);

/** The facts, and whether a control could hold anything against them. */
interface Evaluated {
  dmarc: DmarcFacts;
  faulty: boolean;
}

/**
 * What RFC 9989 finds for mail From `domain`, what RFC 7489 would, what stands at `_dmarc.<domain>` itself, and where its
 * reports go. Where nothing applies, the record has faults, or the policy is below `wanted`, all of it is confirmed at the
 * second opinion.
 *
 * @param wanted the weakest policy that no finding complains of
 * @param delegated names that settings say are in the hands of others; those of its organization are asked for theirs
 */
export async function gatherDmarc(
  domain: string,
  wanted: DmarcPolicy,
  dns: DnsClient,
  delegated: readonly string[] = [],
): Promise<DmarcFacts> {
  const [{ dmarc }, reportHosts] = await Promise.all([
    confirmFailing(
      dns,
      async (client) => {
        const { dmarc: own, faulty } = await readDmarc(domain, wanted, client);
        const legacy = await gatherLegacy(domain, client);
        const cuts = await gatherDelegated(domain, own, delegated, client);
        const facts = { ...own, legacy, ...(cuts.length > 0 ? { delegated: cuts } : {}) };
        const differs = legacy.status !== 'temperror' && legacy.policy !== own.policy;
        return { dmarc: facts, faulty: faulty || differs || cuts.some(({ cut }) => cut === false) };
      },
      ({ faulty }) => faulty,
    ),
    gatherReportHosts(domain, dns),
  ]);
  return { ...dmarc, ...(reportHosts ? { reportHosts } : {}) };
}

/**
 * DMARC of a From domain and the alignment of its identifiers, which are confirmed together: whether a leg that does not
 * align fails depends on the policy.
 *
 * @param dkimStands whether DKIM's part holds; where it does not, SPF alone has to align
 */
export async function gatherDmarcAndAlignment(
  domain: string,
  effective: EffectiveSettings,
  dkimStands: boolean,
  dns: DnsClient,
): Promise<{ dmarc: DmarcFacts; alignment: AlignmentFacts }> {
  const { dmarc, alignment } = await confirmFailing(
    dns,
    async (client) => {
      const evaluated = await readDmarc(domain, 'none', client);
      return { ...evaluated, alignment: await gatherAlignment(domain, evaluated.dmarc, effective, client) };
    },
    (found) => {
      const { dkim, spf } = found.alignment;
      return found.faulty || !dkimStands || dkim?.real === false || spf?.real === false;
    },
  );
  return { dmarc, alignment };
}

async function readDmarc(domain: string, wanted: DmarcPolicy, dns: DnsClient): Promise<Evaluated> {
  const discovery = await discoverDmarc(domain, dns);
  const answer = await dns.txt(`_dmarc.${domain}`);
  const { texts, records, nearMisses } = sorted(answer);
  const ownRecords = bounded(records);
  const [single] = ownRecords;
  const dmarc: DmarcFacts = {
    ...policyInEffect(discovery),
    adkim: discovery.adkim,
    aspf: discovery.aspf,
    rua: (discovery.record?.tags.rua ?? []).slice(0, MAX_URIS).map((uri) => uri.slice(0, MAX_TEXT)),
    ownTxt: selectedTexts(answer, [...records, ...nearMisses]),
    ownRecords,
    nearMisses: bounded(nearMisses),
    unrelatedTexts: texts.length - records.length - nearMisses.length,
    ...(single !== undefined && ownRecords.length === 1 ? ownPolicies(single) : {}),
    problems: [...new Set(discovery.problems.map(({ code }) => code))].slice(0, MAX_PROBLEMS),
    queries: discovery.queries,
    trace: discovery.answers.map(traced),
    derivation: discovery.derivation.slice(0, MAX_SENTENCES),
    ...(discovery.errorAt === undefined ? {} : { errorAt: discovery.errorAt }),
    ...(discovery.status === 'none' ? nothingApplies(domain, discovery) : {}),
  };
  return { dmarc, faulty: findsFault(discovery, dmarc, wanted) };
}

/** `sp` counts, too: the From domains below are held to it (DMARC-05). */
function findsFault(discovery: DmarcDiscovery, dmarc: DmarcFacts, wanted: DmarcPolicy): boolean {
  const weak = (policy: string | undefined): boolean => policy !== undefined && isWeaker(policy, wanted);
  const { p = 'none', sp = p, np = sp } = dmarc.ownPolicies ?? {};
  return (
    discovery.status === 'none' ||
    weak(dmarc.appliedPolicy) ||
    weak(dmarc.ownPolicies?.sp) ||
    isWeaker(sp, p) ||
    isWeaker(np, sp) ||
    (dmarc.ownTxt.kind === 'absent' && dmarc.ownTxt.aliases.length > 0) ||
    discovery.problems.some(({ code, severity }) => severity !== 'info' && !OPEN_QUESTIONS.has(code))
  );
}

function isWeaker(policy: string, than: string): boolean {
  const strengths: Readonly<Record<string, number>> = POLICY_STRENGTH;
  return (strengths[policy] ?? 0) < (strengths[than] ?? 0);
}

/**
 * Whether the identifiers that SES authenticates align with the From domain, by the domain's own modes and, beside it,
 * by relaxed ones. Where the modes are unknown both are judged: agreeing, they are the answer.
 */
async function gatherAlignment(
  authorDomain: string,
  dmarc: DmarcFacts,
  effective: EffectiveSettings,
  dns: DnsClient,
): Promise<AlignmentFacts> {
  const known = dmarc.status !== 'temperror';
  const adkim = known ? dmarc.adkim : 'unknown';
  const aspf = known ? dmarc.aspf : 'unknown';
  const { dkim, mailFrom, undecided } = effective;
  const signs = dkim.kind === 'own' || dkim.kind === 'inherited';
  const unsure = undecided?.differs.includes('mailFrom') ?? false;
  const spf = mailFrom && (await alignmentOf(mailFrom.domain, authorDomain, aspf, dns));
  return {
    authorDomain,
    adkim,
    aspf,
    organizationalDomain: await organizationalDomain(authorDomain, dns),
    ...(signs ? { dkim: await alignmentOf(dkim.signingDomain, authorDomain, adkim, dns) } : {}),
    ...(spf ? { spf: unsure ? { ...spf, real: 'unknown', relaxed: 'unknown' } : spf } : {}),
  };
}

async function alignmentOf(
  domain: string,
  authorDomain: string,
  mode: 'r' | 's' | 'unknown',
  dns: DnsClient,
): Promise<NonNullable<AlignmentFacts['dkim']>> {
  const relaxed = await isAligned(domain, authorDomain, 'r', dns);
  const own = relaxed === true ? {} : { organizationalDomain: await organizationalDomain(domain, dns) };
  if (mode === 'r') return { domain, real: relaxed, relaxed, ...own };
  const strict = await isAligned(domain, authorDomain, 's', dns);
  return { domain, real: mode === 's' || strict === relaxed ? strict : 'unknown', relaxed, ...own };
}

function policyInEffect(
  discovery: DmarcDiscovery,
): Pick<
  DmarcFacts,
  'status' | 'recordDomain' | 'record' | 'policy' | 'policyTag' | 'appliedPolicy' | 'organizationalDomain'
> {
  const { status, recordDomain, record, policy, policyTag, appliedPolicy } = discovery;
  return {
    status,
    ...(recordDomain === undefined ? {} : { recordDomain }),
    ...(record ? { record: record.text.slice(0, MAX_TEXT) } : {}),
    ...(policy ? { policy } : {}),
    ...(policyTag ? { policyTag } : {}),
    ...(appliedPolicy ? { appliedPolicy } : {}),
    ...(discovery.organizationalDomain === undefined
      ? {}
      : { organizationalDomain: discovery.organizationalDomain }),
  };
}

/** RFC 9989 section 4.7: `np` falls back to `sp`, `sp` to `p`. A record that is not processed gives no policy. */
function ownPolicies(text: string): Pick<DmarcFacts, 'ownPolicies'> {
  const { effect } = parseDmarcRecord(text);
  if (effect.kind === 'not-processed') return { ownPolicies: {} };
  if (effect.kind === 'as-none') return { ownPolicies: { p: 'none', sp: 'none', np: 'none' } };
  const sp = effect.sp ?? effect.p;
  return { ownPolicies: { p: effect.p, sp, np: effect.np ?? sp } };
}
