import { expect, it } from 'vitest';
import type { Subject } from '../../lambda/controls/types.ts';
import { rootCauses } from '../../lambda/findings/causes.ts';

const domain = (name: string): Subject => ({ kind: 'domain', name });
const item = (key: string, name: string, from?: string) => ({
  key: `${key} of ${name}`,
  subject: domain(name),
  finding: {
    controlId: key.replace(/#.*/, ''),
    ...(from === undefined ? {} : { cause: { controlId: 'DMARC-06', subject: domain(from) } }),
  },
});

it('takes the finding without sub-key for its control’s word, so that its sub-keys may stand beneath it', () => {
  const items = [
    item('DMARC-06', 'example.com'),
    item('DMARC-06#subdomains', 'example.com', 'example.com'),
    item('DMARC-06', 'news.example.com', 'example.com'),
  ];
  const roots = rootCauses(items, (one) => one);
  expect(items.map((one) => roots.get(one)?.key)).toEqual(Array(3).fill('DMARC-06 of example.com'));
});

it('takes the sub-key where the finding without one is not among them', () => {
  const items = [
    item('DMARC-06#subdomains', 'example.com', 'example.com'),
    item('DMARC-06', 'news.example.com', 'example.com'),
  ];
  const roots = rootCauses(items, (one) => one);
  expect(items.map((one) => roots.get(one)?.key)).toEqual(
    Array(2).fill('DMARC-06#subdomains of example.com'),
  );
});
