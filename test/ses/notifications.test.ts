import type { IdentityNotificationAttributes } from '@aws-sdk/client-ses';
import { afterEach, describe, expect, it } from 'vitest';
import { createNotificationReader, toNotificationFacts } from '../../lambda/ses/notifications.ts';
import { receiptDomains } from '../../lambda/ses/receipt-rules.ts';
import { queryError } from '../organization-reader/stand-in.ts';
import { openReader, type OpenReader } from './support.ts';

let opened: OpenReader | undefined;
afterEach(() => opened?.close());

const ATTRIBUTES: IdentityNotificationAttributes = {
  BounceTopic: 'arn:aws:sns:eu-west-1:222222222222:bounces',
  ComplaintTopic: undefined,
  DeliveryTopic: '',
  ForwardingEnabled: true,
};

function fakeBatch(answer: (names: readonly string[]) => Map<string, IdentityNotificationAttributes>) {
  const calls: (readonly string[])[] = [];
  const notification = (names: readonly string[]) => {
    calls.push(names);
    return Promise.resolve().then(() => answer(names));
  };
  return { batch: { notification }, calls };
}
const everybody = (names: readonly string[]) => new Map(names.map((name) => [name, ATTRIBUTES]));
const NAMES = Array.from({ length: 250 }, (_, n) => `${String(n).padStart(3, '0')}.example`);

describe('notifications', () => {
  it('cost one call for each hundred names, whoever asks for them, in whatever order', async () => {
    const { batch, calls } = fakeBatch(everybody);
    const read = createNotificationReader(batch, NAMES, true);
    const answers = await Promise.all([...NAMES].reverse().map(read));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['seen']));
    expect(calls.map((names) => [names[0], names.length])).toEqual([
      ['200.example', 50],
      ['100.example', 100],
      ['000.example', 100],
    ]);
  });

  it('hold the topics that are set, and nothing of those that are not', () => {
    expect(toNotificationFacts('example.com', ATTRIBUTES)).toEqual({
      bounceTopic: 'arn:aws:sns:eu-west-1:222222222222:bounces',
      forwarding: true,
    });
  });

  it('are not asked for where the settings do not permit it', async () => {
    const { batch, calls } = fakeBatch(everybody);
    expect(await createNotificationReader(batch, NAMES, false)('000.example')).toEqual({ kind: 'off' });
    expect(calls).toEqual([]);
  });

  it('of an identity that SES leaves out are unseen, those beside it are not', async () => {
    const { batch } = fakeBatch((names) => everybody(names.filter((name) => name !== '001.example')));
    const read = createNotificationReader(batch, NAMES, true);
    expect(await read('001.example')).toMatchObject({ kind: 'unseen', because: 'FAILED' });
    expect(await read('002.example')).toMatchObject({ kind: 'seen' });
  });

  it('are unseen after a denial, which is not repeated for each of the hundred', async () => {
    opened = await openReader(() => queryError('AccessDenied', 'not authorized'));
    const read = createNotificationReader(opened.reader.batch, NAMES, true);
    for (const name of NAMES.slice(0, 100)) {
      expect(await read(name)).toMatchObject({ kind: 'unseen', because: 'ACCESS_DENIED' });
    }
    expect(opened.standIn.requests).toHaveLength(1);
  });
});

describe('whom a target receives for', () => {
  const rule = (Recipients: string[] | undefined, Enabled = true) => ({ Name: 'r', Recipients, Enabled });

  it('are the recipients of the rules that are on', () => {
    const rules = [
      rule(['Support@Example.com', 'example.com', '.example.org']),
      rule(['off.example'], false),
      { Name: 'without Enabled', Recipients: ['unsaid.example'] },
    ];
    expect(receiptDomains(rules)).toEqual(['.example.org', 'example.com']);
  });

  it.each([[undefined], [[]]])(
    'are all verified domains for a rule without recipients (%j)',
    (recipients) => {
      expect(receiptDomains([rule(recipients)])).toEqual(['*']);
    },
  );

  it.each([
    ['no active rule set', '', []],
    [
      'rules on the wire',
      '<Metadata><Name>default</Name></Metadata><Rules><member><Name>r</Name><Enabled>true</Enabled><Recipients><member>in.example.com</member></Recipients></member></Rules>',
      ['in.example.com'],
    ],
  ])('is read over the wire: %s', async (_title, body, expected) => {
    const action = 'DescribeActiveReceiptRuleSet';
    opened = await openReader(() => ({
      xml: `<${action}Response><${action}Result>${body}</${action}Result></${action}Response>`,
    }));
    expect(await opened.reader.receiptDomains()).toEqual(expected);
  });
});
