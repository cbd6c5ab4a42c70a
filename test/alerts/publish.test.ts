import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, it } from 'vitest';
import { DigestNotPublished, publishDigest } from '../../lambda/alerts/publish.ts';

const TOPIC = 'arn:aws:sns:us-east-1:111111111111:findings';
const MESSAGE = { number: 7, subject: '[SES posture] all quiet', body: 'All quiet.\n' };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** An SNS that answers every request so; `silence` never does. */
async function startSns(answer: { status: number; body: string } | 'silence') {
  const bodies: string[] = [];
  server = createServer((request, response) => {
    void textOf(request).then((text) => {
      bodies.push(text);
      if (answer !== 'silence')
        response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sns = new SNSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  return { sns, bodies };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const ACCEPTED =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>';
const refusal = (code: string): string =>
  `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

describe('publishing a digest', () => {
  it('sends subject, body and number to the topic', async () => {
    const { sns, bodies } = await startSns({ status: 200, body: ACCEPTED });
    await publishDigest(sns, TOPIC, MESSAGE);
    const sent = new URLSearchParams(bodies[0]);
    expect(sent.get('TopicArn')).toBe(TOPIC);
    expect(sent.get('Subject')).toBe(MESSAGE.subject);
    expect(sent.get('Message')).toBe(MESSAGE.body);
    expect(sent.get('MessageAttributes.entry.1.Value.StringValue')).toBe('7');
  });

  it.each([
    { code: 'NotFound', status: 404, remedy: 'deploy the scanner stack again' },
    { code: 'AuthorizationError', status: 403, remedy: 'Let the role of ConcludeScan publish' },
    { code: 'InternalError', status: 500, remedy: 'the next scan sends it with the same text' },
  ])('says what to do when SNS answers $code', async ({ code, status, remedy }) => {
    const { sns } = await startSns({ status, body: refusal(code) });
    const failure = publishDigest(sns, TOPIC, MESSAGE);
    await expect(failure).rejects.toThrow(DigestNotPublished);
    await expect(failure).rejects.toThrow(remedy);
  });

  it('waits no longer than its signal allows', async () => {
    const { sns } = await startSns('silence');
    await expect(publishDigest(sns, TOPIC, MESSAGE, AbortSignal.timeout(50))).rejects.toThrow(
      'Digest 7 could not be published',
    );
  });
});
