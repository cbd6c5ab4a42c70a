/** Reading one target's SES, and what SES leans on beside it: complete, paced, within the invocation's time. */
import { GetSendStatisticsCommand } from '@aws-sdk/client-ses';
import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
} from '@aws-sdk/client-sesv2';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { Observed, SesIdentity } from '../facts/types.ts';
import { memberClients, type MemberClients } from '../organization/clients.ts';
import { collectPages } from '../organization/pages.ts';
import { toAccountReading, toSendStatistics, type AccountReading, type SendStatistics } from './account.ts';
import { createBatchReader, type BatchReader } from './batch.ts';
import { createConfigurationSetReader, type ConfigurationSetReader } from './configuration-sets.ts';
import { identityType, toSesIdentity, UnexpectedAnswer } from './identity.ts';
import { createTargetListings, type TargetListings } from './listings.ts';
import { domainOf } from './names.ts';
import { observe } from './observe.ts';
import { createPacer, type Clock, type Pacer } from './pacing.ts';
import { readReceiptDomains } from './receipt-rules.ts';
import { createReputationReader, type ReputationReader } from './reputation.ts';
import { createStreamReader, type ReadStream } from './streams.ts';
import { createTopicReader, type ReadTopic } from './topics.ts';

export interface ListedIdentity {
  /** Verbatim: SES compares addresses with their letter case. */
  name: string;
  type: SesIdentity['type'];
  /** Lower case, A-labels. */
  domain: string;
  /** As listed: SUCCESS or not. */
  verified?: boolean;
}

export interface SesReaderOptions {
  credentials: AwsCredentialIdentity;
  accountId: string;
  region: string;
  /** AWS allows 1, shared with everybody else who reads SES in this account and Region. */
  requestsPerSecond: number;
  /** Milliseconds left for this invocation. */
  deadline: () => number;
  /** Identities a page; SES allows 1,000. */
  pageSize?: number;
  clients?: MemberClients;
  clock?: Clock;
}

/** Every method may throw TimeBudgetExceeded: the work goes on in the next round. */
export interface SesReader {
  /** Every identity of the target, by name in code-unit order. Complete, or it throws. */
  listIdentities(): Promise<ListedIdentity[]>;
  /**
   * `gone`: deleted since it was listed.
   * @throws UnexpectedAnswer for a status unknown to this version, and AWS's own errors
   */
  describeIdentity(name: string): Promise<SesIdentity | 'gone'>;
  getAccount(): Promise<AccountReading>;
  sendStatistics(): Promise<Observed<SendStatistics>>;
  /** The calls of API v1 that answer for 100 identities at once. */
  batch: BatchReader;
  /** What follows is optional (setting `permissions`), and what AWS refuses is thrown: see observe.ts. */
  configurationSets: ConfigurationSetReader;
  listings: TargetListings;
  /** Whom the active receipt rule set receives for. */
  receiptDomains(): Promise<string[]>;
  /** CloudWatch, SNS and Firehose have limits of their own, above SES's: they do not wait for it, and try less often. */
  reputation: ReputationReader;
  readTopic: ReadTopic;
  readStream: ReadStream;
  /** Closes the connections. */
  close(): void;
}

/** The SDK itself does not retry: the pacer does, at the pace and within the time that it knows. */
const SDK_ATTEMPTS = 1;
/** Requests a second to CloudWatch and SNS: a fraction of the least of their quotas (DescribeAlarms, 9 a second). */
const OTHER_SERVICES_PER_SECOND = 5;
const OTHER_SERVICES_ATTEMPTS = 4;
/** At least, to Firehose, whose DescribeDeliveryStream is held to 5 a second an account and Region, shared with everybody else. */
const FIREHOSE_PER_SECOND = 2;

export function createSesReader(options: SesReaderOptions): SesReader {
  const clients = options.clients ?? memberClients;
  const v2 = clients.sesV2(options.credentials, options.region, SDK_ATTEMPTS);
  const v1 = clients.sesV1(options.credentials, options.region, SDK_ATTEMPTS);
  const pacer = createPacer(options);
  const pacerOfOther = (perSecond: number): Pacer =>
    createPacer({
      ...options,
      requestsPerSecond: Math.max(perSecond, options.requestsPerSecond),
      attempts: OTHER_SERVICES_ATTEMPTS,
    });
  const others = pacerOfOther(OTHER_SERVICES_PER_SECOND);
  const cloudWatch = clients.cloudWatch(options.credentials, options.region, SDK_ATTEMPTS);
  const firehose = clients.firehose(options.credentials, options.region, SDK_ATTEMPTS);
  const topicClients = new Map<string, SNSClient>();
  const sns = (region: string): SNSClient => {
    const client = topicClients.get(region) ?? clients.sns(options.credentials, region, SDK_ATTEMPTS);
    topicClients.set(region, client);
    return client;
  };

  const listPage = (token: string | undefined) =>
    pacer.run('ses:ListEmailIdentities', async (abortSignal) => {
      const command = new ListEmailIdentitiesCommand({
        PageSize: options.pageSize ?? 1_000,
        ...(token ? { NextToken: token } : {}),
      });
      const answer = await v2.send(command, { abortSignal });
      return { items: answer.EmailIdentities, next: answer.NextToken };
    });

  return {
    async listIdentities() {
      const byName = new Map<string, ListedIdentity>();
      for (const { IdentityName: name, IdentityType, VerificationStatus: status } of await collectPages(
        'ses:ListEmailIdentities',
        listPage,
      )) {
        if (!name) throw new UnexpectedAnswer('ListEmailIdentities listed an identity without a name.');
        byName.set(name, {
          name,
          type: identityType(name, IdentityType),
          domain: domainOf(name),
          ...(status === undefined ? {} : { verified: status === 'SUCCESS' }),
        });
      }
      return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async describeIdentity(name) {
      try {
        const answer = await pacer.run('ses:GetEmailIdentity', (abortSignal) =>
          v2.send(new GetEmailIdentityCommand({ EmailIdentity: name }), { abortSignal }),
        );
        return toSesIdentity(name, options.region, answer);
      } catch (error) {
        if (error instanceof Error && error.name === 'NotFoundException') return 'gone';
        throw error;
      }
    },
    getAccount: async () =>
      toAccountReading(
        await observe(() =>
          pacer.run('ses:GetAccount', (abortSignal) => v2.send(new GetAccountCommand({}), { abortSignal })),
        ),
      ),
    sendStatistics: () =>
      observe(async () => {
        const send = (abortSignal: AbortSignal) => v1.send(new GetSendStatisticsCommand({}), { abortSignal });
        return toSendStatistics(await pacer.run('ses:GetSendStatistics', send));
      }),
    batch: createBatchReader(v1, pacer),
    configurationSets: createConfigurationSetReader(v2, pacer),
    listings: createTargetListings(v2, pacer),
    receiptDomains: () => readReceiptDomains(v1, pacer),
    reputation: createReputationReader(cloudWatch, others),
    readTopic: createTopicReader({ ...options, sns, pacer: others }),
    readStream: createStreamReader({ ...options, firehose, pacer: pacerOfOther(FIREHOSE_PER_SECOND) }),
    close() {
      for (const client of [v2, v1, cloudWatch, firehose, ...topicClients.values()]) client.destroy();
    },
  };
}
