/** What Amazon SES says: identities, what is set beside them, and which settings are in effect. */
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
  };
  destinations: EventDestinationFacts[];
  /** Whether an identity of the target names it as its default; needed only in the target's facts (CS-02). */
  isDefault?: boolean | 'unknown';
}

/** The configuration sets of a target: those that identities name as default, and others up to a bound. */
export interface ConfigurationSetsFacts {
  sets: ConfigurationSetFacts[];
  /** How many there are in all. */
  listed: number;
  /** Named by an identity as its default, but deleted. */
  missing: string[];
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
