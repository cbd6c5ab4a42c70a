/** DMARC records, one a row: what is in effect and what is said about it. */
import { describe, expect, it } from 'vitest';
import { parseDmarcRecord, parseReportUri, selectDmarcRecords } from '../../lambda/mail-auth/dmarc.ts';
import type {
  DmarcRecordProblemCode,
  DmarcTags,
  RecordEffect,
  ReportUri,
} from '../../lambda/mail-auth/dmarc.ts';

const rua = 'rua=mailto:d@example.com';

describe('what is a DMARC record', () => {
  it.each([
    'v=DMARC1',
    'v=DMARC1;',
    'v=DMARC1; p=none',
    'v=DMARC1;p=none',
    'v=DMARC1 ; p=none',
    'v=DMARC1\t;p=none',
    'V=DMARC1; p=none',
    'v = DMARC1; p=none',
    'v\t=\tDMARC1;',
    'v=DMARC1; nonsense',
  ])('%j is', (text) => {
    expect(parseDmarcRecord(text).isDmarc).toBe(true);
  });

  it.each([
    '',
    'v',
    'v=',
    ' v=DMARC1; p=none',
    '\tv=DMARC1; p=none',
    '\ufeffv=DMARC1; p=none',
    ';v=DMARC1; p=none',
    'v=dmarc1; p=none',
    'v=Dmarc1; p=none',
    'v=DMARC; p=none',
    'v=DMARC2; p=none',
    'v=DMARC10; p=none',
    'v=DMARC1.0; p=none',
    'v=DMARC1p=none',
    'v=DMARC1 p=none',
    'v=DMARC1, p=none',
    'v=DMARC1\\; p=none',
    'v==DMARC1; p=none',
    'v="DMARC1"; p=none',
    '"v=DMARC1; p=none"',
    'p=none; v=DMARC1',
    'vv=DMARC1; p=none',
    'v=spf1 -all',
    `v=DMARC1; p=none; x=${'a'.repeat(66_000)}`,
  ])('%j is not', (text) => {
    const record = parseDmarcRecord(text);
    expect(record.isDmarc).toBe(false);
    expect(record.tags.p).toBeUndefined();
    expect(record.problems.map(({ code }) => code)).toContain('NOT_DMARC');
    expect(selectDmarcRecords([text])).toEqual([]);
  });
});

interface Row {
  text: string;
  tags?: Partial<DmarcTags>;
  effect?: RecordEffect['kind'];
  problems?: DmarcRecordProblemCode[];
  /** Codes that must not be there. */
  without?: DmarcRecordProblemCode[];
}

const policies: Row[] = [
  {
    text: `v=DMARC1; p=reject; ${rua}`,
    tags: { p: 'reject', sp: undefined, np: undefined },
    effect: 'as-published',
  },
  { text: 'v=DMARC1; p=QUARANTINE', tags: { p: 'quarantine' }, effect: 'as-published' },
  { text: 'v=DMARC1; p = reject ; ', tags: { p: 'reject' } },
  { text: 'v=DMARC1;\tp\t=\tnone\t', tags: { p: 'none' } },
  { text: 'v=DMARC1; p=reject\n', tags: { p: 'reject' }, problems: ['LINE_BREAK'] },
  {
    text: 'v=DMARC1; p=reject sp=none',
    tags: { p: undefined, sp: undefined },
    effect: 'not-processed',
    problems: ['P_INVALID'],
  },
  {
    text: 'v=DMARC1; p=',
    tags: { p: undefined },
    effect: 'not-processed',
    problems: ['P_INVALID'],
    without: ['P_MISSING'],
  },
  {
    text: 'v=DMARC1; p',
    tags: { p: undefined },
    effect: 'not-processed',
    problems: ['NOT_A_TAG', 'P_MISSING'],
  },
  { text: 'v=DMARC1; p="reject"', tags: { p: undefined }, problems: ['P_INVALID'] },
  { text: 'v=DMARC1; p=monitor', tags: { p: undefined }, problems: ['P_INVALID'] },
  {
    text: `v=DMARC1; ${rua}`,
    tags: { p: undefined },
    effect: 'as-none',
    problems: ['P_MISSING', 'TREATED_AS_NONE'],
  },
  { text: `v=DMARC1; p=rejct; ${rua}`, effect: 'as-none', problems: ['P_INVALID', 'TREATED_AS_NONE'] },
  {
    text: 'v=DMARC1; p=reject; sp=',
    tags: { p: 'reject', sp: undefined },
    effect: 'not-processed',
    problems: ['SP_INVALID'],
  },
  {
    text: 'v=DMARC1; p=reject; np=all',
    effect: 'not-processed',
    problems: ['NP_INVALID', 'NO_DMARC_PROCESSING'],
  },
  {
    text: `v=DMARC1; p=reject; np=all; ${rua}`,
    effect: 'as-none',
    problems: ['NP_INVALID', 'TREATED_AS_NONE'],
  },
  {
    text: 'v=DMARC1; sp=reject; p=none; np=Quarantine',
    tags: { p: 'none', sp: 'reject', np: 'quarantine' },
    problems: ['P_NOT_SECOND'],
  },
  { text: 'v=DMARC1; p=reject; p=none', tags: { p: 'none' }, problems: ['DUPLICATE_TAG'] },
  { text: 'v=DMARC1; v=DMARC1; p=none', tags: { p: 'none' }, problems: ['DUPLICATE_TAG'] },
  { text: 'v=DMARC1; P=reject', tags: { p: 'reject' }, problems: ['TAG_CASE'] },
  { text: 'v=DMARC1; garbage; p=reject', tags: { p: 'reject' }, problems: ['NOT_A_TAG'] },
  { text: 'v=DMARC1; =x; p=reject', tags: { p: 'reject' }, problems: ['TAG_SYNTAX'] },
  { text: 'v=DMARC1; p1=x; p=reject', tags: { p: 'reject' }, problems: ['TAG_SYNTAX'] },
  { text: 'v=DMARC1;;; p=reject;;', tags: { p: 'reject' } },
  { text: 'v=DMARC1; x=y; p=reject', tags: { p: 'reject' }, problems: ['UNKNOWN_TAG'] },
  { text: 'v=DMARC1;\u00a0p=reject', tags: { p: undefined }, problems: ['TAG_SYNTAX', 'P_MISSING'] },
];

const otherTags: Row[] = [
  {
    text: 'v=DMARC1; p=none',
    tags: { adkim: 'r', aspf: 'r', psd: 'u', t: 'n', fo: undefined, rua: [], ruf: [] },
    problems: ['RUA_MISSING'],
  },
  { text: 'v=DMARC1; p=none; adkim=s; aspf=S', tags: { adkim: 's', aspf: 's' } },
  {
    text: 'v=DMARC1; p=none; adkim=strict; aspf=',
    tags: { adkim: 'r', aspf: 'r' },
    problems: ['INVALID_VALUE'],
  },
  { text: 'v=DMARC1; p=none; psd=Y', tags: { psd: 'y' } },
  { text: 'v=DMARC1; p=none; psd=yes', tags: { psd: 'u' }, problems: ['INVALID_VALUE'] },
  { text: 'v=DMARC1; p=none; t=y', tags: { t: 'y' }, problems: ['TEST_MODE'] },
  { text: 'v=DMARC1; p=none; t=s', tags: { t: 'n' }, problems: ['INVALID_VALUE'] },
  { text: 'v=DMARC1; p=none; fo=1', tags: { fo: undefined }, problems: ['FO_WITHOUT_RUF'] },
  { text: 'v=DMARC1; p=none; ruf=mailto:f@example.com', tags: { fo: '0', ruf: ['mailto:f@example.com'] } },
  ...['0', '1', 'd', 's', 'd:s', 's:d', '0:d', '1:d:s'].map((fo): Row => ({
    text: `v=DMARC1; p=none; fo=${fo}; ruf=mailto:f@example.com`,
    tags: { fo },
    without: ['FO_INVALID'],
  })),
  { text: 'v=DMARC1; p=none; fo=D:S; ruf=mailto:f@example.com', tags: { fo: 'd:s' } },
  ...['0:1', '2', '', 'd,s', '1:', '0:1:d:s', 'd s'].map((fo): Row => ({
    text: `v=DMARC1; p=none; fo=${fo}; ruf=mailto:f@example.com`,
    tags: { fo: '0' },
    problems: ['FO_INVALID'],
  })),
  { text: 'v=DMARC1; p=none; pct=50; rf=afrf; ri=3600', problems: ['REMOVED_TAG', 'PCT_BELOW_100'] },
  { text: 'v=DMARC1; p=none; pct=100', problems: ['REMOVED_TAG'], without: ['PCT_BELOW_100'] },
  ...['101', '-1', '5O', '', '1e2'].map((pct): Row => ({
    text: `v=DMARC1; p=none; pct=${pct}`,
    problems: ['PCT_INVALID'],
  })),
];

const uriLists: Row[] = [
  { text: `v=DMARC1; p=none; ${rua}`, tags: { rua: ['mailto:d@example.com'] }, without: ['RUA_MISSING'] },
  {
    text: 'v=DMARC1; p=none; rua=mailto:a@example.com , mailto:b@example.com',
    tags: { rua: ['mailto:a@example.com', 'mailto:b@example.com'] },
  },
  {
    text: 'v=DMARC1; p=none; rua=mailto:a@example.com!10m',
    tags: { rua: ['mailto:a@example.com'] },
    problems: ['URI_SIZE_LIMIT'],
  },
  {
    text: 'v=DMARC1; p=none; rua=mailto:a@example.com,,',
    tags: { rua: ['mailto:a@example.com'] },
    problems: ['URI_EMPTY'],
  },
  {
    text: 'v=DMARC1; p=none; rua=a@example.com, mailto:b@example.com',
    tags: { rua: ['mailto:b@example.com'] },
    problems: ['URI_NO_SCHEME'],
  },
  {
    text: 'v=DMARC1; p=none; rua=mailto:a b@example.com',
    tags: { rua: [] },
    problems: ['URI_INVALID', 'RUA_MISSING'],
  },
  {
    text: 'v=DMARC1; p=none; rua=https://example.com/r',
    tags: { rua: ['https://example.com/r'] },
    problems: ['URI_UNSUPPORTED_SCHEME'],
  },
  {
    text: 'v=DMARC1; p=none; rua=mailto:fogefoge.co.jp',
    tags: { rua: ['mailto:fogefoge.co.jp'] },
    problems: ['URI_UNDELIVERABLE'],
  },
  { text: 'v=DMARC1; p=none; rua=mailto:a@example.com,mailto:a@example.com', problems: ['URI_DUPLICATE'] },
  {
    text: 'v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@example.com,mailto:c@example.com',
    problems: ['MANY_URIS'],
  },
  { text: 'v=DMARC1; p=none; rua=', tags: { rua: [] }, problems: ['RUA_MISSING'] },
];

describe('parseDmarcRecord', () => {
  it.each([...policies, ...otherTags, ...uriLists])(
    '$text',
    ({ text, tags = {}, effect, problems = [], without = [] }) => {
      const record = parseDmarcRecord(text);
      expect(record.isDmarc).toBe(true);
      for (const [tag, value] of Object.entries(tags)) {
        expect({ [tag]: record.tags[tag as keyof DmarcTags] }).toEqual({ [tag]: value });
      }
      if (effect !== undefined) expect(record.effect.kind).toBe(effect);
      const codes = record.problems.map(({ code }) => code);
      for (const code of problems) expect(codes).toContain(code);
      for (const code of without) expect(codes).not.toContain(code);
    },
  );

  it('keeps what old receivers heed', () => {
    expect(parseDmarcRecord('v=DMARC1; p=reject; pct=20; rf=iodef; ri=60').legacy).toEqual({
      pct: 20,
      rf: 'iodef',
      ri: '60',
    });
  });

  it('calls a duplicate policy an error and another duplicate a warning', () => {
    const severity = (text: string): string | undefined =>
      parseDmarcRecord(text).problems.find(({ code }) => code === 'DUPLICATE_TAG')?.severity;
    expect(severity('v=DMARC1; p=none; p=none')).toBe('error');
    expect(severity('v=DMARC1; p=none; adkim=r; adkim=s')).toBe('warning');
    expect(severity('v=DMARC1; p=none; x=1; x=2')).toBe('info');
  });

  it('bounds its lint but keeps every error', () => {
    const { problems } = parseDmarcRecord(`v=DMARC1;${'garbage;'.repeat(5000)}p=rejct`);
    expect(problems.length).toBeLessThan(60);
    expect(problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['P_INVALID', 'NO_DMARC_PROCESSING']),
    );
  });

  it('has no control character of the record in its sentences', () => {
    const { problems } = parseDmarcRecord('v=DMARC1; p=\u001b[31mred; \u202egarbage; \u0007x=\u0000');
    expect(problems.length).toBeGreaterThan(2);
    for (const { message } of problems) expect(message).not.toMatch(/[\u0000-\u001f\u202e]/u);
  });
});

describe('parseReportUri', () => {
  it.each<[string, Partial<ReportUri>]>([
    [
      'mailto:d@example.com',
      { valid: true, deliverable: true, scheme: 'mailto', address: 'd@example.com', host: 'example.com' },
    ],
    ['MAILTO:d@Example.COM', { valid: true, deliverable: true, scheme: 'mailto', host: 'example.com' }],
    [
      'mailto:d@example.com!10m',
      { valid: true, uri: 'mailto:d@example.com', sizeLimit: '10m', deliverable: true },
    ],
    ['mailto:d@example.com!500', { uri: 'mailto:d@example.com', sizeLimit: '500' }],
    ['mailto:d@example.com!10mb', { uri: 'mailto:d@example.com!10mb', valid: true, deliverable: false }],
    ['mailto:a%2Cb@example.com', { valid: true, deliverable: false }],
    ['mailto:a%21b@example.com', { valid: true, deliverable: true, address: 'a!b@example.com' }],
    ['mailto:d%40example.com', { valid: true, deliverable: true, address: 'd@example.com' }],
    ['mailto:d@example.com?subject=x', { valid: true, deliverable: true, host: 'example.com' }],
    ['mailto:', { valid: true, deliverable: false }],
    ['mailto:example.com', { valid: true, deliverable: false }],
    ['mailto:@example.com', { valid: true, deliverable: false }],
    ['mailto:d@', { valid: true, deliverable: false }],
    ['mailto:d@localhost', { valid: true, deliverable: false }],
    ['mailto://d@example.com', { valid: true, deliverable: false }],
    ['mailto:d@example..com', { valid: true, deliverable: false }],
    ['mailto:d@例え.jp', { valid: false }],
    ['mailto:d@%E4%BE%8B%E3%81%88.jp', { valid: true, deliverable: true, host: 'xn--r8jz45g.jp' }],
    ['mailto:%zz@example.com', { valid: false }],
    ['mailto:%ff@example.com', { valid: true, deliverable: false }],
    ['mailto:<d@example.com>', { valid: false }],
    ['d@example.com', { valid: false }],
    ['example.com', { valid: false }],
    [':d@example.com', { valid: false }],
    [
      'https://example.com:8443/r?x=1#y',
      { valid: true, scheme: 'https', host: 'example.com', deliverable: false },
    ],
    ['https://[2001:db8::1]/r', { valid: true, scheme: 'https' }],
    ['https://exa[mple.com/', { valid: false }],
    ['https://example.com:x/', { valid: false }],
    ['https://example.com/a#b#c', { valid: false }],
  ])('%s', (raw, expected) => {
    expect(parseReportUri(raw)).toMatchObject(expected);
  });
});
