import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, CONTROL_PAGES, controlPage, revisionsOf } from '../../lambda/controls/catalogue.ts';
import { dnsReasons } from '../../lambda/controls/unknowns.ts';

/** Every id that a control may have, by its tier: what every sender needs first. */
const TIER_1 =
  words(`SCAN-01 SCAN-02 SCAN-03 SCAN-04 IDENT-01 IDENT-03 IDENT-05 IDENT-13 DKIM-01 DKIM-02 DKIM-03
  DKIM-04 DKIM-05 DKIM-06 DKIM-08 DKIM-12 MF-01 MF-02 MF-03 MF-04 SPF-01 SPF-02 SPF-03 SPF-04 SPF-05 SPF-07 DMARC-01
  DMARC-02 DMARC-03 DMARC-04 DMARC-05 DMARC-06 DMARC-08 ALIGN-01 ALIGN-02 ACCT-01 ACCT-02 ACCT-03 EVT-01 EVT-02 CS-01`);
const TIER_2 =
  words(`SCAN-05 SCAN-06 IDENT-02 IDENT-04 IDENT-06 IDENT-07 IDENT-08 IDENT-09 IDENT-10 IDENT-11 DKIM-07
  DKIM-09 DKIM-10 DKIM-11 DKIM-13 DKIM-14 MF-05 MF-06 MF-07 MF-08 MF-09 MF-10 SPF-06 SPF-08 SPF-09 DMARC-07 DMARC-09
  DMARC-10 DMARC-11 DMARC-12 DMARC-13 DMARC-14 ALIGN-03 ALIGN-04 ALIGN-05 ACCT-04 ACCT-05 ACCT-06 ACCT-07 ACCT-08
  ACCT-09 ACCT-10 CS-02 CS-03 CS-04 CS-05 EVT-03 EVT-04 EVT-05 EVT-06 EVT-07 DNS-04 IP-01 BULK-01 BULK-02 BULK-03
  BULK-04 BULK-05 BULK-06 BULK-07`);
const TIER_3 =
  words(`DANG-01 DANG-02 DANG-03 DNS-05 DNS-06 DNS-07 IP-02 RECV-01 ACCT-11 ACCT-12 ACCT-13 IDENT-12
  EVT-08 CS-06 CS-07`);

/** The core controls: there from the first release. */
const CORE =
  words(`SCAN-01 SCAN-02 SCAN-03 SCAN-04 ACCT-01 ACCT-02 ACCT-03 IDENT-01 IDENT-03 IDENT-05 IDENT-13 DKIM-01
  DKIM-02 DKIM-05 DKIM-06 DKIM-08 DKIM-12 MF-01 MF-02 MF-03 MF-04 SPF-01 SPF-03 SPF-07 DMARC-01 DMARC-02 DMARC-05
  DMARC-06 ALIGN-01`);

/** A tracked value, whose fall is the change; a word on how far the others can be trusted; what is noted and never wrong. */
const NEVER_OPEN = new Set([
  'DMARC-06',
  'SCAN-05',
  'DMARC-03',
  'DMARC-13',
  'DKIM-07',
  'DNS-04',
  'MF-08',
  'MF-10',
  'BULK-07',
  'ACCT-05',
  'ACCT-08',
  'EVT-03',
  'EVT-06',
]);

function words(text: string): string[] {
  return text.split(/\s+/);
}

describe('the catalogue', () => {
  it('holds the core controls', () => {
    expect(CORE.filter((id) => controlPage(id) === undefined)).toEqual([]);
  });

  it.each(Object.entries(CATALOGUE))(
    'lists each %s control once, under its own kind of subject',
    (kind, controls) => {
      const ids = controls.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(controls.filter(({ subject }) => subject !== kind)).toEqual([]);
      expect(Object.keys(revisionsOf(kind as keyof typeof CATALOGUE))).toEqual(ids);
    },
  );

  it.each(CONTROL_PAGES.map((page) => [page.id, page] as const))('%s is in its tier', (id, { tier }) => {
    expect([TIER_1, TIER_2, TIER_3].map((ids) => ids.includes(id))).toEqual([
      tier === 1,
      tier === 2,
      tier === 3,
    ]);
  });

  it.each(CONTROL_PAGES.map((page) => [page.id, page] as const))(
    '%s has all that its page needs',
    (_id, page) => {
      for (const text of [page.title, page.asserts, page.why, page.evidence])
        expect(text.length).toBeGreaterThan(10);
      expect(page.asserts).toMatch(/\.$/);
      expect(page.why).toMatch(/\.$/);
      expect(page.evidence).toMatch(/\.$/);
      expect(page.remedy).toMatch(/^none$|^.{10,}\.$/);
      expect(page.sources.length).toBeGreaterThan(0);
      for (const source of page.sources)
        expect(source, 'name the section of the RFC').not.toMatch(/^RFC \d+$/);
      for (const [reason, { means, statuses }] of Object.entries(page.reasons)) {
        expect(reason).toMatch(/^[A-Z][A-Z0-9_]+$/);
        expect(means, reason).toMatch(/^\S.{8,}\.$/);
        expect(statuses.length, reason).toBeGreaterThan(0);
      }
    },
  );

  it.each(CONTROL_PAGES.map((page) => [page.id, page] as const))(
    '%s can pass, fail or warn, and not know',
    (id, page) => {
      const statuses = new Set(Object.values(page.reasons).flatMap((reason) => reason.statuses));
      expect(statuses).toContain('PASS');
      expect(statuses).toContain('UNKNOWN');
      if (!NEVER_OPEN.has(id)) expect(statuses.has('FAIL') || statuses.has('WARN')).toBe(true);
    },
  );

  it.each(CONTROL_PAGES.map((page) => [page.id, page] as const))(
    '%s names a fix where it can fail or warn, and the reads that AWS may deny it',
    (_id, { reasons, remedy, reads = [], permissions = [] }) => {
      const opens = Object.values(reasons).some(({ statuses }) =>
        statuses.some((status) => status === 'FAIL' || status === 'WARN'),
      );
      if (opens) expect(remedy).not.toBe('none');
      if ('ACCESS_DENIED' in reasons) expect(reads.length).toBeGreaterThan(0);
      expect(permissions.length > 0).toBe('NOT_PERMITTED_BY_SETTINGS' in reasons);
    },
  );

  it('has a file and a test file for each control, and no other control file', () => {
    const ids = CONTROL_PAGES.map(({ id }) => id.toLowerCase());
    expect(ids.filter((id) => !existsSync(`lambda/controls/${id}.ts`))).toEqual([]);
    expect(ids.filter((id) => !existsSync(`test/controls/${id}.test.ts`))).toEqual([]);
    const files = readdirSync('lambda/controls').filter((file) => /^[a-z]+-\d\d\.ts$/.test(file));
    expect(files.map((file) => file.slice(0, -3)).sort()).toEqual([...ids].sort());
  });

  it('gives every control that reads DNS all reasons why DNS may not answer', () => {
    const reading = CONTROL_PAGES.filter(({ reasons }) => 'DNS_SERVFAIL' in reasons);
    expect(reading.map(({ id }) => id)).toContain('DKIM-05');
    for (const { id, reasons } of reading) {
      expect(
        Object.keys(dnsReasons).filter((reason) => !(reason in reasons)),
        id,
      ).toEqual([]);
    }
  });
});
