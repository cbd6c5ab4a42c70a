/** Reading one target's SES: complete, paced, within the invocation's time. */
import { GetSendStatisticsCommand } from '@aws-sdk/client-ses';
import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  type GetAccountResponse,
} from '@aws-sdk/client-sesv2';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { Observed, SesIdentity, TargetFacts } from '../facts/types.ts';
import { classifyUnseen, plainText } from '../organization/classify.ts';
import { memberClients, type MemberClients } from '../organization/clients.ts';
import { collectPages } from '../organization/pages.ts';
import { createBatchReader, type BatchReader } from './batch.ts';
import { identityType, toSesIdentity, UnexpectedAnswer } from './identity.ts';
import { domainOf } from './names.ts';
import { createPacer, TimeBudgetExceeded, type Clock } from './pacing.ts';

export type AccountView = TargetFacts['account'] extends Observed<infer View> | undefined ? View : never;

export interface ListedIdentity {
  /** Verbatim: SES compares addresses with their letter case. */
  name: string;
  type: SesIdentity['type'];
  /** Lower case, A-labels. */
  domain: string;
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
  getAccount(): Promise<Observed<AccountView>>;
  /** Delivery attempts of GetSendStatistics' two weeks. */
  deliveryAttempts(): Promise<Observed<number>>;
  /** The calls of API v1 that answer for 100 identities at once. */
  batch: BatchReader;
  /** Closes the connections. */
  close(): void;
}

/** The SDK itself does not retry: the pacer does, at the pace and within the time that it knows. */
const SDK_ATTEMPTS = 1;

export function createSesReader(options: SesReaderOptions): SesReader {
  const clients = options.clients ?? memberClients;
  const v2 = clients.sesV2(options.credentials, options.region, SDK_ATTEMPTS);
  const v1 = clients.sesV1(options.credentials, options.region, SDK_ATTEMPTS);
  const pacer = createPacer(options);

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
      for (const { IdentityName: name, IdentityType } of await collectPages(
        'ses:ListEmailIdentities',
        listPage,
      )) {
        if (!name) throw new UnexpectedAnswer('ListEmailIdentities listed an identity without a name.');
        byName.set(name, { name, type: identityType(name, IdentityType), domain: domainOf(name) });
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
    getAccount: () =>
      observe(async () => {
        const send = (abortSignal: AbortSignal) => v2.send(new GetAccountCommand({}), { abortSignal });
        return toAccountView(await pacer.run('ses:GetAccount', send));
      }),
    deliveryAttempts: () =>
      observe(async () => {
        const send = (abortSignal: AbortSignal) => v1.send(new GetSendStatisticsCommand({}), { abortSignal });
        const { SendDataPoints } = await pacer.run('ses:GetSendStatistics', send);
        return (SendDataPoints ?? []).reduce((sum, point) => sum + (point.DeliveryAttempts ?? 0), 0);
      }),
    batch: createBatchReader(v1, pacer),
    close() {
      v2.destroy();
      v1.destroy();
    },
  };
}

/** What is denied or fails is an observation of its own; a time budget that ends is none. */
async function observe<T>(read: () => Promise<T>): Promise<Observed<T>> {
  try {
    return { kind: 'seen', value: await read() };
  } catch (error) {
    if (error instanceof TimeBudgetExceeded) throw error;
    return { kind: 'unseen', ...classifyUnseen(error) };
  }
}

function toAccountView(answer: GetAccountResponse): AccountView {
  const { SendQuota: quota, Details } = answer;
  const review = Details?.ReviewDetails?.Status;
  return {
    productionAccess: given('ProductionAccessEnabled', answer.ProductionAccessEnabled),
    enforcementStatus: plainText(given('EnforcementStatus', answer.EnforcementStatus), 40),
    sendingEnabled: given('SendingEnabled', answer.SendingEnabled),
    max24HourSend: given('SendQuota.Max24HourSend', quota?.Max24HourSend),
    maxSendRate: given('SendQuota.MaxSendRate', quota?.MaxSendRate),
    sentLast24Hours: given('SendQuota.SentLast24Hours', quota?.SentLast24Hours),
    ...(review ? { reviewStatus: plainText(review, 40) } : {}),
  };
}

function given<T>(field: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new UnexpectedAnswer(`GetAccount left out ${field}, so the account's state is not known.`);
}
