/** V1: the vectors of RFC 9989, each as the record of a From domain that an identity really sends with. */
import { domain, type IdentitySpec } from '../../../local/organization/vocabulary.ts';
import { on, type Expected, type Place, type Scenario, type Scene } from '../scenario.ts';

const REGION = 'us-east-1';

type Names = Place & { from: string };
type Zone = (scene: Scene & { from: string }) => void;

interface Row {
  row: string;
  title: string;
  /** The From domain; default: the scenario's own registrable name. */
  from?: (place: Place) => string;
  zone: Zone;
  /** What ALIGN-01 stores of the policy that applies to the From domain. */
  policy?: 'absent' | 'none' | 'quarantine' | 'reject' | 'unknown';
  /** Where the record stands that applies. */
  at?: (names: Names) => string;
  organizationalDomain?: (names: Names) => string;
  /** In place of one domain identity at the From domain. */
  identities?: (names: Names) => IdentitySpec[];
  /** Of the From domain. */
  says?: (names: Names) => Omit<Expected, 'subject'>[];
  /** Of its identity. */
  identity?: (names: Names) => Omit<Expected, 'subject'>[];
  /** Of the identity `news` below it. */
  child?: (names: Names) => Omit<Expected, 'subject'>[];
  apexes?: (place: Place) => string[];
}

/** `v=DMARC1; ` before what does not begin with a version of its own. */
function record(scene: Scene, name: string, ...texts: string[]): void {
  const data = texts.map((text) => (/^[^a-z]*v\s*=/i.test(text) ? text : `v=DMARC1; ${text}`));
  scene.publish(`_dmarc.${name}`, ...data.map((one) => ({ type: 'TXT' as const, data: one })));
}

/** The name and all below it do not exist. */
const gone = (scene: Scene & { from: string }): void =>
  scene.dnsFault({ suffix: scene.from, behaviour: 'nxdomain' });

const below = (label: string) => (place: Place) => `${label}.${place.domain}`;
const own = (names: Names): string => names.domain;
const twoLevels: Zone = (scene) => {
  record(scene, scene.domain, 'p=reject; sp=none; np=reject');
  record(scene, `b.${scene.domain}`, 'p=quarantine');
};
/** The record at the From domain as it is, and what has to stand there. */
const replaced = (
  { from }: Names,
  found: string,
  right = 'p=none',
): Pick<Expected, 'publish' | 'remove'> => ({
  publish: [{ name: `_dmarc.${from}`, type: 'TXT', value: `v=DMARC1; ${right}` }],
  remove: [{ name: `_dmarc.${from}`, type: 'TXT', value: /^v=/i.test(found) ? found : `v=DMARC1; ${found}` }],
});
const unprocessed =
  (found: (names: Names) => string) =>
  (names: Names): Omit<Expected, 'subject'>[] => [
    {
      ...{ control: 'DMARC-01', status: 'FAIL', reason: 'DMARC_RECORD_NOT_PROCESSED', severity: 'HIGH' },
      ...replaced(names, found(names)),
    },
  ];
/** Whose record applies, and by which tag. */
const applies =
  (from: 'OWN' | 'ORGANIZATION' | 'SUFFIX', policyTag: 'p' | 'sp' | 'np') =>
  (): Omit<Expected, 'subject'>[] => [
    {
      control: 'DMARC-01',
      status: 'PASS',
      reason: from === 'OWN' ? 'DMARC_OWN' : 'DMARC_INHERITED',
    },
    {
      control: 'DMARC-03',
      status: 'PASS',
      reason: from === 'OWN' ? 'DMARC_OWN_RECORD' : `DMARC_FROM_${from}`,
      evidence: { policyTag },
    },
  ];
const ROWS: Row[] = [
  {
    row: '1',
    title: 'an existing name inherits sp of the Organizational Domain, not of the nearest parent',
    from: below('a.b'),
    zone: twoLevels,
    policy: 'none',
    at: own,
    organizationalDomain: own,
    says: () => [
      { control: 'DMARC-01', status: 'PASS', reason: 'DMARC_INHERITED' },
      { control: 'DMARC-03', status: 'PASS', reason: 'DMARC_FROM_ORGANIZATION' },
    ],
  },
  {
    row: '2',
    title: 'a name that does not exist inherits np',
    from: below('zz.b'),
    zone(scene) {
      twoLevels(scene);
      gone(scene);
    },
    policy: 'reject',
    at: own,
    says: applies('ORGANIZATION', 'np'),
  },
  {
    row: '3',
    title: 'without np, sp',
    from: below('zz'),
    zone(scene) {
      record(scene, scene.domain, 'p=reject; sp=quarantine');
      gone(scene);
    },
    policy: 'quarantine',
    at: own,
    says: applies('ORGANIZATION', 'sp'),
  },
  {
    row: '4',
    title: 'two records count as none, and the walk goes on above',
    from: below('mail'),
    zone(scene) {
      record(scene, scene.domain, 'p=reject; sp=quarantine');
      record(scene, scene.from, 'p=reject', 'p=none');
    },
    policy: 'quarantine',
    at: own,
    says: ({ from }) => [
      {
        control: 'DMARC-02',
        status: 'FAIL',
        reason: 'DMARC_MULTIPLE',
        severity: 'HIGH',
        publish: [],
        remove: ['p=reject', 'p=none'].map((tags) => ({
          name: `_dmarc.${from}`,
          type: 'TXT',
          value: `v=DMARC1; ${tags}`,
        })),
      },
    ],
  },
  {
    row: '5',
    title: 'a broken p without rua: no DMARC',
    zone: (scene) => record(scene, scene.domain, 'p=rejct'),
    policy: 'absent',
    says: unprocessed(() => 'p=rejct'),
  },
  {
    row: '6',
    title: 'a broken p with rua: none',
    zone: (scene) => record(scene, scene.domain, `p=rejct; rua=mailto:d@${scene.domain}`),
    policy: 'none',
    at: own,
    says: (names) => [
      { control: 'DMARC-01', status: 'PASS', reason: 'DMARC_OWN' },
      {
        control: 'DMARC-04',
        status: 'FAIL',
        reason: 'DMARC_POLICY_INVALID',
        severity: 'HIGH',
        ...replaced(names, `p=rejct; rua=mailto:d@${names.from}`, `p=none; rua=mailto:d@${names.from}`),
      },
    ],
  },
  {
    row: '7',
    title: 'no p, but rua: none',
    zone: (scene) => record(scene, scene.domain, `rua=mailto:d@${scene.domain}`),
    policy: 'none',
    at: own,
    says: (names) => [
      {
        control: 'DMARC-04',
        status: 'WARN',
        reason: 'DMARC_POLICY_MISSING',
        severity: 'MEDIUM',
        ...replaced(names, `rua=mailto:d@${names.from}`, `p=none; rua=mailto:d@${names.from}`),
      },
      {
        control: 'DMARC-05',
        status: 'WARN',
        reason: 'DMARC_POLICY_NONE',
        severity: 'MEDIUM',
        publish: [],
        fixText: /aggregate reports/,
      },
    ],
  },
  {
    row: '7b',
    title: 'neither p nor rua',
    zone: (scene) => record(scene, scene.domain, ''),
    policy: 'absent',
    says: unprocessed(() => ''),
  },
  {
    row: '8',
    title: 'v=dmarc1 is no record',
    zone: (scene) => record(scene, scene.domain, 'v=dmarc1; p=reject'),
    policy: 'absent',
    says: (names) => [
      {
        control: 'DMARC-02',
        status: 'FAIL',
        reason: 'DMARC_NEAR_MISS',
        severity: 'HIGH',
        cause: null,
        ...replaced(names, 'v=dmarc1; p=reject'),
      },
      {
        control: 'DMARC-01',
        status: 'FAIL',
        reason: 'DMARC_MISSING',
        severity: 'HIGH',
        cause: 'DMARC-02',
        publish: [],
        fixText: /DMARC-02/,
      },
    ],
  },
  {
    row: '9',
    title: 't=y takes reject down to quarantine',
    zone: (scene) => record(scene, scene.domain, `p=reject; t=y; rua=mailto:d@${scene.domain}`),
    policy: 'quarantine',
    says: () => [
      {
        control: 'DMARC-10',
        status: 'WARN',
        reason: 'DMARC_TEST_MODE',
        severity: 'MEDIUM',
        publish: [],
        fixText: /t=y/,
      },
    ],
  },
  {
    row: '10',
    title: 'pct=0 is ignored, and warned of',
    zone: (scene) => record(scene, scene.domain, `p=reject; pct=0; rua=mailto:d@${scene.domain}`),
    policy: 'reject',
    says: () => [
      {
        control: 'DMARC-10',
        status: 'WARN',
        reason: 'DMARC_PCT_ZERO',
        severity: 'MEDIUM',
        publish: [],
        fixText: /pct=0/,
      },
    ],
  },
  {
    row: '11',
    title: 'psd=n cuts the subtree off, so that the parent’s DKIM does not align',
    from: below('x.sub'),
    zone(scene) {
      record(scene, scene.domain, 'p=reject');
      record(scene, `sub.${scene.domain}`, 'p=none; psd=n');
    },
    policy: 'none',
    organizationalDomain: (names) => `sub.${names.domain}`,
    identities: (names) => [domain(names.domain), domain(names.from, { inheritsDkim: true })],
    identity: () => [
      {
        control: 'DKIM-03',
        status: 'FAIL',
        reason: 'SIGNING_DOMAIN_NOT_ALIGNED',
        severity: 'HIGH',
        fixText: /\w/,
      },
      {
        control: 'ALIGN-01',
        status: 'WARN',
        reason: 'SPF_ONLY',
        severity: 'MEDIUM',
        fixText: /DKIM/,
        evidence: { dkim: { aligned: false } },
      },
    ],
  },
  {
    row: '12',
    title: 'the record below the public suffix, not the suffix’s own',
    from: (place) => `example.cisa.${place.tld}`,
    apexes: (place) => [place.tld],
    zone(scene) {
      record(scene, scene.tld, 'p=reject; np=reject; psd=y');
      record(scene, `cisa.${scene.tld}`, 'p=quarantine');
    },
    policy: 'quarantine',
    at: (names) => `cisa.${names.tld}`,
    organizationalDomain: (names) => `cisa.${names.tld}`,
    says: applies('ORGANIZATION', 'p'),
  },
  {
    row: '13',
    title: 'only the public suffix has a record',
    from: (place) => `new.cisa.${place.tld}`,
    apexes: (place) => [place.tld],
    zone(scene) {
      scene.remove(`_dmarc.cisa.${scene.tld}`);
      record(scene, scene.tld, 'p=reject; psd=y');
    },
    policy: 'reject',
    at: (names) => names.tld,
    organizationalDomain: (names) => `cisa.${names.tld}`,
    says: applies('SUFFIX', 'p'),
  },
  {
    row: '14',
    title: 'a name of 13 labels takes 8 questions',
    from: below('a.b.c.d.e.f.g.h.i.j.k'),
    zone: (scene) => record(scene, scene.domain, 'p=reject; sp=reject'),
    policy: 'reject',
    says: ({ domain: name }) => [
      {
        control: 'DMARC-01',
        status: 'PASS',
        reason: 'DMARC_INHERITED',
        evidence: { asked: expectAsked(name, 'a.b.c.d.e.f.g.h.i.j.k') },
      },
    ],
  },
  {
    row: '15a',
    title: 'an own record, SERVFAIL above: the policy is known',
    from: (place) => `own.${place.tld}`,
    apexes: (place) => [place.tld],
    zone(scene) {
      record(scene, scene.from, `p=reject; rua=mailto:d@${scene.from}`);
      scene.dnsFault({ suffix: `_dmarc.${scene.tld}`, behaviour: 'servfail' });
    },
    policy: 'reject',
    organizationalDomain: () => 'unknown',
    identities: (names) => [domain(names.from), domain(`news.${names.from}`, { inheritsDkim: true })],
    identity: () => [{ control: 'ALIGN-01', status: 'PASS', reason: 'BOTH_ALIGNED' }],
    // Signed with d= of the name above it, whose Organizational Domain nobody knows.
    child: () => [{ control: 'ALIGN-01', status: 'UNKNOWN', reason: 'LEG_UNKNOWN' }],
  },
  {
    row: '15b',
    title: 'an inherited record, SERVFAIL on the walk: unknown, never “no record”',
    from: below('a.b'),
    zone: (scene) => scene.dnsFault({ suffix: `_dmarc.b.${scene.domain}`, behaviour: 'servfail' }),
    policy: 'unknown',
    says: () => [{ control: 'DMARC-01', status: 'UNKNOWN', reason: 'DNS_UNANSWERED' }],
  },
  {
    row: '15c',
    title: 'psd=n below the name that fails decides',
    from: below('x.sub'),
    zone(scene) {
      record(scene, `sub.${scene.domain}`, 'p=quarantine; psd=n');
      scene.dnsFault({ suffix: `_dmarc.${scene.domain}`, behaviour: 'servfail' });
    },
    policy: 'quarantine',
    organizationalDomain: (names) => `sub.${names.domain}`,
    says: applies('ORGANIZATION', 'p'),
  },
  {
    row: '16',
    title: 'SPF beside DMARC at _dmarc',
    zone: (scene) => record(scene, scene.domain, `p=reject; rua=mailto:d@${scene.domain}`, 'v=spf1 -all'),
    policy: 'reject',
    says: ({ from }) => [
      {
        control: 'DMARC-11',
        status: 'WARN',
        reason: 'DMARC_UNRELATED_TXT',
        severity: 'LOW',
        publish: [],
        remove: [{ name: `_dmarc.${from}`, type: 'TXT', value: 'v=spf1 -all' }],
        fixText: /where they belong/,
      },
    ],
  },
  {
    row: '17',
    title: 'blanks round = and a trailing semicolon',
    zone: (scene) => record(scene, scene.domain, `p = reject ; rua = mailto:d@${scene.domain} ;`),
    policy: 'reject',
    says: () => [{ control: 'DMARC-02', status: 'PASS', reason: 'DMARC_SINGLE' }],
  },
  {
    row: '18',
    title: 'a From domain in Unicode is its A-label',
    from: (place) => `例え.${place.domain}`,
    zone: (scene) => record(scene, `xn--r8jz45g.${scene.domain}`, 'p=quarantine'),
    policy: 'quarantine',
    at: (names) => `xn--r8jz45g.${names.domain}`,
    says: applies('OWN', 'p'),
  },
  {
    row: '19',
    title: 'a broken own p without rua is never inherited past',
    from: below('child'),
    zone(scene) {
      record(scene, scene.domain, 'p=reject');
      record(scene, scene.from, 'p=rejct');
    },
    policy: 'absent',
    says: unprocessed(() => 'p=rejct'),
  },
  {
    row: '20',
    title: 'a broken sp without rua: no DMARC',
    zone: (scene) => record(scene, scene.domain, 'p=reject; sp=rejct'),
    policy: 'absent',
    says: unprocessed(() => 'p=reject; sp=rejct'),
  },
  {
    row: '20 (with rua)',
    title: 'a broken sp with a valid rua: none',
    zone: (scene) => record(scene, scene.domain, `p=reject; sp=rejct; rua=mailto:d@${scene.domain}`),
    policy: 'none',
    at: own,
    says: (names) => [
      { control: 'DMARC-01', status: 'PASS', reason: 'DMARC_OWN' },
      {
        control: 'DMARC-04',
        status: 'FAIL',
        reason: 'DMARC_POLICY_INVALID',
        severity: 'HIGH',
        ...replaced(
          names,
          `p=reject; sp=rejct; rua=mailto:d@${names.from}`,
          `p=none; rua=mailto:d@${names.from}`,
        ),
      },
    ],
  },
  {
    row: '21',
    title: 'the public suffix’s sp for the domain one below',
    from: (place) => `cisa.${place.tld}`,
    apexes: (place) => [place.tld],
    zone(scene) {
      scene.remove(`_dmarc.cisa.${scene.tld}`);
      record(scene, scene.tld, 'p=reject; sp=quarantine; psd=y');
    },
    policy: 'quarantine',
    at: (names) => names.tld,
    organizationalDomain: (names) => `cisa.${names.tld}`,
    says: applies('SUFFIX', 'sp'),
  },
  {
    row: '22',
    title: 'names of eight labels take eight questions',
    from: below('a.b.c.d.e.f'),
    zone: (scene) => record(scene, scene.domain, 'p=reject'),
    policy: 'reject',
    says: ({ domain: name }) => [
      {
        control: 'DMARC-01',
        status: 'PASS',
        reason: 'DMARC_INHERITED',
        evidence: { asked: expectAsked(name, 'a.b.c.d.e.f') },
      },
    ],
  },
  {
    row: '22 (nine labels)',
    title: 'names of nine labels take eight questions',
    from: below('a.b.c.d.e.f.g'),
    zone: (scene) => record(scene, scene.domain, 'p=reject'),
    policy: 'reject',
    says: ({ domain: name }) => [
      {
        control: 'DMARC-01',
        status: 'PASS',
        reason: 'DMARC_INHERITED',
        evidence: { asked: expectAsked(name, 'a.b.c.d.e.f.g') },
      },
    ],
  },
  {
    row: '23',
    title: 'V = DMARC1 in any case of v, values in any case',
    zone: (scene) => record(scene, scene.domain, 'V = DMARC1; p=Reject'),
    policy: 'reject',
    says: applies('OWN', 'p'),
  },
  {
    row: '24a',
    title: 'no p, rua that is a URI though nobody can deliver to it: none',
    zone: (scene) => record(scene, scene.domain, `rua=mailto:${scene.domain}`),
    policy: 'none',
    says: (names) => [
      {
        control: 'DMARC-08',
        status: 'FAIL',
        reason: 'RUA_UNDELIVERABLE',
        severity: 'MEDIUM',
        ...replaced(names, `rua=mailto:${names.from}`),
      },
    ],
  },
  {
    row: '24b',
    title: 'no p, rua without a scheme: no DMARC',
    zone: (scene) => record(scene, scene.domain, `rua=d@${scene.domain}`),
    policy: 'absent',
    says: unprocessed((names) => `rua=d@${names.from}`),
  },
  {
    row: '25',
    title: 'an alias to a dead target exists: sp, not np',
    from: below('alias'),
    zone(scene) {
      record(scene, scene.domain, 'p=reject; sp=quarantine; np=reject');
      for (const type of ['A', 'MX'] as const) scene.remove(scene.from, type);
      scene.publish(scene.from, { type: 'CNAME', data: `dead.${scene.domain}` });
    },
    policy: 'quarantine',
    says: applies('ORGANIZATION', 'sp'),
  },
  {
    row: '26',
    title: 'p twice: receivers differ',
    zone: (scene) => record(scene, scene.domain, 'p=reject; p=none'),
    says: (names) => [
      {
        control: 'DMARC-11',
        status: 'FAIL',
        reason: 'DMARC_DUPLICATE_POLICY',
        severity: 'HIGH',
        ...replaced(names, 'p=reject; p=none'),
      },
    ],
  },
];

/** The eight names that RFC 9989 section 4.10 asks. */
function expectAsked(registrable: string, labels: string): string[] {
  const all = [...labels.split('.'), ...registrable.split('.')];
  const tails = all.map((_label, index) => all.slice(index).join('.'));
  return [all.join('.'), ...tails.slice(-7).filter((tail) => tail !== all.join('.'))].map(
    (name) => `_dmarc.${name}`,
  );
}

export const DMARC_SITUATIONS: Scenario[] = ROWS.map((row) => {
  const namesOf = (place: Place): Names => ({ ...place, from: row.from?.(place) ?? place.domain });
  return {
    name: `V1 ${row.row}: ${row.title}`,
    targets(place) {
      const names = namesOf(place);
      return { [REGION]: row.identities?.(names) ?? [domain(names.from)] };
    },
    ...(row.apexes ? { apexes: row.apexes } : {}),
    change: (scene) => row.zone({ ...scene, from: namesOf(scene).from }),
    says(place) {
      const names = namesOf(place);
      const identity = on.identity(place, REGION, names.from);
      const aLabel = names.from.replace('例え', 'xn--r8jz45g');
      return [
        ...(row.says?.(names) ?? []).map((one) => ({ subject: on.domain(aLabel), ...one })),
        ...(row.identity?.(names) ?? []).map((one) => ({ subject: identity, ...one })),
        ...(row.child?.(names) ?? []).map((one) => ({
          subject: on.identity(place, REGION, `news.${names.from}`),
          ...one,
        })),
        ...(row.policy === undefined ? [] : [effective(row, names, identity)]),
      ];
    },
  };
});

/** ALIGN-01 stores the policy that it judged under; its own status is not the matter here. */
function effective(row: Row, names: Names, subject: Expected['subject']): Expected {
  return {
    subject,
    control: 'ALIGN-01',
    status: 'any',
    reason: 'any',
    evidence: {
      policy: row.policy,
      ...(row.at ? { policyFrom: row.at(names) } : {}),
      ...(row.organizationalDomain ? { organizationalDomain: row.organizationalDomain(names) } : {}),
    },
  };
}
