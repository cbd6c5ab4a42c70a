/** DMARC (RFC 9989): the door of this protocol. docs/mail-authentication.md says what is decided how. */
export { parseDmarcRecord, isDmarcRecord } from './dmarc-record.ts';
export { findDmarcNearMisses, selectDmarcRecords } from './dmarc-near-miss.ts';
export { parseReportUri, parseReportUris } from './dmarc-uri.ts';
export { discoverDmarc, POLICY_IN_TEST_MODE } from './dmarc-discovery.ts';
export { discoverDmarcRfc7489, type LegacyDiscovery } from './dmarc-rfc7489.ts';
export { evaluateDmarc, type DmarcEvaluation, type DmarcQuery } from './dmarc-evaluation.ts';
export { POLICY_STRENGTH } from './dmarc-types.ts';
export type {
  AlignmentMode,
  DmarcDiscovery,
  DmarcDiscoveryProblemCode,
  DmarcNearMiss,
  DmarcNearMissCode,
  DmarcPolicy,
  DmarcProblem,
  DmarcRecord,
  DmarcRecordProblemCode,
  DmarcTags,
  OwnRecordState,
  PolicyTag,
  ProblemSeverity,
  RecordAnswer,
  RecordEffect,
  ReportUri,
} from './dmarc-types.ts';
