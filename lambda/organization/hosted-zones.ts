/** What stands for Amazon SES in an account's public hosted zones of Amazon Route 53 (DANG-*). */
import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { UnseenReason, ZoneRecord } from '../facts/types.ts';
import { classifyUnseen } from './classify.ts';
import { memberClients, type MemberClients } from './clients.ts';
import { mayBeSes, sesRecords } from './zone-records.ts';

/** A bound reached is said (`unseen`), never a listing cut in silence. */
export const ZONE_BOUNDS = {
  zones: 500,
  calls: 1_000,
  /** Of SES, over all zones. */
  records: 10_000,
  /** Milliseconds of the whole reading; SurveyAccount has five minutes. */
  duration: 150_000,
} as const;

/** Route 53 takes five requests a second of an account; the SDK waits out the rest. */
const PACE_MS = 210;
const ATTEMPTS = 6;

export interface ZoneReading {
  /** Those of the zones that were read to their end. */
  records: ZoneRecord[];
  /** Set: not all zones were read. */
  unseen?: { because: UnseenReason; detail: string; bound?: true };
}

export interface ZoneReadOptions {
  credentials: AwsCredentialIdentity;
  accountId: string;
  /** Tells the partition for the endpoint. */
  homeRegion?: string;
  /** Requests a second are five times this: raised only against the simulated organization. */
  speed?: number;
  clients?: MemberClients;
  bounds?: { [bound in keyof typeof ZONE_BOUNDS]: number };
  now?: () => number;
}

/** A bound that was reached, as a sentence. */
class BoundReached extends Error {
  readonly because: UnseenReason;

  constructor(because: UnseenReason, message: string) {
    super(message);
    this.because = because;
  }
}

/** Reads all public zones, one call after the other. What AWS refuses, and what is too much, is `unseen`; never throws. */
export async function readHostedZones(options: ZoneReadOptions): Promise<ZoneReading> {
  const bounds = options.bounds ?? ZONE_BOUNDS;
  const clients = options.clients ?? memberClients;
  const client = clients.route53(options.credentials, options.homeRegion ?? 'us-east-1', ATTEMPTS);
  const records: ZoneRecord[] = [];
  try {
    const turn = createTurns(bounds, options);
    for (const zone of await listZones(client, turn, bounds.zones)) {
      const found = sesRecords(options.accountId, zone, await listRecordSets(client, turn, zone));
      if (records.length + found.length > bounds.records)
        throw new BoundReached('FAILED', `more than ${bounds.records} records of SES stand in the zones`);
      records.push(...found);
    }
    return { records };
  } catch (error) {
    if (error instanceof BoundReached) {
      const detail = `The hosted zones were not read to their end: ${error.message}`;
      return { records, unseen: { because: error.because, detail, bound: true } };
    }
    return { records, unseen: classifyUnseen(error) };
  } finally {
    client.destroy();
  }
}

/** To be awaited before each call: keeps the pace and the bounds. */
function createTurns(
  bounds: { calls: number; duration: number },
  { speed = 1, now = Date.now }: ZoneReadOptions,
): () => Promise<void> {
  const start = now();
  let calls = 0;
  return async () => {
    if (calls >= bounds.calls) throw new BoundReached('FAILED', `they need more than ${bounds.calls} calls`);
    if (now() - start > bounds.duration)
      throw new BoundReached('TIMED_OUT', `they need more than ${bounds.duration / 1000} seconds`);
    const wait = start + (calls * PACE_MS) / speed - now();
    calls += 1;
    if (wait >= 1) await new Promise((resolve) => setTimeout(resolve, wait));
  };
}

/** Ids of the public zones. Private ones answer inside VPCs only: no receiver of mail sees them. */
async function listZones(client: Route53Client, turn: () => Promise<void>, most: number): Promise<string[]> {
  const ids: string[] = [];
  let marker: string | undefined;
  do {
    await turn();
    const answer = await client.send(new ListHostedZonesCommand(marker ? { Marker: marker } : {}));
    for (const { Id, Config } of answer.HostedZones ?? []) {
      if (Config?.PrivateZone !== true && Id) ids.push(Id.replace(/^\/hostedzone\//, ''));
    }
    if (ids.length > most) throw new BoundReached('FAILED', `there are more than ${most} public zones`);
    const next = answer.IsTruncated ? answer.NextMarker : undefined;
    // The bound on calls ends a listing that goes round for ever.
    if (answer.IsTruncated && !next) throw new Error('route53:ListHostedZones named no next page');
    marker = next;
  } while (marker);
  return ids;
}

/** The record sets that may be of SES; each page is thinned out at once, because a zone may hold very many others. */
async function listRecordSets(
  client: Route53Client,
  turn: () => Promise<void>,
  zoneId: string,
): Promise<ResourceRecordSet[]> {
  const sets: ResourceRecordSet[] = [];
  let from: Pick<ListResourceRecordSetsCommandInput, Start> | undefined = {};
  while (from) {
    await turn();
    const answer: ListResourceRecordSetsCommandOutput = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, ...from }),
    );
    sets.push(...(answer.ResourceRecordSets ?? []).filter(mayBeSes));
    if (answer.IsTruncated && !answer.NextRecordName)
      throw new Error('route53:ListResourceRecordSets named no next page');
    from = answer.IsTruncated ? startOf(answer) : undefined;
  }
  return sets;
}

type Start = 'StartRecordName' | 'StartRecordType' | 'StartRecordIdentifier';

function startOf(
  answer: ListResourceRecordSetsCommandOutput,
): Pick<ListResourceRecordSetsCommandInput, Start> {
  return {
    StartRecordName: answer.NextRecordName,
    ...(answer.NextRecordType ? { StartRecordType: answer.NextRecordType } : {}),
    ...(answer.NextRecordIdentifier ? { StartRecordIdentifier: answer.NextRecordIdentifier } : {}),
  };
}
