/** What Amazon SES says: identities, what is set beside them, and which settings are in effect. */
import type { UnknownReason } from '../dns/types.ts';
import type { DnsFact, UnseenReason } from './observed-types.ts';

export type VerificationStatus = 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE' | 'NOT_STARTED';

/** One identity as SES tells it (GetEmailIdentity). Names verbatim; `domain` in lower-case A-label form. */
export interface SesIdentity {
  name: string;
  type: 'DOMAIN' | 'EMAIL_ADDRESS';
  /** The identity itself, or the part after `@`. */
  domain: string;
  verificationStatus: VerificationStatus;
  verifiedForSending: boolean;
  errorType?: string;
  lastChecked?: string;
  lastSuccess?: string;
  feedbackForwarding?: boolean;
  configurationSet?: string;
  /** Sending authorization: policy name to its JSON text, at most 20 of 4 KB each (SES's own bounds). */
  policies?: { [name: string]: string };
  dkim: {
    signingEnabled: boolean;
    status: VerificationStatus;
    /** Easy DKIM: three tokens; BYODKIM: the selector; empty when never set up. */
    tokens: string[];
    /** `AWS_SES`, `EXTERNAL` or `AWS_SES_<REGION>` (a DEED replica). */
    origin: string;
    /** Zone that the CNAMEs point into, as SES gives it, else from the Region table. */
    hostedZone: string;
    currentKeyBits?: number;
    nextKeyBits?: number;
    lastKeyGeneration?: string;
  };
  mailFrom?: {
    domain: string;
    status: VerificationStatus;
    behaviorOnMxFailure: 'USE_DEFAULT_VALUE' | 'REJECT_MESSAGE';
  };
}

/** GetIdentityNotificationAttributes (API v1 alone knows them). ARNs of SNS topics. */
export interface NotificationFacts {
  bounceTopic?: string;
  complaintTopic?: string;
  deliveryTopic?: string;
  /** Feedback by e-mail. */
  forwarding: boolean;
}

export interface EventDestinationFacts {
  name: string;
  enabled: boolean;
  /** `BOUNCE`, `COMPLAINT`, ... */
  types: string[];
  kind: 'SNS' | 'FIREHOSE' | 'CLOUDWATCH' | 'EVENTBRIDGE' | 'PINPOINT' | 'UNKNOWN';
  /** Topic, stream or bus, where it has one. */
  arn?: string;
  /** Of a stream: the role that SES assumes to put events into it. */
  roleArn?: string;
}

export interface ConfigurationSetFacts {
  name: string;
  tlsPolicy: 'REQUIRE' | 'OPTIONAL';
  sendingEnabled: boolean;
  reputationMetrics: boolean;
  /** Absent: inherited from the account. Empty: suppression switched off. */
  suppressedReasons?: string[];
  sendingPool?: string;
  tracking?: {
    domain: string;
    /** `REQUIRE`, `REQUIRE_OPEN_ONLY` or `OPTIONAL`. */
    httpsPolicy: string;
    /** What the tracking domain's CNAME says; asked only in the target's facts (CS-05). */
    cname?: DnsFact<string>;
    /** Whether the name leads to an address in the end; not asked where the CNAME itself is a tracking host of SES. */
    address?: AddressFact;
  };
  destinations: EventDestinationFacts[];
  /** Whether an identity of the target names it as its default; needed only in the target's facts (CS-02). */
  isDefault?: boolean | 'unknown';
}

/** Without the addresses themselves: those of a content delivery network change all the time. */
export type AddressFact =
  | { kind: 'found' | 'absent'; /** What the alias chain leads over, in order. */ aliases: string[] }
  | { kind: 'unknown'; because: UnknownReason };

/** The configuration sets of a target: those that identities name as default, and others up to a bound. */
export interface ConfigurationSetsFacts {
  sets: ConfigurationSetFacts[];
  /** How many there are in all. */
  listed: number;
  /** Named by an identity as its default, but deleted. */
  missing: string[];
}

/** Dedicated IP addresses that mail with one MAIL FROM domain may come from. */
export interface DedicatedAddresses {
  /** Sorted, distinct; at most 50 a target, 100 a domain. */
  ips: string[];
  /** How many more there are than the bounds. */
  leftOut?: number;
  /** The setting `permissions` keeps them from being read. */
  off?: true;
  /** Which targets' could not be read, and why where that is known; at most 10. */
  unread?: string[];
}

/** An SNS topic that identities or event destinations of the target name. */
export interface TopicFacts {
  arn: string;
  /** `foreign`: of another account, which the scanner does not ask there. */
  state: 'found' | 'missing' | 'foreign' | UnseenReason;
  confirmed?: number;
  pending?: number;
  /** Whether the topic's policy lets SES publish; `unknown` where the policy has conditions we do not evaluate. */
  admitsSes?: boolean | 'unknown';
}

/** An Amazon Data Firehose stream that event destinations of the target name. */
export interface StreamFacts {
  arn: string;
  /** `foreign`: of another account; `elsewhere`: of another Region. The scanner asks for neither. */
  state: 'found' | 'missing' | 'foreign' | 'elsewhere' | UnseenReason;
  /** `ACTIVE`, `CREATING`, `CREATING_FAILED`, `DELETING`, `DELETING_FAILED`, or one of a later day. */
  status?: string;
  /** `DirectPut`: it takes what is put into it; otherwise it reads from that source and takes nothing. */
  source?: string;
  /** `S3`, `OPENSEARCH`, ...; `OTHER` for one of a later day. */
  destinations?: string[];
}

/** The settings in effect for mail From `domain` sent through one target: docs/judgement.md. */
export interface EffectiveSettings {
  /** The most granular verified identity that covers the From domain or address; absent when none is verified. */
  winner?: string;
  /** Nearest verified DOMAIN identity at or above the From domain. */
  verifiedDomain?: string;
  /** Nearest DOMAIN identity at or above the From domain, verified or not. */
  domainIdentity?: string;
  dkim:
    | { kind: 'own' | 'inherited'; signer: string; signingDomain: string }
    | { kind: 'unsigned'; by: string }
    | { kind: 'none' }
    | { kind: 'unproven'; detail: string };
  /** MAIL FROM of the winner; absent: SES's default, which never aligns. */
  mailFrom?: { identity: string; domain: string; status: VerificationStatus; behaviorOnMxFailure: string };
  /**
   * A nearer identity may send without being verified, and its settings are not the winner's: nobody knows whose apply.
   * `dkim` is then `unproven` where it differs; where `mailFrom` differs, the SPF leg's alignment is `unknown`.
   */
  undecided?: { between: [nearer: string, winner: string]; differs: ('dkim' | 'mailFrom')[] };
}
