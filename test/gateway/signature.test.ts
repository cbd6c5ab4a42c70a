import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assumeMember, type Sandbox, startSandbox } from './harness.ts';
import { type RawAnswer, type RawRequest, send, signedFetch } from './signed-fetch.ts';
import { makeWorld, memberKeys } from './world.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/x-amz-json-1.1' };
/** The same wish in each protocol: one that succeeds when nothing is wrong. */
const WISHES: Record<string, RawRequest> = {
  query: { service: 'sts', headers: form, body: 'Action=GetCallerIdentity&Version=2011-06-15' },
  json: {
    service: 'organizations',
    headers: { ...json, 'x-amz-target': 'AWSOrganizationsV20161128.ListRoots' },
    body: '{}',
  },
  rest: { service: 'ses', method: 'GET', path: '/v2/email/account' },
  s3: {
    service: 's3',
    method: 'GET',
    path: '/some-bucket',
    query: { 'list-type': '2' },
    headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  },
};

const ask = (protocol: string, more: Partial<RawRequest> = {}): Promise<RawAnswer> => {
  const wish = WISHES[protocol];
  if (!wish) throw new Error(`no wish for ${protocol}`);
  return signedFetch(sandbox.gateway.url, { ...wish, ...more });
};

/** The error's code, wherever the protocol keeps it. */
function codeOf({ status, headers, body }: RawAnswer): string {
  const inXml = /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
  const inHeader = headers['x-amzn-errortype'] as string | undefined;
  const code = inXml ?? inHeader ?? (JSON.parse(body) as { __type?: string }).__type;
  return `${status} ${code}`;
}

describe('A signed request', () => {
  it.each(Object.keys(WISHES))('is answered in %s when all is well', async (protocol) => {
    expect((await ask(protocol)).status).toBe(200);
  });

  const CASES: [string, Partial<RawRequest>, Record<string, string>][] = [
    [
      'an unknown key',
      { keys: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } },
      {
        query: '403 InvalidClientTokenId',
        json: '400 UnrecognizedClientException',
        rest: '403 UnrecognizedClientException',
        s3: '403 InvalidAccessKeyId',
      },
    ],
    [
      'a wrong secret',
      { keys: { ...memberKeys, secretAccessKey: 'wrong' } },
      {
        query: '403 SignatureDoesNotMatch',
        json: '400 InvalidSignatureException',
        rest: '403 InvalidSignatureException',
        s3: '403 SignatureDoesNotMatch',
      },
    ],
    [
      'a token beside a key that has none',
      { keys: { ...memberKeys, sessionToken: 'made-up' } },
      {
        query: '403 InvalidClientTokenId',
        json: '400 UnrecognizedClientException',
        rest: '403 UnrecognizedClientException',
        s3: '403 InvalidAccessKeyId',
      },
    ],
    [
      'a signature of an hour ago',
      { signingDate: new Date(Date.now() - 3_600_000) },
      {
        query: '403 SignatureDoesNotMatch',
        json: '400 InvalidSignatureException',
        rest: '403 InvalidSignatureException',
        s3: '403 SignatureDoesNotMatch',
      },
    ],
    [
      'a signature of the next hour',
      { signingDate: new Date(Date.now() + 3_600_000) },
      {
        query: '403 SignatureDoesNotMatch',
        json: '400 InvalidSignatureException',
        rest: '403 InvalidSignatureException',
        s3: '403 SignatureDoesNotMatch',
      },
    ],
    [
      'no Authorization header',
      { tamper: ({ headers }) => delete headers['authorization'] },
      {
        query: '403 MissingAuthenticationToken',
        json: '400 MissingAuthenticationTokenException',
        rest: '403 MissingAuthenticationTokenException',
        s3: '403 AccessDenied',
      },
    ],
    [
      'another scheme',
      { tamper: ({ headers }) => (headers['authorization'] = 'Bearer abc') },
      {
        query: '400 IncompleteSignature',
        json: '400 IncompleteSignatureException',
        rest: '403 IncompleteSignatureException',
        s3: '400 AuthorizationHeaderMalformed',
      },
    ],
    [
      'a scope of four parts',
      {
        tamper: ({ headers }) =>
          (headers['authorization'] = headers['authorization']?.replace('/aws4_request', '') ?? ''),
      },
      {
        query: '400 IncompleteSignature',
        json: '400 IncompleteSignatureException',
        rest: '403 IncompleteSignatureException',
        s3: '400 AuthorizationHeaderMalformed',
      },
    ],
  ];
  for (const [what, more, expected] of CASES) {
    it.each(Object.entries(expected))(`with ${what} gets its code in %s: %s`, async (protocol, code) => {
      expect(codeOf(await ask(protocol, more))).toBe(code);
    });
  }

  it.each<[string, Partial<RawRequest>]>([
    ['body', { tamper: (signed) => (signed.body = 'Action=GetCallerIdentity&Version=2011-06-16') }],
    ['signed header', { tamper: ({ headers }) => (headers['content-type'] = 'text/plain') }],
    [
      'date',
      {
        tamper: ({ headers }) =>
          (headers['x-amz-date'] = headers['x-amz-date']?.replace(/\d\dZ$/, '61Z') ?? ''),
      },
    ],
    [
      'signature',
      {
        tamper: ({ headers }) =>
          (headers['authorization'] = headers['authorization']?.replace(/.$/, 'x') ?? ''),
      },
    ],
    [
      'Region of the scope',
      {
        tamper: ({ headers }) =>
          (headers['authorization'] = headers['authorization']?.replace('us-east-1', 'us-east-2') ?? ''),
      },
    ],
    [
      'list of signed headers',
      {
        tamper: ({ headers }) =>
          (headers['authorization'] = headers['authorization']?.replace('host;', '') ?? ''),
      },
    ],
  ])('whose %s was changed on the way is refused', async (_what, more) => {
    expect(codeOf(await ask('query', more))).toBe('403 SignatureDoesNotMatch');
  });

  it('whose path or query was changed on the way is refused', async () => {
    const url = new URL(sandbox.gateway.url);
    const wish = WISHES['rest'];
    let headers: Record<string, string> = {};
    const keep = (signed: { headers: Record<string, string> }): void => void (headers = signed.headers);
    expect((await signedFetch(sandbox.gateway.url, { ...wish, service: 'ses', tamper: keep })).status).toBe(
      200,
    );
    const raw = { hostname: url.hostname, port: url.port, method: 'GET', headers, body: '' };
    expect((await send({ ...raw, path: '/v2/email/account' })).status).toBe(200);
    expect(codeOf(await send({ ...raw, path: '/v2/email/account?x=1' }))).toBe(
      '403 InvalidSignatureException',
    );
    expect(codeOf(await send({ ...raw, path: '/v2/email/identities' }))).toBe(
      '403 InvalidSignatureException',
    );
    expect(codeOf(await send({ ...raw, method: 'POST', path: '/v2/email/account' }))).toBe(
      '403 InvalidSignatureException',
    );
  });

  it('may have a query that needs sorting and escaping', async () => {
    const query = { 'list-type': '2', prefix: "a b/ä+&='", delimiter: '/', 'max-keys': '3', 'X-upper': '~' };
    expect((await ask('s3', { query })).status).toBe(200);
  });

  it('of S3 must declare its payload, truly, and cover every x-amz- header', async () => {
    const headers = { 'x-amz-content-sha256': 'f'.repeat(64) };
    expect(codeOf(await ask('s3', { headers }))).toBe('400 XAmzContentSHA256Mismatch');
    expect(
      codeOf(await ask('s3', { tamper: (signed) => (signed.headers['x-amz-acl'] = 'public-read') })),
    ).toBe('403 AccessDenied');
  });

  it('may come from a session in any protocol', async () => {
    const keys = await assumeMember(sandbox);
    expect((await ask('query', { keys })).status).toBe(200);
    expect((await ask('rest', { keys })).status).toBe(200);
    const other = { ...keys, sessionToken: `${keys.sessionToken}x` };
    expect(codeOf(await ask('rest', { keys: other }))).toBe('403 UnrecognizedClientException');
  });

  it('of an account that was suspended since is refused', async () => {
    const world = makeWorld();
    for (const account of world.accounts) if (account.credentials) account.state = 'SUSPENDED';
    sandbox.gateway.setWorld(world);
    expect(codeOf(await ask('rest'))).toBe('403 UnrecognizedClientException');
    sandbox.gateway.setWorld(makeWorld());
    expect((await ask('rest')).status).toBe(200);
  });
});

describe('Input that is not what it should be', () => {
  it.each([
    ['400 SerializationException', 'json', '{'],
    ['400 SerializationException', 'json', '[]'],
    ['400 SerializationException', 'json', '"text"'],
  ])('gets %s in %s: %s', async (code, protocol, body) => {
    expect(codeOf(await ask(protocol, { body }))).toBe(code);
  });

  it.each<[string, string, RawRequest]>([
    [
      'a number for a string',
      '400 SerializationException',
      {
        service: 'organizations',
        headers: { ...json, 'x-amz-target': 'AWSOrganizationsV20161128.ListAccounts' },
        body: '{"NextToken":5}',
      },
    ],
    [
      'a string for a number',
      '400 SerializationException',
      { service: 'ses', path: '/v2/email/list-identities', body: '{"PageSize":"ten"}' },
    ],
    [
      'text for a number in a query',
      '400 SerializationException',
      { service: 'ses', path: '/v2/email/identities', query: { PageSize: 'ten' } },
    ],
    [
      'a broken escape in a path',
      '400 SerializationException',
      { service: 'ses', path: '/v2/email/identities/%zz' },
    ],
    [
      'a required parameter missing',
      '400 ValidationError',
      { service: 'sts', headers: form, body: 'Action=AssumeRole' },
    ],
    [
      'a list for a string',
      '400 MalformedInput',
      { service: 'sts', headers: form, body: 'Action=AssumeRole&RoleArn.member.1=x&RoleSessionName=xx' },
    ],
    ['no action', '400 InvalidAction', { service: 'sts', headers: form, body: 'Version=2011-06-15' }],
    ['a service that is not there', '404 UnknownOperationException', { service: 'ec2', method: 'GET' }],
    [
      'a path that is not there',
      '404 UnknownOperationException',
      { service: 'ses', path: '/v2/email/nothing' },
    ],
    [
      'the name of something inherited',
      '400 InvalidAction',
      { service: 'sts', headers: form, body: 'Action=toString' },
    ],
  ])('%s gets %s', async (_what, code, request) => {
    expect(
      codeOf(
        await signedFetch(sandbox.gateway.url, {
          method: 'GET',
          ...request,
          ...(request.body && { method: 'POST' }),
        }),
      ),
    ).toBe(code);
  });

  it('names the service that is not there', async () => {
    const { body } = await signedFetch(sandbox.gateway.url, { service: 'ec2', method: 'GET' });
    expect(body).toContain('does not offer the service ec2');
  });

  it.each([
    ['json', '413 RequestEntityTooLargeException'],
    ['query', '413 RequestEntityTooLargeException'],
  ])('a body of more than 1 MiB gets refused in %s', async (protocol, code) => {
    expect(codeOf(await ask(protocol, { body: 'x'.repeat(1024 * 1024 + 1) }))).toBe(code);
  });
});
