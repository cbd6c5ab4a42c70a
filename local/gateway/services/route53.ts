/** Amazon Route 53 (REST-XML): an account's hosted zones, with the records that the simulated DNS answers from. */
import type { WorldRecord } from '../../organization/types.ts';
import { AwsError, CommonFailure } from '../errors.ts';
import { type Output, restXmlProtocol, type Route } from '../protocol.ts';
import type { Call, Operations, Service } from '../service.ts';

const ROUTES: Route[] = [
  { method: 'GET', path: '/2013-04-01/hostedzone', operation: 'ListHostedZones' },
  { method: 'GET', path: '/2013-04-01/hostedzone/{HostedZoneId}/rrset', operation: 'ListResourceRecordSets' },
];

/** The most that one page holds of either list (Route 53 API reference). */
const LONGEST_PAGE = { zones: 100, records: 300 };
const DEFAULT_TTL = 300;

interface RecordSet {
  name: string;
  type: WorldRecord['type'];
  ttl: number;
  values: string[];
}

const operations: Operations = {
  ListHostedZones: {
    action: 'route53:ListHostedZones',
    run: (call) => {
      const { input, account } = call;
      const zones = account.hostedZones ?? [];
      const marker = input.text('marker');
      const start = marker === undefined ? 0 : zones.findIndex(({ id }) => id === marker);
      if (start < 0) throw new CommonFailure('invalid', 'The marker does not name a hosted zone.');
      const size = pageSize(call, LONGEST_PAGE.zones);
      const next = zones[start + size];
      return {
        HostedZones: {
          HostedZone: zones.slice(start, start + size).map((zone) => ({
            Id: `/hostedzone/${zone.id}`,
            Name: `${zone.name}.`,
            CallerReference: `reference-of-${zone.id}`,
            Config: { PrivateZone: zone.privateZone ?? false },
            ResourceRecordSetCount: recordSets(call, zone.name).length,
          })),
        },
        Marker: marker ?? '',
        IsTruncated: next !== undefined,
        NextMarker: next?.id,
        MaxItems: size,
      };
    },
  },
  ListResourceRecordSets: {
    action: 'route53:ListResourceRecordSets',
    resource: ({ input }) => `arn:aws:route53:::hostedzone/${input.requiredText('HostedZoneId')}`,
    run: listRecordSets,
  },
};

export const route53: Service = {
  name: 'route53',
  signingName: 'route53',
  protocol: restXmlProtocol(ROUTES, 'https://route53.amazonaws.com/doc/2013-04-01/', {
    invalid: { code: 'InvalidInput', status: 400 },
  }),
  operations,
  bodyLimit: 64 * 1024,
  global: true,
  throttled: false,
};

function listRecordSets(call: Call): Output {
  const { input, account } = call;
  const id = input.requiredText('HostedZoneId');
  const zone = account.hostedZones?.find((one) => one.id === id);
  if (!zone) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id.slice(0, 100)}`, 404);
  const [start, type] = [input.text('name'), input.text('type')];
  const name = start && unescapeName(start).replace(/\.$/, '').toLowerCase();
  if (type !== undefined && name === undefined)
    throw new CommonFailure('invalid', 'A type needs a name to begin the listing at.');
  const from = name === undefined ? '' : `${orderOf(name)} ${type ?? ''}`;
  const all = recordSets(call, zone.name).filter((set) => `${orderOf(set.name)} ${set.type}` >= from);
  const size = pageSize(call, LONGEST_PAGE.records);
  const next = all[size];
  return {
    ResourceRecordSets: { ResourceRecordSet: all.slice(0, size).map(recordSetOutput) },
    IsTruncated: next !== undefined,
    NextRecordName: next && `${escapeName(next.name)}.`,
    NextRecordType: next?.type,
    MaxItems: size,
  };
}

/** Route 53 gives one page of what was asked, at most the longest there is; both as text in the query. */
function pageSize({ input }: Call, longest: number): number {
  return Math.min(input.integer('maxitems', 1, 1_000_000) ?? longest, longest);
}

function recordSets({ world, account }: Call, apex: string): RecordSet[] {
  const inner = (account.hostedZones ?? [])
    .map(({ name }) => name)
    .filter((name) => name.endsWith(`.${apex}`));
  const under = (name: string, top: string): boolean => name === top || name.endsWith(`.${top}`);
  const sets = new Map<string, RecordSet>();
  for (const record of world.zones) {
    if (!under(record.name, apex) || inner.some((zone) => under(record.name, zone))) continue;
    const key = `${record.name} ${record.type}`;
    const set = sets.get(key) ?? {
      name: record.name,
      type: record.type,
      ttl: record.ttl ?? DEFAULT_TTL,
      values: [],
    };
    set.values.push(valueOf(record));
    sets.set(key, set);
  }
  const order = (set: RecordSet): string => `${orderOf(set.name)} ${set.type}`;
  return [...sets.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Route 53 orders names by their labels from the right. */
function orderOf(name: string): string {
  return name.split('.').reverse().join('.');
}

/** As Route 53 writes values: TXT in quoted strings of at most 255 characters, names with their dot. */
function valueOf(record: WorldRecord): string {
  if (record.type === 'MX') return `${record.preference} ${record.data}.`;
  if (record.type === 'TXT') {
    const chunks = record.data.match(/[\s\S]{1,255}/g) ?? [''];
    return chunks.map((chunk) => `"${chunk.replace(/["\\]/g, '\\$&')}"`).join(' ');
  }
  return ['CNAME', 'NS', 'PTR'].includes(record.type) ? `${record.data}.` : record.data;
}

function recordSetOutput({ name, type, ttl, values }: RecordSet): Output {
  return {
    Name: `${escapeName(name)}.`,
    Type: type,
    TTL: ttl,
    ResourceRecords: { ResourceRecord: values.map((Value) => ({ Value })) },
  };
}

/** Characters that are no letter, digit, `-`, `_` or `.` stand as octal escapes, an asterisk among them. */
function escapeName(name: string): string {
  return name.replace(/[^a-z0-9._-]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function unescapeName(name: string): string {
  return name.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
