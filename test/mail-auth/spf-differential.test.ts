import fc from 'fast-check';
import { spf as mailauthSpf } from 'mailauth/lib/spf/index.js';
import { describe, expect, it } from 'vitest';
import { checkHost } from '../../lambda/mail-auth/spf.ts';
import { mailauthResolver } from '../support/mailauth-resolver.ts';
import { spfSender, spfZone, type GeneratedSender } from '../support/spf-zones.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';
import { SPF_SECTIONS, type SpfCase } from './spf-cases.ts';

interface MailauthResult {
  status: { result: string };
  explanation?: string;
}
const askMailauth = mailauthSpf as (options: object) => Promise<MailauthResult>;

async function runBoth(zone: Zone, { ip, sender, helo }: GeneratedSender) {
  const dns = zoneResolver(zone);
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const ours = await checkHost({ ip, sender, helo, domain }, dns);
  const resolver = mailauthResolver(zone);
  const theirs = await askMailauth({ ip, sender, helo, resolver, strict: true, mta: 'unknown' });
  return {
    ours: { result: ours.result, explanation: ours.explanation, queries: dns.queries },
    theirs: {
      result: theirs.status.result,
      explanation: theirs.explanation,
      queries: resolver.queries,
    },
  };
}

describe('SPF beside mailauth 7.1 in its strict mode, over generated zones', () => {
  it('gives the same result and explanation, and never asks more', { timeout: 120_000 }, async () => {
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(spfZone, spfSender, async (zone, sender) => {
        const { ours, theirs } = await runBoth(zone, sender);
        met.add(ours.result);
        expect([ours.result, ours.explanation]).toEqual([theirs.result, theirs.explanation]);
        expect(ours.queries.length).toBeLessThanOrEqual(theirs.queries.length);
      }),
      { numRuns: 5000 },
    );
    expect([...met].sort()).toEqual([
      'fail',
      'neutral',
      'none',
      'pass',
      'permerror',
      'softfail',
      'temperror',
    ]);
  });
});

/** Where mailauth's answer to a case of spf-cases.ts is another, and the section of RFC 7208 that decides. */
interface Disagreement {
  it: string;
  from: string;
  theirs: string;
  because: string;
}

const ANY_END = '12: a domain-spec may end with a macro; that its value be a toplabel is asked nowhere';

const COMMON_DISAGREEMENTS: Disagreement[] = [
  {
    it: 'takes one trailing dot for nothing',
    from: 'a@mail.test.',
    theirs: 'none',
    because: '4.3: malformed is a zero-length label "not at the end"',
  },
  {
    it: 'gives permerror for eleven MX hosts',
    from: 'a@mx11.test',
    theirs: 'pass',
    because:
      '4.6.4: more than ten are a permerror; mailauth stops at a match before, so that the order of MX decides',
  },
  {
    it: 'looks at an MX host of one label',
    from: 'a@mxlocal.test',
    theirs: 'permerror',
    because: '5.4: the addresses of "each MX name returned" are looked up',
  },
  {
    it: 'does not take an address for an MX host',
    from: 'a@mxliteral.test',
    theirs: 'permerror',
    because: '5.4: a host without address does not match',
  },
];

const STRICT_DISAGREEMENTS: Disagreement[] = [
  ...COMMON_DISAGREEMENTS,
  { it: 'asks for %{i} as it stands', from: 'a@iraw.test', theirs: 'fail', because: ANY_END },
];

const TERM_SYNTAX =
  '4.6: a syntax error anywhere is permerror; the grammar of section 12 decides what is one';
const NO_SUCH_NAME = '4.8 and 12: right by the grammar, so no permerror; no such name exists, so no match';

/** mailauth's default mode, which most callers run, is lenient on purpose. */
const DEFAULT_DISAGREEMENTS: Disagreement[] = [
  ...COMMON_DISAGREEMENTS,
  { it: 'asks for %{i} as it stands', from: 'a@iraw.test', theirs: 'permerror', because: ANY_END },
  {
    it: 'does not take a leading blank',
    from: 'a@leading.test',
    theirs: 'fail',
    because: '4.5: begins with the version section',
  },
  {
    it: 'does not take a tab after the version',
    from: 'a@tab.test',
    theirs: 'permerror',
    because: '4.5: the version is terminated by SP or the end',
  },
  {
    it: 'counts names without the record',
    from: 'a@voidnodata.test',
    theirs: 'neutral',
    because: '4.6.4: the question for the address family of the client counts',
  },
  {
    it: 'does not count names that cannot be asked',
    from: 'a@voidinvalid.test',
    theirs: 'permerror',
    because: NO_SUCH_NAME,
  },
  {
    it: 'does not match a HELO that is no name',
    from: 'a@hraw.test',
    theirs: 'permerror',
    because: NO_SUCH_NAME,
  },
  {
    it: 'matches nothing by a local part outside ASCII (RFC 8616)',
    from: 'j\u00f6rg@nonasciilocal.test',
    theirs: 'pass',
    because: 'RFC 8616 section 4',
  },
  {
    it: 'does not ask for a HELO of one label',
    from: 'a@hraw.test',
    theirs: 'permerror',
    because: NO_SUCH_NAME,
  },
  {
    it: 'does not ask for control characters',
    from: 'a@hraw.test',
    theirs: 'permerror',
    because: NO_SUCH_NAME,
  },
  {
    it: 'does not match an address literal',
    from: 'a@hraw.test',
    theirs: 'permerror',
    because: NO_SUCH_NAME,
  },
  ...['toplabelmixed', 'toplabel1a', 'inneremptylabel', 'leadingdot', 'percentend', 'blankend'].map(
    (name) => ({
      it: `accepts ${name}`,
      from: `a@${name}.test`,
      theirs: 'permerror',
      because: NO_SUCH_NAME,
    }),
  ),
  ...[
    'exptwice',
    'expbad',
    'toplabeldashend',
    'dotdot',
    'macroendtext',
    'cidrfirst',
    'colononly',
    'digitzero',
    'badorder',
    'baddelimiter',
    'bad00',
    'ip4six',
    'ip6double',
    'ip6scope',
    'ip6four',
  ].map((name) => ({ it: `rejects ${name}`, from: `a@${name}.test`, theirs: 'fail', because: TERM_SYNTAX })),
  {
    it: 'rejects exponly',
    from: 'a@exponly.test',
    theirs: 'pass',
    because: '7.2: c, r and t in "exp" text only',
  },
];

describe.each([
  { mode: 'strict', strict: true, disagreements: STRICT_DISAGREEMENTS },
  { mode: 'default', strict: false, disagreements: DEFAULT_DISAGREEMENTS },
])('SPF cases where mailauth 7.1 ($mode mode) says otherwise', ({ strict, disagreements }) => {
  it('are exactly the listed ones', async () => {
    const found: Omit<Disagreement, 'because'>[] = [];
    for (const { zone, cases } of SPF_SECTIONS) {
      for (const one of cases) {
        const theirs = await mailauthOf(zone, one, strict);
        if (theirs !== one.result) found.push({ it: one.it, from: one.from, theirs });
      }
    }
    const listed = disagreements.map(({ it, from, theirs }) => ({ it, from, theirs }));
    expect(sorted(found)).toEqual(sorted(listed));
  });
});

async function mailauthOf(zone: Zone, one: SpfCase, strict: boolean): Promise<string> {
  const resolver = mailauthResolver(zone);
  const { ip = '192.0.2.10', from: sender, helo } = one;
  const { status } = await askMailauth({ ip, sender, helo, resolver, strict, mta: 'unknown' });
  return status.result;
}

function sorted(list: Omit<Disagreement, 'because'>[]): string[] {
  return list.map((one) => `${one.from} ${one.it}: ${one.theirs}`).sort();
}
