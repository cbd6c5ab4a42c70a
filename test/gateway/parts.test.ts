import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChunks } from '../../local/gateway/chunked.ts';
import { evaluatePolicy, matchesPattern, parsePolicy } from '../../local/gateway/policy.ts';
import type { SignatureHeader } from '../../local/gateway/signature.ts';
import { xmlDocument } from '../../local/gateway/xml.ts';

describe('IAM wildcards', () => {
  it('match as the regular expression of the same meaning does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (pattern, subject) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesPattern(pattern, subject)).toBe(expression.test(subject));
      }),
      { numRuns: 1000 },
    );
  });

  it('take no long time over a hostile pattern', () => {
    const started = performance.now();
    expect(matchesPattern(`${'a*'.repeat(500)}b`, 'a'.repeat(2000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('A session policy', () => {
  const statements = parsePolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['ses:Get*', 'ses:ListEmailIdentities'], Resource: '*' },
        {
          Effect: 'Deny',
          Action: 'ses:GetEmailIdentity',
          NotResource: 'arn:aws:ses:*:*:identity/example.com',
        },
      ],
    }),
  );
  it.each([
    ['ses:GetAccount', 'arn:aws:ses:eu-west-1:222222222222:identity/example.com', 'allowed'],
    ['SES:getAccount', 'arn:aws:ses:eu-west-1:222222222222:identity/example.com', 'allowed'],
    ['ses:GetEmailIdentity', 'arn:aws:ses:eu-west-1:222222222222:identity/example.com', 'allowed'],
    ['ses:GetEmailIdentity', 'arn:aws:ses:eu-west-1:222222222222:identity/other.example', 'denied'],
    ['ses:ListConfigurationSets', '*', 'silent'],
  ])('says of %s on %s: %s', (action, resource, expected) => {
    expect(evaluatePolicy(statements, action, resource)).toBe(expected);
  });
});

describe('An aws-chunked body', () => {
  const encode = (parts: string[], end = '0\r\n\r\n'): Buffer =>
    Buffer.from(parts.map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`).join('') + end);

  it('is the joined chunks, for any cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' })), (parts) => {
        expect(decodeChunks(encode(parts), undefined).body.toString('utf8')).toBe(parts.join(''));
      }),
    );
  });

  it('may end in trailers', () => {
    const body = encode(['text'], '0\r\nX-Amz-Checksum-CRC32: AAAAAA==\r\n\r\n');
    expect(decodeChunks(body, undefined).trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAAAA==' });
  });

  it.each([
    ['no size', 'text\r\n0\r\n\r\n'],
    ['a size that is too large', 'ff\r\ntext\r\n0\r\n\r\n'],
    ['a size that is too small', '2\r\ntext\r\n0\r\n\r\n'],
    ['no end', '4\r\ntext\r\n'],
    ['nothing', ''],
  ])('with %s is malformed', (_case, body) => {
    expect(() => decodeChunks(Buffer.from(body), undefined)).toThrow(/^The aws-chunked body has/);
  });

  it('is verified chunk by chunk where it is signed', () => {
    // The worked example of the S3 API reference, "Signature calculations ... multiple chunks".
    const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const signature: SignatureHeader = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      date: '20130524',
      region: 'us-east-1',
      service: 's3',
      signedHeaders: [],
      signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      timestamp: '20130524T000000Z',
    };
    const chunk = (size: number, mark: string): string =>
      `${size.toString(16)};chunk-signature=${mark}\r\n${'a'.repeat(size)}\r\n`;
    const marks = [
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ] as const;
    const body = Buffer.from(chunk(65_536, marks[0]) + chunk(1024, marks[1]) + chunk(0, marks[2]));
    expect(decodeChunks(body, { signature, secretAccessKey }).body).toHaveLength(66_560);
    const forged = Buffer.from(body.toString().replace(marks[1], marks[0]));
    expect(() => decodeChunks(forged, { signature, secretAccessKey })).toThrow(
      'The signature of a chunk does not match.',
    );
  });
});

describe('The XML writer', () => {
  it('writes text that a parser reads back, whatever it holds', () => {
    const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), (text) => {
        const { A } = parser.parse(xmlDocument('A', undefined, { B: text })) as { A: { B: string } };
        expect(A.B).toBe(text);
      }),
    );
  });

  it('leaves out what is absent and repeats lists', () => {
    const written = xmlDocument('A', 'urn:x', { B: undefined, C: ['1', 2, true], D: { E: [] } });
    expect(written).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<A xmlns="urn:x"><C>1</C><C>2</C><C>true</C><D></D></A>',
    );
  });

  it('replaces what XML cannot hold', () => {
    expect(xmlDocument('A', undefined, 'a\u0000b\u001b')).toContain('<A>a\ufffdb\ufffd</A>');
  });
});
