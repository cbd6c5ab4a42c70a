/** The live DNS behind the DKIM tokens of one identity. */
import { confirmFailing } from '../dns/confirming.ts';
import type { DnsAnswer, DnsClient } from '../dns/types.ts';
import { parseDkimKey } from '../mail-auth/dkim.ts';
import { hasAddress, toDnsFact } from './dns-facts.ts';
import type { DkimKeyFacts, DkimRecordFacts, SesIdentity } from './types.ts';

const MAX_PROBLEMS = 10;

/** What a token's name and expected target are made of. */
type TokenOwner = Pick<SesIdentity, 'domain'> & {
  dkim: Pick<SesIdentity['dkim'], 'tokens' | 'origin' | 'hostedZone'>;
};

/**
 * One entry a token, in SES's order. Names are formed from the *domain* that owns the tokens, never from an address. What
 * does not lead to a usable key is confirmed at the second opinion.
 *
 * @param owner the identity whose tokens these are: the effective signer, or the identity itself where nothing signs
 */
export function gatherDkimRecords(owner: TokenOwner, dns: DnsClient): Promise<DkimRecordFacts[]> {
  return Promise.all(
    owner.dkim.tokens.map((token) =>
      confirmFailing(
        dns,
        (client) => gatherToken(token, owner, client),
        (record) => record.txt.kind !== 'unknown' && !leadsToKey(record),
      ),
    ),
  );
}

/**
 * The selectors with which somebody signs before SES does (setting `selfSigned`), as if they were an identity's own key:
 * a TXT, or an alias to one.
 */
export async function gatherSelfSigned(
  declared: { domain: string; selectors: string[] },
  dns: DnsClient,
): Promise<{ domain: string; records: DkimRecordFacts[] }> {
  const { domain, selectors } = declared;
  const dkim = { tokens: [...new Set(selectors)], origin: 'EXTERNAL', hostedZone: '' };
  return { domain, records: await gatherDkimRecords({ domain, dkim }, dns) };
}

/** Whether the name shows what SES and a verifier look for: the right CNAME (Easy DKIM), and behind it one RSA key in use. */
export function leadsToKey({ expectedTarget, cnameTarget, key }: DkimRecordFacts): boolean {
  if (expectedTarget !== undefined && cnameTarget !== expectedTarget) return false;
  return key !== undefined && key.usable && !key.revoked && !key.testMode && key.keyType !== 'ed25519';
}

async function gatherToken(token: string, owner: TokenOwner, dns: DnsClient): Promise<DkimRecordFacts> {
  const name = `${token.toLowerCase()}._domainkey.${owner.domain}`;
  const { origin, hostedZone } = owner.dkim;
  // BYODKIM publishes the key itself at the selector; only Easy DKIM and DEED point into SES's zone.
  const expectedTarget = origin === 'EXTERNAL' ? undefined : `${token.toLowerCase()}.${hostedZone}`;
  const answer = await dns.txt(name);
  const cnameTarget = await directTarget(name, answer, dns);
  const [only, ...more] = answer.kind === 'found' ? answer.records : [];
  const copied = answer.kind === 'found' && cnameTarget === undefined && expectedTarget !== undefined;
  const hidden = answer.kind === 'absent' && answer.because === 'NODATA' && cnameTarget === undefined;
  return {
    token,
    name,
    ...(expectedTarget === undefined ? {} : { expectedTarget }),
    txt: toDnsFact(answer),
    ...(cnameTarget === undefined ? {} : { cnameTarget }),
    ...(hidden ? { hasAddress: await hasAddress(name, dns) } : {}),
    ...(copied ? { expectedTxt: toDnsFact(await dns.txt(expectedTarget)) } : {}),
    ...(only !== undefined && more.length === 0 ? { key: toKeyFacts(only) } : {}),
  };
}

/**
 * Where the CNAME at the name points. The TXT answer brings the chain; where it failed (the zone behind the alias may be
 * the one that does not answer) the alias alone is asked for.
 */
async function directTarget(
  name: string,
  answer: DnsAnswer<string>,
  dns: DnsClient,
): Promise<string | undefined> {
  const hop = answer.aliases.find((alias) => alias.name === name);
  if (hop || answer.kind !== 'unknown') return hop?.target;
  const alias = await dns.cname(name);
  return alias.kind === 'found' ? alias.records[0] : undefined;
}

function toKeyFacts(text: string): DkimKeyFacts {
  const { usable, keyType, keyBits, revoked, testMode, problems } = parseDkimKey(text);
  return {
    usable,
    ...(keyType ? { keyType } : {}),
    ...(keyBits === undefined ? {} : { keyBits }),
    revoked,
    testMode,
    problems: [...new Set(problems.map(({ code }) => code))].slice(0, MAX_PROBLEMS),
  };
}
