/** The findings table: everything the handlers, the report and the command line ask of what is stored. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Waiver } from '../contract.ts';
import type { Subject } from '../controls/types.ts';
import * as counting from './counting.ts';
import * as coverage from './coverage.ts';
import * as domains from './domains.ts';
import * as listing from './listing.ts';
import { areaOf, domainArea, openPass, type Pass } from './passes.ts';
import * as registry from './registry.ts';
import * as scans from './scans.ts';
import { SHARDS } from './schema.ts';
import { createStore, type Store } from './store.ts';
import * as subjects from './subjects.ts';
import * as waiverMatches from './waiver-matches.ts';
import * as zones from './zones.ts';

export type { FindingCounts } from './counting.ts';
export type { FindingFilter, ListedFinding } from './listing.ts';
export type { Pass } from './passes.ts';

export type FindingsTable = ReturnType<typeof createFindingsTable>;

export interface FindingsTableOptions {
  client: DynamoDBClient;
  tableName: string;
  /** How long scans, digests, history and told tombstones are kept. */
  retentionDays: number;
  /** Of the settings: they mark what is recorded. */
  waivers?: readonly Waiver[];
  now?: () => Date;
}

/** What is said of each function stands where it is written. All reads are strongly consistent. */
export function createFindingsTable(options: FindingsTableOptions) {
  const store = createStore(options);
  /** The function with its first argument, the store, filled in. */
  const on = <Rest extends unknown[], Result>(work: (store: Store, ...rest: Rest) => Result) => {
    return (...rest: Rest): Result => work(store, ...rest);
  };
  return {
    /** For the mail step, which works on the same table. */
    store,

    readSubject: on(subjects.readSubject),
    recordSubject: (input: subjects.RecordInput) =>
      subjects.recordSubject(store, { waivers: options.waivers ?? [], ...input }),
    retireSubject: on(subjects.retireSubject),
    listIdentityNames: on(subjects.listIdentityNames),
    listTargets: on(listing.listTargets),
    listSubjectsOfAccount: on(listing.listSubjectsOfAccount),
    /** Opens a pass over the subject's area (its target, its account), or over a shard of domains. See passes.ts. */
    openPass: (area: Subject | { shard: string | number }, seconds?: number): Promise<Pass> =>
      openPass(store, 'shard' in area ? domainArea(String(area.shard)) : areaOf(area), seconds),

    putPendingCoverage: on(coverage.putPendingCoverage),
    setAccountCoverage: on(coverage.setAccountCoverage),
    setZonesCoverage: on(coverage.setZonesCoverage),
    setRegionCoverage: on(coverage.setRegionCoverage),
    setRegionCoverages: on(coverage.setRegionCoverages),
    readAccountCoverage: on(coverage.readAccountCoverage),
    listCoverage: on(coverage.listCoverage),

    readAccount: on(registry.readAccount),
    putAccount: on(registry.putAccount),
    addAccountRegion: on(registry.addAccountRegion),
    markRegionCovered: on(registry.markRegionCovered),
    listAccounts: on(registry.listAccounts),

    startScan: on(scans.startScan),
    readScan: on(scans.readScan),
    updateScan: on(scans.updateScan),
    addScanProblem: on(scans.addScanProblem),
    closeScan: on(scans.closeScan),
    listScans: on(scans.listScans),
    lastSuccessfulFullScan: on(scans.lastSuccessfulFullScan),

    putDependent: on(domains.putDependent),
    removeDependent: on(domains.removeDependent),
    listDependents: on(domains.listDependents),
    putUnder: on(domains.putUnder),
    removeUnder: on(domains.removeUnder),
    listTargetsUnder: on(domains.listTargetsUnder),
    readBulkSince: on(domains.readBulkSince),
    markBulk: on(domains.markBulk),
    putZoneRecords: on(zones.putZoneRecords),
    removeZoneRecords: on(zones.removeZoneRecords),
    listZoneRecords: on(zones.listZoneRecords),
    markZonesRead: on(zones.markZonesRead),
    readZonesSince: on(zones.readZonesSince),
    addScanDomain: on(domains.addScanDomain),
    /** Of one shard, 0 to 15. */
    listScanDomains: (scanId: string, shard: number | string) =>
      domains.listScanDomains(store, scanId, String(shard)),
    async countScanDomains(scanId: string): Promise<number> {
      const shards = await Promise.all(SHARDS.map((shard) => domains.listScanDomains(store, scanId, shard)));
      return shards.flat().length;
    },
    /** Of one shard, 0 to 15. */
    listStoredDomains: (shard: number | string) => domains.listStoredDomains(store, String(shard)),

    listFindings: on(listing.listFindings),
    countFindings: on(counting.countFindings),
    countWaiverMatches: on(waiverMatches.countWaiverMatches),
  };
}
