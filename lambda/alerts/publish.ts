/** The digest's way to SNS. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { DigestMessage } from '../findings/mail.ts';

/** All tries of the SDK together. Milliseconds. */
const TIMEOUT_MS = 30_000;

/** The digest did not reach SNS, as far as is known; it stays stored and is sent again with the same text. */
export class DigestNotPublished extends Error {
  override name = 'DigestNotPublished';
}

/**
 * Publishes the digest to the topic. Ends within 30 seconds, or at the signal.
 * The number travels as an attribute, so that a subscriber can tell a digest sent again from a new one.
 * @throws DigestNotPublished with what SNS said and what to do
 */
export async function publishDigest(
  sns: SNSClient,
  topicArn: string,
  message: DigestMessage,
  signal?: AbortSignal,
): Promise<void> {
  const { number, subject, body } = message;
  const command = new PublishCommand({
    TopicArn: topicArn,
    Subject: subject,
    Message: body,
    MessageAttributes: { digest: { DataType: 'Number', StringValue: String(number) } },
  });
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    await sns.send(command, { abortSignal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  } catch (error) {
    const { name, message: detail } = error as Error;
    throw new DigestNotPublished(
      `Digest ${number} could not be published to ${topicArn} (${name}: ${detail}). ${remedyFor(name)}`,
      { cause: error },
    );
  }
}

function remedyFor(name: string): string {
  switch (name) {
    case 'NotFoundException':
      return 'The topic is gone: deploy the scanner stack again, then run a scan; the digest is sent then.';
    case 'AuthorizationErrorException':
    case 'KMSAccessDeniedException':
      return 'Let the role of ConcludeScan publish to the topic and use its key, then run a scan; the digest is sent then.';
    default:
      return 'It stays stored, and the next try or the next scan sends it with the same text.';
  }
}
