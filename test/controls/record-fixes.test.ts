/** The one SPF and the one DMARC record that all controls give as the fix of a name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mendedDmarc, mendFix } from '../../lambda/controls/dmarc-fixes.ts';
import { spfOutcome } from '../../lambda/controls/mail-from.ts';
import { mendedSpf, newMailFromSpf } from '../../lambda/controls/spf-fixes.ts';
import { gatherSpf } from '../../lambda/facts/gather-spf.ts';
import type { SpfFacts } from '../../lambda/facts/types.ts';
import { parseDmarcRecord } from '../../lambda/mail-auth/dmarc-record.ts';
import type { DmarcPolicy } from '../../lambda/mail-auth/dmarc-types.ts';
import { POLICY_STRENGTH } from '../../lambda/mail-auth/dmarc-types.ts';
import { parseSpfRecord } from '../../lambda/mail-auth/spf-parse.ts';
import { zoneResolver } from '../support/zone-resolver.ts';
import { contextOf, spfFacts } from './facts.ts';
import { dmarcDomain, placeOf, spfProblem } from './record-cases.ts';

const SES = 'v=spf1 include:amazonses.com ~all';

describe('the SPF record that mends a MAIL FROM domain', () => {
  const INCLUDING = 'v=spf1 include:vendor.example include:amazonses.com -all';
  const dead = spfProblem('DEAD_TERM', {
    own: false,
    places: [placeOf(INCLUDING, 'include:vendor.example')],
  });
  const mended = (record: string, change: Parameters<typeof spfFacts>[0] = () => undefined) =>
    mendedSpf(
      spfFacts((spf) => {
        spf.records = [record];
        change(spf);
      }),
    );

  it('is SES’s own where there is none', () =>
    expect(mendedSpf(spfFacts((spf) => (spf.records = [])))).toBe(SES));

  it('says what a near miss meant', () =>
    expect(mendedSpf({ records: [], nearMisses: ['“v=spf1 mx -all”'] })).toBe(
      'v=spf1 include:amazonses.com mx -all',
    ));

  it('keeps an include with a dead term in it while the limit of void look-ups is not met', () =>
    expect(mended(INCLUDING, (spf) => (spf.problems = [dead]))).toBe(
      'v=spf1 include:amazonses.com include:vendor.example -all',
    ));

  it('leaves the include out where that limit is met', () =>
    expect(mended(INCLUDING, (spf) => Object.assign(spf, { problems: [dead], voidTerms: 3 }))).toBe(
      'v=spf1 include:amazonses.com -all',
    ));

  it('never holds two exp, which is an error of the whole', () =>
    expect(mended('v=spf1 a exp=a.example exp=b.example -all')).toMatch(/^v=spf1 include:amazonses\.com a /));

  const lets =
    (...passing: string[]) =>
    (spf: SpfFacts): void => {
      spf.dedicated = {
        addresses: ['192.0.2.9', '203.0.113.100'].map((ip) => ({
          ip,
          result: passing.includes(ip) ? 'pass' : 'none',
        })),
      };
    };

  it('lists the dedicated addresses outside SES’s networks where there is no record to stay', () => {
    const listing = 'v=spf1 include:amazonses.com ip4:203.0.113.100 ~all';
    expect(mendedSpf(spfFacts((spf) => (lets()(spf), (spf.records = []))))).toBe(listing);
    expect(newMailFromSpf(spfFacts(lets('192.0.2.9', '203.0.113.100')))).toBe(listing);
    expect(newMailFromSpf(undefined)).toBe(SES);
  });

  it('lists one that passes today only where what lets it pass goes', () => {
    const passing = lets('192.0.2.9', '203.0.113.100');
    expect(mended('v=spf1 include:amazonses.com include:own.example ~all', passing)).toBe(
      'v=spf1 include:amazonses.com include:own.example ~all',
    );
    expect(mended('v=spf1 include:amazonses.com +all', (spf) => (passing(spf), (spf.all = '+')))).toBe(
      'v=spf1 include:amazonses.com ip4:203.0.113.100 ~all',
    );
    expect(
      mended(
        'v=spf1 include:amazonses.com include:own.example ip4:203.0.113.0/24 ~all',
        (spf) => (passing(spf), (spf.lookups = 10)),
      ),
      'a term without a cost stays, and holds it',
    ).toBe('v=spf1 include:amazonses.com ip4:203.0.113.0/24 ~all');
    expect(
      mended(
        'v=spf1 include:amazonses.com include:own.example ~all',
        (spf) => (passing(spf), (spf.lookups = 10)),
      ),
    ).toBe('v=spf1 include:amazonses.com ip4:203.0.113.100 ~all');
  });

  it('lets every dedicated address pass, whatever stood there', async () => {
    const ip = fc.oneof(fc.ipV4(), fc.ipV6());
    const terms = fc.array(
      fc.constantFrom(
        ...'-ip4:203.0.113.0/24 ?ip6:::/1 mx -all include:x.example +all ip4:300.1.1.1'.split(' '),
      ),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(ip, { maxLength: 8 }), terms, async (ips, stood) => {
        const record = ['v=spf1', ...stood].join(' ');
        const zones = {
          'amazonses.com': { TXT: ['v=spf1 ip4:192.0.2.0/24 -all'] },
          'x.example': { TXT: ['v=spf1 ip4:198.51.100.0/24 -all'] },
        };
        const name = 'bounce.example.com';
        const before = await gatherSpf(name, zoneResolver({ ...zones, [name]: { TXT: [record] } }), { ips });
        const publish = { TXT: [mendedSpf(before)] };
        const after = await gatherSpf(name, zoneResolver({ ...zones, [name]: publish }), { ips });
        expect(after.records).toEqual(publish.TXT);
        expect(spfOutcome(after)).toEqual({ kind: 'pass' });
      }),
      { numRuns: 150 },
    );
  });

  it('begins with SES’s include, is valid, and mends itself no further, whatever stood there', () => {
    const term = fc.constantFrom(
      ...'a mx ptr all -all ?all +all include:x.example ~include:amazonses.com ip4:192.0.2.1 ip4:300.1.1.1'.split(
        ' ',
      ),
      ...'redirect=r.example exp=e.example exp=f.example moo=1 ip6:2001:db8::/200 include: exists:%{i}.x a:%{z}'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.array(term, { maxLength: 6 }), { minLength: 1, maxLength: 3 }), (records) => {
        const texts = records.map((terms) => ['v=spf1', ...terms].join(' '));
        const once = mendedSpf({ records: texts, nearMisses: [] });
        expect(once).toMatch(/^v=spf1 include:amazonses\.com .*[-~]all$/);
        expect(parseSpfRecord(once).valid).toBe(true);
        expect(mendedSpf({ records: [once], nearMisses: [] })).toBe(once);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the DMARC record that mends one', () => {
  const strength = (policy: DmarcPolicy | undefined): number => (policy ? POLICY_STRENGTH[policy] : 0);

  it('keeps what takes the policy back, and psd', () =>
    expect(
      mendedDmarc(
        parseDmarcRecord('v=DMARC1; p=reject; psd=n; t=y; pct=20; rf=afrf; junk; rua=mailto:example.com'),
        'd@example.com',
      ),
    ).toBe('v=DMARC1; p=reject; psd=n; t=y; pct=20; rua=mailto:d@example.com'));

  it('never raises a policy, and has none that receivers do not know', () => {
    const value = fc.constantFrom('none', 'quarantine', 'reject', 'Reject', 'rejct', '');
    const tag = fc.tuple(fc.constantFrom('p', 'sp', 'np', 't', 'psd', 'adkim'), value);
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 6 }), fc.boolean(), (tags, reports) => {
        const text = ['v=DMARC1', ...tags.map(([name, one]) => `${name}=${one}`)].join('; ');
        const before = parseDmarcRecord(reports ? `${text}; rua=mailto:d@example.com` : text);
        const after = parseDmarcRecord(mendedDmarc(before, 'd@example.com'));
        expect(after.effect.kind).toBe('as-published');
        if (after.effect.kind !== 'as-published') return;
        const was = before.effect.kind === 'as-published' ? before.effect : undefined;
        const { p, sp = p, np = sp } = after.effect;
        const wasSp = was ? (was.sp ?? was.p) : undefined;
        expect(strength(p)).toBeLessThanOrEqual(strength(was?.p));
        expect(strength(sp)).toBeLessThanOrEqual(strength(wasSp));
        expect(strength(np)).toBeLessThanOrEqual(strength(was?.np ?? wasSp));
        expect(after.tags.t === 'n' && before.tags.t === 'y' && was !== undefined).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('is not given for a record that was cut when it was gathered', () => {
    const long = `v=DMARC1; p=reject; junk; rua=${'mailto:d@example.com,'.repeat(120)}`.slice(0, 2048);
    const fix = mendFix(dmarcDomain(long), parseDmarcRecord(long), contextOf(), 'Replace it.');
    expect(fix).toEqual({ text: 'Replace it.' });
  });
});
