/** Generated SPF zones: plausible records over few names, with faults, so that branches meet and limits are hit. */
import fc from 'fast-check';
import type { Zone } from './zone.ts';

const DOMAINS = ['a.test', 'b.test', 'c.test', 'sub.a.test', 'd.test'];
const HOSTS = ['h1.test', 'h2.test', 'h3.test', 'gone.test', 'nodata.test', 'servfail.test', 'alias.test'];

const domain = fc.constantFrom(...DOMAINS);
const host = fc.constantFrom(...HOSTS, ...DOMAINS);
const qualifier = fc.constantFrom('', '', '', '+', '-', '~', '?');
const cidr4 = fc.constantFrom('', '', '/24', '/0', '/32');
const cidr6 = fc.constantFrom('', '', '', '//64', '//0');
const spec = fc.oneof(
  { weight: 6, arbitrary: host },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '%{d}',
      '%{o}',
      '%{l}.test',
      '%{d2}',
      '%{l1r-}.%{d}',
      '%{ir}.%{v}.test',
      '%{h}',
      '%{S}.test',
      '%{p}',
      '%{p}.x.test',
      '%{dr-}',
      'x%%.test',
      'x..test',
    ),
  },
);

const term = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(qualifier, fc.constant('all')).map((parts) => parts.join('')) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(qualifier, fc.constantFrom('a', 'mx'), fc.option(spec, { nil: undefined }), cidr4, cidr6)
      .map(
        ([sign, name, target, four, six]) =>
          `${sign}${name}${target === undefined ? '' : `:${target}`}${four}${six}`,
      ),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(qualifier, fc.oneof(domain, spec))
      .map(([sign, target]) => `${sign}include:${target}`),
  },
  { weight: 2, arbitrary: fc.tuple(qualifier, spec).map(([sign, target]) => `${sign}exists:${target}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(qualifier, fc.option(host, { nil: undefined }))
      .map(([sign, target]) => `${sign}ptr${target === undefined ? '' : `:${target}`}`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(qualifier, fc.constantFrom('192.0.2.10', '192.0.2.0', '10.0.0.0'), cidr4)
      .map(([sign, ip, four]) => `${sign}ip4:${ip}${four}`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(qualifier, fc.constantFrom('2001:db8::10', '2001:db8::', '::'), fc.constantFrom('', '/32', '/0'))
      .map(([sign, ip, six]) => `${sign}ip6:${ip}${six}`),
  },
  { weight: 2, arbitrary: fc.oneof(domain, spec).map((target) => `redirect=${target}`) },
  { weight: 2, arbitrary: fc.constantFrom('exp=why.test', 'exp=why.%{d}', 'exp=why2.test', 'exp=gone.test') },
  { weight: 1, arbitrary: fc.constantFrom('x=1', 'x-y.z_=%{s}') },
);

/** What no record may hold. */
const junk = fc.constantFrom(
  'x=%',
  '1x=1',
  'moo',
  'all:',
  'ip4',
  'include',
  'a/33',
  'a/024',
  'mx//129',
  'a:%{d0}',
  'a:%{q}',
  'a:nolabel',
  'exists:%{c}.test',
  'include:',
  'ip4:192.0.2',
  'ip4:192.0.2.0/33',
  'ip6:2001:db8:::',
  'ip6:::/129',
  'exp=why.test exp=why.test',
  'redirect=a.test redirect=b.test',
);

const terms = fc
  .tuple(fc.array(term, { maxLength: 6 }), fc.option(junk, { freq: 12, nil: undefined }))
  .map(([list, bad]) => (bad === undefined ? list : [...list, bad]));

const record = fc
  .tuple(fc.constantFrom(...Array<string>(12).fill('v=spf1'), 'V=SPF1', 'v=spf10', ' v=spf1'), terms)
  .map(([version, terms]) => [version, ...terms].join(' '));

const txt = fc.oneof(
  { weight: 18, arbitrary: record.map((text) => [text]) },
  { weight: 1, arbitrary: fc.tuple(record, record) },
  { weight: 1, arbitrary: fc.constant<string[]>([]) },
);

/** A zone with an SPF record at each of five domains, hosts that exist, lack records, or fail. */
export const spfZone: fc.Arbitrary<Zone> = fc
  .tuple(fc.tuple(txt, txt, txt, txt, txt), fc.constantFrom('192.0.2.10', '198.51.100.1'))
  .map(([texts, address]) => {
    const zone: Zone = {
      'h1.test': { A: [address], AAAA: ['2001:db8::1'], MX: [[10, 'h2.test']] },
      'h2.test': { A: ['192.0.2.200', '192.0.2.10'] },
      'h3.test': {
        AAAA: ['2001:db8::10'],
        MX: [
          [5, 'gone.test'],
          [10, 'h1.test'],
          [20, 'h3.test'],
        ],
      },
      'nodata.test': {},
      'servfail.test': 'SERVFAIL',
      'alias.test': { CNAME: 'h2.test' },
      'why.test': { TXT: ['%{i} is not %{d}, %{S} from %{h} by %{p}'] },
      'why2.test': { TXT: ['one', 'two'] },
      'why.a.test': { TXT: ['because of %{o} 100%%'] },
      'user.test': { A: ['127.0.0.1'] },
      '192.0.2.10': { PTR: ['h2.test', 'mail.a.test', 'forged.test'] },
      '2001:db8::10': { PTR: ['h3.test'] },
      'mail.a.test': { A: ['192.0.2.10'] },
    };
    DOMAINS.forEach((name, at) => {
      zone[name] = { TXT: texts[at]!, A: ['192.0.2.77'], MX: [[10, 'h1.test']] };
    });
    return zone;
  });

export interface GeneratedSender {
  ip: string;
  sender: string;
  helo: string;
}

export const spfSender: fc.Arbitrary<GeneratedSender> = fc.record({
  ip: fc.constantFrom('192.0.2.10', '192.0.2.11', '2001:db8::10', '::ffff:192.0.2.10'),
  sender: fc
    .tuple(
      fc.constantFrom('user', 'strong-bad', 'a+b', '"x y"'),
      fc.constantFrom('a.test', 'a.test', 'sub.a.test', 'b.test'),
    )
    .map((parts) => parts.join('@')),
  helo: fc.constantFrom('h2.test', 'mail.a.test', 'localhost', '[192.0.2.10]'),
});
