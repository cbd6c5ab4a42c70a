/** The reading of RFC 7489, and where it differs from RFC 9989. */
import { describe, expect, it } from 'vitest';
import { isAlignedByPublicSuffix } from '../../lambda/mail-auth/alignment.ts';
import { discoverDmarc, discoverDmarcRfc7489 } from '../../lambda/mail-auth/dmarc.ts';
import type { LegacyDiscovery } from '../../lambda/mail-auth/dmarc.ts';
import { organizationalDomainByPublicSuffix } from '../../lambda/mail-auth/organizational-domain.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const at = (records: Record<string, string[]>): Zone =>
  Object.fromEntries(Object.entries(records).map(([domain, TXT]) => [`_dmarc.${domain}`, { TXT }]));

describe('discoverDmarcRfc7489', () => {
  it.each<[string, Zone, string, Partial<LegacyDiscovery>]>([
    [
      'the own record',
      at({ 'example.com': ['v=DMARC1; p=reject; sp=none'] }),
      'example.com',
      { status: 'found', policy: 'reject', policyTag: 'p' },
    ],
    [
      'sp of the Organizational Domain',
      at({ 'example.co.uk': ['v=DMARC1; p=reject; sp=none'] }),
      'a.b.example.co.uk',
      { status: 'found', recordDomain: 'example.co.uk', policy: 'none', policyTag: 'sp' },
    ],
    [
      'nothing in between is asked',
      at({ 'b.example.com': ['v=DMARC1; p=reject'] }),
      'a.b.example.com',
      { status: 'none', queries: ['_dmarc.a.b.example.com', '_dmarc.example.com'] },
    ],
    [
      'np is unknown to it',
      at({ 'example.com': ['v=DMARC1; p=none; np=reject'] }),
      'gone.example.com',
      { policy: 'none', policyTag: 'p' },
    ],
    [
      'a broken np breaks nothing',
      at({ 'example.com': ['v=DMARC1; p=reject; np=x'] }),
      'example.com',
      { status: 'found', policy: 'reject' },
    ],
    [
      'a broken sp with rua: none',
      at({ 'example.com': ['v=DMARC1; p=reject; sp=x; rua=mailto:d@example.com'] }),
      'example.com',
      { status: 'found', policy: 'none', reason: 'BROKEN_POLICY' },
    ],
    [
      'a missing p without rua: no DMARC',
      at({ 'example.com': ['v=DMARC1'] }),
      'example.com',
      { status: 'none', reason: 'BROKEN_POLICY' },
    ],
    [
      't is unknown to it, pct is not',
      at({ 'example.com': ['v=DMARC1; p=reject; t=y; pct=10'] }),
      'example.com',
      { policy: 'reject', pct: 10 },
    ],
    [
      'two records end the search',
      at({
        'mail.example.com': ['v=DMARC1; p=none', 'v=DMARC1; p=reject'],
        'example.com': ['v=DMARC1; p=reject'],
      }),
      'mail.example.com',
      { status: 'none', reason: 'MULTIPLE_RECORDS' },
    ],
    [
      'a failure is unknown',
      { '_dmarc.example.com': 'SERVFAIL' },
      'mail.example.com',
      { status: 'temperror', errorAt: '_dmarc.example.com' },
    ],
    ['no domain name', {}, 'a..b', { status: 'none', reason: 'INVALID_DOMAIN', queries: [] }],
  ])('%s', async (_, zone, from, expected) => {
    expect(await discoverDmarcRfc7489(from, zoneResolver(zone))).toMatchObject(expected);
  });

  it.each<[string, Zone, string, string | undefined, string | undefined]>([
    [
      'two records at a subdomain',
      at({
        'mail.example.com': ['v=DMARC1; p=none', 'v=DMARC1; p=none'],
        'example.com': ['v=DMARC1; p=reject'],
      }),
      'mail.example.com',
      'reject',
      undefined,
    ],
    [
      'a policy at a public suffix',
      at({ gov: ['v=DMARC1; p=reject; psd=y'] }),
      'new.cisa.gov',
      'reject',
      undefined,
    ],
    [
      'psd=n below the registered name',
      at({ 'sub.example.com': ['v=DMARC1; p=none; psd=n'], 'example.com': ['v=DMARC1; p=reject'] }),
      'x.sub.example.com',
      'none',
      'reject',
    ],
    ['np', at({ 'example.com': ['v=DMARC1; p=none; np=reject'] }), 'gone.example.com', 'reject', 'none'],
    [
      'a record at an operator on the Public Suffix List',
      at({ 'github.io': ['v=DMARC1; p=reject'] }),
      'someone.github.io',
      'reject',
      undefined,
    ],
  ])('differs from RFC 9989: %s', async (_, zone, from, byTreeWalk, byPublicSuffix) => {
    expect((await discoverDmarc(from, zoneResolver(zone))).policy).toBe(byTreeWalk);
    expect((await discoverDmarcRfc7489(from, zoneResolver(zone))).policy).toBe(byPublicSuffix);
  });
});

describe('organizationalDomainByPublicSuffix', () => {
  it.each([
    ['mail.example.com', 'example.com'],
    ['a.b.example.co.uk', 'example.co.uk'],
    ['example.co.uk', 'example.co.uk'],
    ['co.uk', 'co.uk'],
    ['com', 'com'],
    ['someone.github.io', 'someone.github.io'],
    ['a.someone.github.io', 'someone.github.io'],
    ['a.b.unknown-tld', 'b.unknown-tld'],
    ['_underscore.a.example.com', 'example.com'],
    ['mail.例え.jp', 'xn--r8jz45g.jp'],
    ['EXAMPLE.com.', 'example.com'],
  ])('%s: %s', (domain, expected) => {
    expect(organizationalDomainByPublicSuffix(domain)).toBe(expected);
  });
});

describe('isAlignedByPublicSuffix', () => {
  it.each<[string, string, 'r' | 's', boolean]>([
    ['mail.example.com', 'example.com', 'r', true],
    ['mail.example.com', 'example.com', 's', false],
    ['example.com', 'EXAMPLE.com', 's', true],
    ['a.co.uk', 'b.co.uk', 'r', false],
    ['a.github.io', 'b.github.io', 'r', false],
    ['not a name', 'not a name', 'r', false],
  ])('%s and %s, %s: %s', (identifier, author, mode, expected) => {
    expect(isAlignedByPublicSuffix(identifier, author, mode)).toBe(expected);
  });
});
