/** The one SPF and the one DMARC record that all controls give as the fix of a name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mendedDmarc, mendFix } from '../../lambda/controls/dmarc-fixes.ts';
import { mendedSpf } from '../../lambda/controls/spf-fixes.ts';
import { parseDmarcRecord } from '../../lambda/mail-auth/dmarc-record.ts';
import type { DmarcPolicy } from '../../lambda/mail-auth/dmarc-types.ts';
import { POLICY_STRENGTH } from '../../lambda/mail-auth/dmarc-types.ts';
import { parseSpfRecord } from '../../lambda/mail-auth/spf-parse.ts';
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
