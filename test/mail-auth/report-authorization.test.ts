/** RFC 9990 section 4: may reports go to a host of another organization? */
import { describe, expect, it } from 'vitest';
import type { ReportAuthorization } from '../../lambda/mail-auth/report-authorization.ts';
import { checkReportAuthorization } from '../../lambda/mail-auth/report-authorization.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const name = 'blue.example.com._report._dmarc.red.example.net';
const org: Zone = { '_dmarc.example.com': { TXT: ['v=DMARC1; p=none'] } };

describe('checkReportAuthorization', () => {
  it.each<[string, Zone, string, Partial<ReportAuthorization>]>([
    ['the same host', {}, 'mailto:d@blue.example.com', { status: 'internal' }],
    ['the same Organizational Domain', org, 'mailto:d@reports.example.com', { status: 'internal' }],
    [
      'another, though below the same registered name',
      {},
      'mailto:d@reports.example.com',
      { status: 'denied', externalByPublicSuffix: false },
    ],
    [
      'authorized',
      { [name]: { TXT: ['v=DMARC1'] } },
      'mailto:d@red.example.net',
      { status: 'authorized', authorizationName: name, externalByPublicSuffix: true },
    ],
    [
      'authorized by a wildcard',
      { '*._report._dmarc.red.example.net': { TXT: ['v=DMARC1;'] } },
      'mailto:d@red.example.net!10m',
      { status: 'authorized' },
    ],
    [
      'one good record among several',
      { [name]: { TXT: ['x', 'v=DMARC1', 'v=DMARC1; p=none'] } },
      'mailto:d@red.example.net',
      { status: 'authorized' },
    ],
    ['no record', {}, 'mailto:d@red.example.net', { status: 'denied', authorizationName: name }],
    [
      'a record that does not begin with the version',
      { [name]: { TXT: ['v=dmarc1', ' v=DMARC1'] } },
      'mailto:d@red.example.net',
      { status: 'denied' },
    ],
    [
      'an override at the same host',
      { [name]: { TXT: ['v=DMARC1; rua=mailto:x@red.example.net'] } },
      'mailto:d@red.example.net',
      { status: 'authorized', override: ['mailto:x@red.example.net'] },
    ],
    [
      'an override at another host',
      { [name]: { TXT: ['v=DMARC1; rua=mailto:x@example.org'] } },
      'mailto:d@red.example.net',
      { status: 'misdirected' },
    ],
    ['no answer', { [name]: 'SERVFAIL' }, 'mailto:d@red.example.net', { status: 'unknown', errorAt: name }],
    [
      'no answer on the organization, none on the authorization',
      { '_dmarc.com': 'TIMEOUT' },
      'mailto:d@other.example.com',
      { status: 'unknown', errorAt: '_dmarc.com' },
    ],
    [
      'no answer on the organization, but authorized anyway',
      { '_dmarc.com': 'TIMEOUT', 'blue.example.com._report._dmarc.other.example.com': { TXT: ['v=DMARC1'] } },
      'mailto:d@other.example.com',
      { status: 'authorized' },
    ],
    ['no host in the URI', {}, 'mailto:example.net', { status: 'no-destination' }],
    [
      'an https URI has a host, too',
      {},
      'https://red.example.net/r',
      { status: 'denied', host: 'red.example.net' },
    ],
  ])('%s', async (_, zone, uri, expected) => {
    expect(await checkReportAuthorization('blue.example.com', uri, zoneResolver(zone))).toMatchObject(
      expected,
    );
  });

  it('denies without a question when the name would be too long for DNS', async () => {
    const dns = zoneResolver({});
    const policy = `${Array.from({ length: 4 }, () => 'a'.repeat(55)).join('.')}.example`;
    expect(await checkReportAuthorization(policy, 'mailto:d@red.example.net', dns)).toMatchObject({
      status: 'denied',
    });
    expect(dns.queries).toEqual([]);
  });
});
