/** Amazon SES API v1 (Query): the calls that read a hundred identities at once, send statistics, receipt rules. */
import type { WorldIdentity, WorldReceiptRule } from '../../organization/types.ts';
import { CommonFailure } from '../errors.ts';
import { type Output, queryProtocol } from '../protocol.ts';
import { type Call, type Operations, pageOf, type Service } from '../service.ts';
import type { XmlContent } from '../xml.ts';
import { identityOf, targetOf } from './ses-targets.ts';

/** The four batch calls take a hundred identities each (SES API v1 reference). */
const BATCH = 100;

/** v2's words in v1's spelling: `TEMPORARY_FAILURE` is `TemporaryFailure`. */
function inV1(status: string): string {
  return status
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}

const operations: Operations = {
  ListIdentities: {
    action: 'ses:ListIdentities',
    run: (call) => {
      const type = call.input.text('IdentityType');
      const wanted = type === undefined ? undefined : V2_TYPES[type];
      if (type !== undefined && wanted === undefined) {
        throw new CommonFailure(
          'invalid',
          `Value '${type.slice(0, 100)}' at 'identityType' failed to satisfy constraint.`,
        );
      }
      const all = targetOf(call).identities.filter((one) => wanted === undefined || one.type === wanted);
      const size = call.input.integer('MaxItems', 1, 1000) ?? 1000;
      const badToken = (): Error => new CommonFailure('invalid', 'Invalid token: NextToken.');
      const { items, nextToken } = pageOf(call, all, size, call.input.text('NextToken'), badToken, type);
      return { Identities: { member: items.map(({ name }) => name) }, NextToken: nextToken };
    },
  },
  GetIdentityVerificationAttributes: batch('VerificationAttributes', ({ verificationStatus }) => ({
    VerificationStatus: inV1(verificationStatus),
  })),
  GetIdentityDkimAttributes: batch('DkimAttributes', ({ dkim }) => ({
    DkimEnabled: dkim?.signingEnabled ?? false,
    DkimVerificationStatus: inV1(dkim?.status ?? 'NOT_STARTED'),
    DkimTokens: dkim?.tokens && { member: dkim.tokens },
  })),
  GetIdentityMailFromDomainAttributes: batch('MailFromDomainAttributes', ({ mailFrom }) => ({
    MailFromDomain: mailFrom?.domain ?? '',
    MailFromDomainStatus: mailFrom && inV1(mailFrom.status),
    BehaviorOnMXFailure:
      mailFrom?.behaviorOnMxFailure === 'REJECT_MESSAGE' ? 'RejectMessage' : 'UseDefaultValue',
  })),
  GetIdentityNotificationAttributes: batch('NotificationAttributes', (identity) => ({
    BounceTopic: identity.bounceTopic,
    ComplaintTopic: identity.complaintTopic,
    DeliveryTopic: identity.deliveryTopic,
    ForwardingEnabled: identity.feedbackForwarding,
    HeadersInBounceNotificationsEnabled: false,
    HeadersInComplaintNotificationsEnabled: false,
    HeadersInDeliveryNotificationsEnabled: false,
  })),
  GetSendStatistics: {
    action: 'ses:GetSendStatistics',
    run: (call) => ({
      SendDataPoints: {
        member: targetOf(call).sendStatistics.map((point) => ({
          Timestamp: new Date(point.timestamp).toISOString(),
          DeliveryAttempts: point.deliveryAttempts,
          Bounces: point.bounces,
          Complaints: point.complaints,
          Rejects: point.rejects,
        })),
      },
    }),
  },
};

const receiptOperations: Operations = {
  DescribeActiveReceiptRuleSet: {
    action: 'ses:DescribeActiveReceiptRuleSet',
    run: (call) => {
      const active = targetOf(call).receiptRuleSet;
      // Where no set is active the answer is empty.
      if (!active) return {};
      return {
        Metadata: { Name: active.name, CreatedTimestamp: new Date(active.created).toISOString() },
        Rules: { member: active.rules.map(ruleOutput) },
      };
    },
  },
};

function ruleOutput(rule: WorldReceiptRule): { [tag: string]: XmlContent } {
  const actions = [
    ...(rule.s3Bucket === undefined ? [] : [{ S3Action: { BucketName: rule.s3Bucket } }]),
    ...(rule.topicArn === undefined ? [] : [{ SNSAction: { TopicArn: rule.topicArn, Encoding: 'UTF-8' } }]),
  ];
  return {
    Name: rule.name,
    Enabled: rule.enabled,
    TlsPolicy: rule.tlsPolicy,
    Recipients: { member: rule.recipients },
    Actions: { member: actions },
    ScanEnabled: rule.scanEnabled,
  };
}

const V2_TYPES: Record<string, WorldIdentity['type'] | undefined> = {
  Domain: 'DOMAIN',
  EmailAddress: 'EMAIL_ADDRESS',
};

export const ses: Service = {
  name: 'ses',
  signingName: 'ses',
  protocol: queryProtocol('http://ses.amazonaws.com/doc/2010-12-01/'),
  operations: { ...operations, ...receiptOperations },
  bodyLimit: 1024 * 1024,
  global: false,
  throttled: true,
};

/** One of the batch calls: a map from each known identity to what `attributes` tells of it; unknown ones are left out. */
function batch(member: string, attributes: (identity: WorldIdentity) => Output): Operations[string] {
  const run = (call: Call): Output => {
    const names = call.input.texts('Identities');
    if (names === undefined)
      throw new CommonFailure('invalid', "The required parameter 'Identities' is missing.");
    if (names.length > BATCH) {
      throw new CommonFailure(
        'invalid',
        `1 validation error detected: Value at 'identities' failed to satisfy constraint: ` +
          `Member must have length less than or equal to ${BATCH}, it has ${names.length}`,
      );
    }
    const known = [...new Set(names)].flatMap((name) => identityOf(call, name) ?? []);
    return {
      [member]: { entry: known.map((identity) => ({ key: identity.name, value: attributes(identity) })) },
    };
  };
  return {
    action: `ses:GetIdentity${member === 'VerificationAttributes' ? 'Verification' : member.replace(/Attributes$/, '')}Attributes`,
    run,
  };
}
