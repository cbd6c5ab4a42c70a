import { describe, expect, it } from 'vitest';
import {
  classifyAwsError,
  classifyUnseen,
  isTransientError,
  plainText,
} from '../../lambda/organization/classify.ts';

function aws(name: string, message = '', status = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

function node(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

const USER =
  'User: arn:aws:sts::222222222222:assumed-role/ses-posture-member/x is not authorized to perform:';

describe('what an error means for coverage', () => {
  const cases: [title: string, error: unknown, outcome: string, transient: boolean][] = [
    ['a denial', aws('AccessDeniedException', `${USER} ses:GetAccount`, 403), 'ACCESS_DENIED', false],
    ['a denial of a Query service', aws('AccessDenied', 'nope', 403), 'ACCESS_DENIED', false],
    [
      'a service control policy',
      aws(
        'AccessDeniedException',
        `${USER} ses:ListEmailIdentities with an explicit deny in a service control policy`,
        403,
      ),
      'DENIED_BY_POLICY',
      false,
    ],
    [
      'a service control policy that does not allow',
      aws(
        'AccessDeniedException',
        `${USER} ses:X because no service control policy allows the ses:X action`,
        403,
      ),
      'DENIED_BY_POLICY',
      false,
    ],
    ['SES v2 throttling', aws('TooManyRequestsException', 'Rate exceeded', 429), 'THROTTLED', true],
    ['SES v1 throttling', aws('Throttling', 'Rate exceeded'), 'THROTTLED', true],
    ['throttling by status alone', aws('SomethingNew', '', 429), 'THROTTLED', true],
    ['a request that takes too long', aws('TimeoutError'), 'TIMED_OUT', true],
    ['an aborted request', aws('AbortError', 'Request aborted'), 'TIMED_OUT', false],
    ['a socket that times out', node('ETIMEDOUT'), 'TIMED_OUT', true],
    ['a connection that is reset', node('ECONNRESET'), 'FAILED', true],
    ['nobody listening', node('ECONNREFUSED'), 'FAILED', true],
    ['a host that does not exist', node('ENOTFOUND'), 'FAILED', false],
    ['expired credentials', aws('ExpiredTokenException', 'expired', 403), 'FAILED', false],
    [
      'an unknown key',
      aws('UnrecognizedClientException', 'The security token is invalid.', 403),
      'FAILED',
      false,
    ],
    ['a server that breaks', aws('InternalFailure', 'oops', 500), 'FAILED', true],
    ['what is no error at all', 'oops', 'FAILED', false],
    ['nothing', undefined, 'FAILED', false],
  ];
  it.each(cases)('%s', (_title, error, outcome, transient) => {
    expect(classifyAwsError(error).outcome).toBe(outcome);
    expect(isTransientError(error)).toBe(transient);
  });

  it('carries code and message, bounded and without control characters', () => {
    const { detail } = classifyAwsError(
      aws('AccessDenied', `red \u001b[31m\r\nalert\u202e ${'x'.repeat(5_000)}`),
    );
    expect(detail.startsWith('AccessDenied: red [31m alert xxx')).toBe(true);
    expect(detail).toHaveLength(300);
    expect(detail).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it('names a bare network error by its code', () => {
    expect(classifyAwsError(node('ECONNREFUSED')).detail).toBe('ECONNREFUSED: connect ECONNREFUSED');
  });

  it('says ACCESS_DENIED for a policy where only the observation matters', () => {
    expect(
      classifyUnseen(aws('AccessDenied', 'with an explicit deny in a service control policy')),
    ).toMatchObject({
      because: 'ACCESS_DENIED',
    });
  });
});

describe('outside text', () => {
  it('loses control characters, line breaks and invisible ones', () => {
    expect(plainText('a\u0000b\nc\u200bd\u009fe')).toBe('a b c d e');
  });
  it('keeps letters of every language', () => {
    expect(plainText('例え 株式会社')).toBe('例え 株式会社');
  });
});
