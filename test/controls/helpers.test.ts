import { describe, expect, it } from 'vitest';
import { exemptionOf, isJudgedAsSender } from '../../lambda/controls/exemption.ts';
import { awsCommand, mergedSpf, registrableDomain, startingDmarc } from '../../lambda/controls/fixes.ts';
import { freemailProvider } from '../../lambda/controls/freemail.ts';
import { pendingAge } from '../../lambda/controls/grace.ts';
import { countOf, listed } from '../../lambda/controls/say.ts';
import { severityInUse } from '../../lambda/controls/severity.ts';
import type { Severity } from '../../lambda/controls/types.ts';
import { dnsReason, dnsReasons } from '../../lambda/controls/unknowns.ts';
import { addressFacts, before, contextOf, freemailFacts, hoursAgo, identityFacts, NOW } from './facts.ts';

describe('mailbox providers', () => {
  it.each([
    ['gmail.com', 'gmail.com'],
    ['googlemail.com', 'googlemail.com'],
    ['yahoo.com', 'yahoo.com'],
    ['yahoo.de', 'yahoo.de'],
    ['yahoo.co.jp', 'yahoo.co.jp'],
    ['yahoo.com.br', 'yahoo.com.br'],
    ['ymail.com', 'ymail.com'],
    ['outlook.com', 'outlook.com'],
    ['hotmail.co.uk', 'hotmail.co.uk'],
    ['live.com', 'live.com'],
    ['icloud.com', 'icloud.com'],
    ['me.com', 'me.com'],
    ['mac.com', 'mac.com'],
    ['aol.com', 'aol.com'],
    ['docomo.ne.jp', 'docomo.ne.jp'],
    ['x.ezweb.ne.jp', 'ezweb.ne.jp'],
    ['i.softbank.jp', 'i.softbank.jp'],
    ['softbank.ne.jp', 'softbank.ne.jp'],
    ['Gmail.COM', 'gmail.com'],
    ['example.com', undefined],
    ['notgmail.com', undefined],
    ['gmail.com.example', undefined],
    ['yahoo.example.com', undefined],
    ['com', undefined],
  ])('%s is of %s', (domain, provider) => expect(freemailProvider(domain)).toBe(provider));

  it('takes the operator’s own list in', () => {
    expect(freemailProvider('mail.isp.example', ['isp.example'])).toBe('isp.example');
  });
});

describe('who is judged as a sender', () => {
  const { settings } = contextOf();
  const address = (productionAccess: boolean | 'unknown') =>
    addressFacts((facts) => (facts.target.productionAccess = productionAccess));

  it.each([
    ['a domain', identityFacts(), undefined, true],
    [
      'a domain in the sandbox',
      identityFacts((facts) => (facts.target.productionAccess = false)),
      undefined,
      true,
    ],
    ['an address', address(true), undefined, true],
    ['an address in the sandbox', address(false), 'SANDBOX_RECIPIENT', false],
    ['a gmail.com address', freemailFacts(), 'FREEMAIL_DOMAIN', false],
    [
      'a gmail.com address in the sandbox',
      freemailFacts((facts) => (facts.target.productionAccess = false)),
      'SANDBOX_RECIPIENT',
      false,
    ],
    ['an address where nobody knows', address('unknown'), 'PRODUCTION_ACCESS_UNKNOWN', true],
  ])('%s', (_what, facts, reason, judged) => {
    expect(exemptionOf(facts, settings)).toBe(reason);
    expect(isJudgedAsSender(facts, settings)).toBe(judged);
  });
});

describe('the age of PENDING', () => {
  const pending = { controlId: 'MF-02', reason: 'MAIL_FROM_PENDING', graceHours: 72 };

  it.each([
    ['when SES made the key', { ...pending, keyGeneration: hoursAgo(71) }, undefined, 71, true],
    ['when SES made the key, long ago', { ...pending, keyGeneration: hoursAgo(73) }, undefined, 73, false],
    ['now, for a subject never seen', pending, undefined, 0, true],
    [
      'when it was first seen pending',
      pending,
      before({ 'MF-02': { reason: 'MAIL_FROM_PENDING', evidence: { pendingSince: hoursAgo(80) } } }),
      80,
      false,
    ],
    [
      'now, where it was something else before',
      pending,
      before({ 'MF-02': { reason: 'MAIL_FROM_VERIFIED' } }),
      0,
      true,
    ],
    [
      'when the subject was first seen, where nothing else is known',
      pending,
      before({}, hoursAgo(100)),
      100,
      false,
    ],
    [
      'when it was last known to be pending, where it is unknown in between',
      pending,
      before({ 'MF-02': { reason: 'DNS_TIMEOUT', knownReason: 'MAIL_FROM_PENDING' } }, hoursAgo(90)),
      90,
      false,
    ],
    ['now, where the time is broken', { ...pending, keyGeneration: 'yesterday' }, undefined, 0, true],
  ])('counts from %s', (_from, asked, stored, hours, inGrace) => {
    const age = pendingAge(asked, contextOf(stored ? { before: stored } : {}));
    expect(age).toEqual({ since: hours === 0 ? NOW : hoursAgo(hours), hours, inGrace });
  });
});

describe('severity by use', () => {
  const shown = (
    controlId: string,
    severity: Severity,
    inUse: boolean | 'unknown',
    productionAccess: boolean | 'unknown',
  ) => severityInUse({ controlId, severity }, { inUse, productionAccess });

  it.each<[string, string, Severity, boolean | 'unknown', boolean | 'unknown', Severity]>([
    ['in use: the table’s', 'DKIM-05', 'HIGH', true, true, 'HIGH'],
    ['idle: one lower', 'DKIM-05', 'HIGH', false, true, 'MEDIUM'],
    ['idle: one lower', 'ALIGN-01', 'CRITICAL', false, true, 'HIGH'],
    ['idle and LOW: stays open', 'MF-01', 'LOW', false, true, 'LOW'],
    ['sandbox: at most LOW', 'ALIGN-01', 'CRITICAL', true, false, 'LOW'],
    ['unknown lowers nothing', 'DKIM-05', 'HIGH', 'unknown', 'unknown', 'HIGH'],
    ['ACCT-02 is not lowered', 'ACCT-02', 'HIGH', false, false, 'HIGH'],
    ['IDENT-07 is not lowered', 'IDENT-07', 'CRITICAL', false, false, 'CRITICAL'],
    ['DANG is not lowered', 'DANG-01', 'MEDIUM', false, false, 'MEDIUM'],
    ['INFO stays', 'DKIM-05', 'INFO', false, false, 'INFO'],
  ])('%s', (_rule, controlId, severity, inUse, productionAccess, expected) => {
    expect(shown(controlId, severity, inUse, productionAccess)).toBe(expected);
  });
});

describe('reasons of unknown DNS', () => {
  it.each([
    ['TIMEOUT', 'DNS_TIMEOUT'],
    ['SERVFAIL', 'DNS_SERVFAIL'],
    ['REFUSED', 'DNS_REFUSED'],
    ['NETWORK_ERROR', 'DNS_NETWORK_ERROR'],
    ['MALFORMED_ANSWER', 'DNS_MALFORMED_ANSWER'],
    ['ALIAS_LOOP', 'DNS_ALIAS_LOOP'],
    ['OTHER_RCODE', 'DNS_OTHER_RCODE'],
    ['INVALID_NAME', 'DNS_INVALID_NAME'],
    ['DNS_INCONSISTENT', 'DNS_INCONSISTENT'],
    ['RESOLVER_UNUSABLE', 'RESOLVER_UNUSABLE'],
    ['QUERY_BUDGET_EXHAUSTED', 'DNS_NOT_ASKED'],
  ] as const)('%s is %s', (because, reason) => {
    expect(dnsReason(because)).toBe(reason);
    expect(dnsReasons[reason].statuses).toEqual(['UNKNOWN']);
  });
});

describe('building fixes', () => {
  it('quotes what a shell would read', () => {
    const words = ['ses', 'verify-email-identity', '--email-address', "o'neil;rm -rf /@example.com"];
    expect(awsCommand({ accountId: '111111111111', region: 'eu-west-1' }, ...words)).toBe(
      "aws ses verify-email-identity --email-address 'o'\\''neil;rm -rf /@example.com' --region eu-west-1",
    );
  });

  it.each([
    [
      ['v=spf1 include:amazonses.com ~all', 'v=spf1 include:amazonses.com -all'],
      'v=spf1 include:amazonses.com ~all',
    ],
    [['v=spf1 a -all', 'v=spf1 mx -all'], 'v=spf1 include:amazonses.com a mx -all'],
    [['v=spf1 a +all'], 'v=spf1 include:amazonses.com a ~all'],
    [['"v=spf1 ip4:203.0.113.1 ?all"'], 'v=spf1 include:amazonses.com ip4:203.0.113.1 ~all'],
    [[' v=spf1  a  a '], 'v=spf1 include:amazonses.com a ~all'],
    [[], 'v=spf1 include:amazonses.com ~all'],
  ])('merges SPF %j', (records, merged) => expect(mergedSpf(records)).toBe(merged));

  it('leaves out what is no term of SPF, which spoils all the others', () =>
    expect(mergedSpf(['v=spf1 a ip4:203.0.113.999 mx;all include: -all'])).toBe(
      'v=spf1 include:amazonses.com a -all',
    ));

  it.each<[string[], string]>([
    [[], 'v=DMARC1; p=none'],
    [['v=dmarc1; p=reject; rua=mailto:d@example.com'], 'v=DMARC1; p=none; rua=mailto:d@example.com'],
    [
      ['"v=DMARC1; p=reject; rua=mailto:d@example.com, mailto:example.com"'],
      'v=DMARC1; p=none; rua=mailto:d@example.com',
    ],
  ])('begins DMARC without a report mailbox where %j stood', (meant, value) => {
    expect(startingDmarc('example.com', undefined, meant).value).toBe(value);
    expect(startingDmarc('example.com', 'all@example.com', meant).value).toBe(
      'v=DMARC1; p=none; rua=mailto:all@example.com',
    );
  });

  it.each([
    ['a.b.example.co.uk', 'example.co.uk'],
    ['example.com', 'example.com'],
    ['localhost', 'localhost'],
  ])('knows the registrable name of %s', (domain, name) => expect(registrableDomain(domain)).toBe(name));
});

describe('counting in sentences', () => {
  it.each([
    [1, 3, '1 of 3 records is'],
    [2, 3, '2 of 3 records are'],
    [1, 1, '1 of 1 record is'],
  ])('%i of %i', (count, total, text) => expect(countOf(count, total, 'record')).toBe(text));

  it.each([
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
    [[], ''],
  ])('lists %j', (names, text) => expect(listed(names)).toBe(text));
});
