import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SesIdentity } from '../../lambda/facts/types.ts';
import { ancestorsOf, effectiveSettings } from '../../lambda/ses/effective.ts';
import { domainOf } from '../../lambda/ses/names.ts';

/** What a test says of an identity; everything else is healthy. */
type Sketch = Partial<Omit<SesIdentity, 'dkim'>> & { dkim?: Partial<SesIdentity['dkim']> };

function identity(name: string, sketch: Sketch = {}): SesIdentity {
  const verificationStatus = sketch.verificationStatus ?? 'SUCCESS';
  return {
    name,
    type: name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
    domain: domainOf(name),
    verificationStatus,
    verifiedForSending: verificationStatus === 'SUCCESS',
    ...sketch,
    dkim: {
      signingEnabled: true,
      status: 'SUCCESS',
      tokens: ['a', 'b', 'c'],
      origin: 'AWS_SES',
      hostedZone: 'dkim.amazonses.com',
      ...sketch.dkim,
    },
  };
}

const UNFINISHED = { dkim: { status: 'PENDING' } } as const;
const DISABLED = { dkim: { signingEnabled: false } } as const;
const UNVERIFIED = { verificationStatus: 'PENDING', dkim: { status: 'PENDING' } } as const;
/** What GetEmailIdentity shows for an address that no exact domain identity covers. */
const NOTHING_SHOWN: Sketch = { dkim: { signingEnabled: false, status: 'NOT_STARTED', tokens: [] } };

function mailFrom(domain: string) {
  return { mailFrom: { domain, status: 'SUCCESS', behaviorOnMxFailure: 'USE_DEFAULT_VALUE' } } as const;
}

function settings(subject: SesIdentity, ...others: SesIdentity[]) {
  return effectiveSettings(subject, new Map([subject, ...others].map((each) => [each.name, each])));
}

describe('the names that lend their settings', () => {
  it.each([
    ['example.com', ['com']],
    ['a.b.example.com', ['b.example.com', 'example.com', 'com']],
    ['user@example.com', ['example.com', 'com']],
    ['user+news@mail.example.com', ['user@mail.example.com', 'mail.example.com', 'example.com', 'com']],
    ['User@Example.COM', ['example.com', 'com']],
    ['+odd@example.com', ['example.com', 'com']],
    ['user@例え.jp', ['xn--r8jz45g.jp', 'jp']],
  ])('to %s', (name, ancestors) => {
    expect(ancestorsOf(name)).toEqual(ancestors);
  });
});

describe('the winner', () => {
  it('is the identity itself where it is verified', () => {
    const child = identity('mail.example.com');
    expect(settings(child, identity('example.com'))).toMatchObject({
      winner: 'mail.example.com',
      verifiedDomain: 'mail.example.com',
      domainIdentity: 'mail.example.com',
    });
  });

  it('is the nearest verified identity above where it is not', () => {
    const result = settings(
      identity('a.b.example.com', UNVERIFIED),
      identity('b.example.com', UNVERIFIED),
      identity('example.com'),
    );
    expect(result).toMatchObject({
      winner: 'example.com',
      verifiedDomain: 'example.com',
      domainIdentity: 'a.b.example.com',
    });
  });

  it('is missing where nothing is verified', () => {
    const result = settings(identity('example.com', UNVERIFIED));
    expect(result.winner).toBeUndefined();
    expect(result.verifiedDomain).toBeUndefined();
    expect(result.domainIdentity).toBe('example.com');
  });

  it('of an address with a label can be the address without it', () => {
    const result = settings(
      identity('user+news@example.com', { ...UNVERIFIED }),
      identity('user@example.com'),
      identity('example.com'),
    );
    expect(result.winner).toBe('user@example.com');
  });

  it('is not an address in another letter case', () => {
    const result = settings(
      identity('user+x@example.com', UNVERIFIED),
      identity('User@example.com'),
      identity('example.com'),
    );
    expect(result.winner).toBe('example.com');
  });

  it('lends its MAIL FROM, and a nearer unverified one does not', () => {
    const result = settings(
      identity('mail.example.com', { ...UNVERIFIED, ...mailFrom('bounce.mail.example.com') }),
      identity('example.com', mailFrom('bounce.example.com')),
    );
    expect(result.mailFrom).toMatchObject({ identity: 'example.com', domain: 'bounce.example.com' });
  });

  it('shadows its parent’s MAIL FROM although it has none', () => {
    const result = settings(
      identity('mail.example.com'),
      identity('example.com', mailFrom('bounce.example.com')),
    );
    expect(result.mailFrom).toBeUndefined();
  });
});

describe('DKIM of a domain', () => {
  it('is its own where it is verified and enabled', () => {
    expect(settings(identity('example.com')).dkim).toEqual({
      kind: 'own',
      signer: 'example.com',
      signingDomain: 'example.com',
    });
  });

  it('is inherited where its own is unfinished and the parent signs', () => {
    expect(settings(identity('mail.example.com', UNFINISHED), identity('example.com')).dkim).toEqual({
      kind: 'inherited',
      signer: 'example.com',
      signingDomain: 'example.com',
    });
  });

  it('is inherited over an unfinished parent', () => {
    const result = settings(
      identity('a.b.example.com', UNFINISHED),
      identity('b.example.com', UNFINISHED),
      identity('example.com'),
    );
    expect(result.dkim).toMatchObject({ kind: 'inherited', signer: 'example.com' });
  });

  it('is not inherited from an unverified parent', () => {
    const result = settings(
      identity('mail.example.com', UNFINISHED),
      identity('example.com', { verificationStatus: 'FAILED' }),
    );
    expect(result.dkim).toEqual({ kind: 'none' });
  });

  it('is switched off by the identity although the parent is perfect', () => {
    expect(settings(identity('mail.example.com', DISABLED), identity('example.com')).dkim).toEqual({
      kind: 'unsigned',
      by: 'mail.example.com',
    });
  });

  it('is switched off by the parent it would inherit from', () => {
    const result = settings(identity('mail.example.com', UNFINISHED), identity('example.com', DISABLED));
    expect(result.dkim).toEqual({ kind: 'unsigned', by: 'example.com' });
  });

  it('is the winner’s where the identity itself is not verified', () => {
    const result = settings(
      identity('mail.example.com', { ...UNVERIFIED, ...DISABLED }),
      identity('example.com'),
    );
    expect(result.dkim).toMatchObject({ kind: 'inherited', signer: 'example.com' });
  });

  it('is none where nothing signs', () => {
    expect(settings(identity('example.com', UNFINISHED)).dkim).toEqual({ kind: 'none' });
  });
});

describe('DKIM of an address', () => {
  it('is its domain’s', () => {
    expect(settings(identity('user@example.com'), identity('example.com')).dkim).toEqual({
      kind: 'inherited',
      signer: 'example.com',
      signingDomain: 'example.com',
    });
  });

  it('is none without any domain identity', () => {
    const result = settings(identity('user@example.com', NOTHING_SHOWN));
    expect(result.dkim).toEqual({ kind: 'none' });
    expect(result.domainIdentity).toBeUndefined();
  });

  it('is not proven where only an identity above its domain signs', () => {
    const result = settings(identity('user@mail.example.com', NOTHING_SHOWN), identity('example.com'));
    expect(result.dkim.kind).toBe('unproven');
    expect(result.verifiedDomain).toBe('example.com');
  });

  it('is what the API shows where an identity above its domain signs and SES says so', () => {
    const result = settings(identity('user@mail.example.com'), identity('example.com'));
    expect(result.dkim).toMatchObject({ kind: 'inherited', signingDomain: 'example.com' });
  });

  it('is off where the API shows none although its very domain signs', () => {
    const result = settings(identity('user@example.com', NOTHING_SHOWN), identity('example.com'));
    expect(result.dkim).toEqual({ kind: 'unsigned', by: 'user@example.com' });
  });

  it('is off where it was switched off', () => {
    const result = settings(identity('user@example.com', DISABLED), identity('example.com'));
    expect(result.dkim).toEqual({ kind: 'unsigned', by: 'user@example.com' });
  });

  it('is switched off by its domain where both are off: enabling the address alone would change nothing', () => {
    const result = settings(identity('user@example.com', DISABLED), identity('example.com', DISABLED));
    expect(result.dkim).toEqual({ kind: 'unsigned', by: 'example.com' });
  });

  it('is not proven where SES shows DKIM and no domain identity signs', () => {
    expect(settings(identity('user@example.com')).dkim.kind).toBe('unproven');
  });

  it('of an unverified address is its verified domain’s', () => {
    const result = settings(
      identity('user@example.com', { ...UNVERIFIED, ...NOTHING_SHOWN }),
      identity('example.com'),
    );
    expect(result).toMatchObject({
      winner: 'example.com',
      dkim: { kind: 'inherited', signer: 'example.com' },
    });
  });
});

describe('an identity that may send without being verified', () => {
  const nearer = (sketch: Sketch) =>
    identity('mail.example.com', {
      verificationStatus: 'TEMPORARY_FAILURE',
      verifiedForSending: true,
      ...sketch,
    });

  it('leaves nothing open where both readings agree', () => {
    const result = settings(nearer(UNFINISHED), identity('example.com'));
    expect(result.undecided).toBeUndefined();
    expect(result.dkim).toMatchObject({ kind: 'inherited', signer: 'example.com' });
  });

  it('leaves DKIM unproven where they differ', () => {
    const result = settings(nearer(DISABLED), identity('example.com'));
    expect(result.dkim.kind).toBe('unproven');
    expect(result.undecided).toEqual({ between: ['mail.example.com', 'example.com'], differs: ['dkim'] });
  });

  it('leaves the MAIL FROM undecided where they differ', () => {
    const result = settings(nearer(UNFINISHED), identity('example.com', mailFrom('bounce.example.com')));
    expect(result.undecided?.differs).toEqual(['mailFrom']);
  });
});

describe('whatever the identities', () => {
  const status = fc.constantFrom('SUCCESS', 'PENDING', 'FAILED', 'TEMPORARY_FAILURE', 'NOT_STARTED' as const);
  const names = [
    'u+l@a.b.example.com',
    'u@a.b.example.com',
    'a.b.example.com',
    'b.example.com',
    'example.com',
    'com',
  ];
  const others = ['example.org', 'x.example.com', 'u@example.org', 'aexample.com', 'U@a.b.example.com'];
  const sketch = (name: string) =>
    fc
      .record({
        verified: status,
        sends: fc.boolean(),
        enabled: fc.boolean(),
        dkim: status,
        from: fc.boolean(),
      })
      .map(({ verified, sends, enabled, dkim, from }) =>
        identity(name, {
          verificationStatus: verified,
          verifiedForSending: sends || verified === 'SUCCESS',
          dkim: { signingEnabled: enabled, status: dkim },
          ...(from ? mailFrom(`bounce.${domainOf(name)}`) : {}),
        }),
      );
  /** Any identities along one line of descent, nearest first. */
  const line = fc
    .tuple(...names.map((name) => fc.option(sketch(name), { nil: undefined, freq: 2 })))
    .map((all) => all.filter((each) => each !== undefined))
    .filter((all) => all.length > 0);
  const parametersOf = { numRuns: 500, seed: 20_261_121 };

  it('the nearest verified one wins', () => {
    fc.assert(
      fc.property(line, (all) => {
        const subject = all[0]!;
        const nearest = all.find(({ verificationStatus }) => verificationStatus === 'SUCCESS');
        expect(settings(subject, ...all).winner).toBe(nearest?.name);
      }),
      parametersOf,
    );
  });

  it('identities beside the line of descent change nothing', () => {
    fc.assert(
      fc.property(line, fc.tuple(...others.map(sketch)), (all, beside) => {
        expect(settings(all[0]!, ...all, ...beside)).toEqual(settings(all[0]!, ...all));
      }),
      parametersOf,
    );
  });

  it('whoever signs is a domain at or above the From domain, verified unless nothing is, enabled and with status SUCCESS', () => {
    fc.assert(
      fc.property(line, (all) => {
        const subject = all[0]!;
        const { dkim, winner } = settings(subject, ...all);
        if (dkim.kind !== 'own' && dkim.kind !== 'inherited') return;
        const signer = all.find(({ name }) => name === dkim.signer);
        expect(signer).toMatchObject({ type: 'DOMAIN', dkim: { signingEnabled: true, status: 'SUCCESS' } });
        expect([subject.domain, ...ancestorsOf(subject.domain)]).toContain(dkim.signingDomain);
        expect(dkim.kind).toBe(signer?.name === subject.name ? 'own' : 'inherited');
        if (winner !== undefined) expect(signer?.verificationStatus).toBe('SUCCESS');
      }),
      parametersOf,
    );
  });

  it('a verified domain with DKIM switched off never yields signed mail', () => {
    fc.assert(
      fc.property(line, (all) => {
        const off = identity('a.b.example.com', DISABLED);
        expect(settings(off, ...all.filter(({ name }) => name !== off.name)).dkim).toEqual({
          kind: 'unsigned',
          by: off.name,
        });
      }),
      parametersOf,
    );
  });

  it('MAIL FROM is the winner’s or, without one, the identity’s own', () => {
    fc.assert(
      fc.property(line, (all) => {
        const { winner, mailFrom: effective } = settings(all[0]!, ...all);
        const owner = all.find(({ name }) => name === (winner ?? all[0]?.name));
        expect(effective?.domain).toBe(owner?.mailFrom?.domain);
      }),
      parametersOf,
    );
  });
});
