import { describe, expect, it } from 'vitest';
import { gatherDeclaredFrom } from '../../lambda/facts/gather-declared-from.ts';
import { identityFacts, subdomainFacts } from '../controls/facts.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const ZONE: Zone = {
  '_dmarc.example.com': { TXT: ['v=DMARC1; p=none'] },
  '_dmarc.cut.example.com': { TXT: ['v=DMARC1; p=none; psd=n'] },
  '_dmarc.strict.example.com': { TXT: ['v=DMARC1; p=reject; adkim=s; aspf=s'] },
};
const { ses, effective } = identityFacts();

async function gather(declared: string[], listed = ['example.com'], identity = ses, signed = false) {
  const dns = zoneResolver(ZONE);
  const sender = { effective, dkimStands: true };
  const selfSigned = [{ domain: 'strict.example.com', selectors: ['corp'] }];
  const options = { declared, selfSigned: signed ? selfSigned : [], listed: new Set(listed) };
  const found = await gatherDeclaredFrom(identity, sender, options, dns);
  return { found, queries: dns.queries };
}

describe('declared From domains below an identity', () => {
  it('are each simulated with the identity’s DKIM and MAIL FROM and their own modes', async () => {
    const { found } = await gather(['strict.example.com', 'news.example.com']);
    expect(found).toEqual([
      {
        authorDomain: 'news.example.com',
        adkim: 'r',
        aspf: 'r',
        organizationalDomain: 'example.com',
        dkim: { domain: 'example.com', real: true, relaxed: true },
        spf: { domain: 'bounce.example.com', real: true, relaxed: true },
      },
      {
        authorDomain: 'strict.example.com',
        adkim: 's',
        aspf: 's',
        organizationalDomain: 'example.com',
        dkim: { domain: 'example.com', real: false, relaxed: true },
        spf: { domain: 'bounce.example.com', real: false, relaxed: true },
      },
    ]);
  });

  it.each<[string, string[], string[]]>([
    ['none is declared', [], ['example.com']],
    ['the identity itself is declared', ['example.com'], ['example.com']],
    ['what is declared lies elsewhere', ['news.anexample.com'], ['example.com']],
    ['it is an identity of its own', ['news.example.com'], ['example.com', 'news.example.com']],
    ['one between them is', ['a.news.example.com'], ['example.com', 'NEWS.example.com']],
  ])('are none, without a question, where %s', async (_when, declared, listed) => {
    const { found, queries } = await gather(declared, listed);
    expect(found).toBeUndefined();
    expect(queries).toEqual([]);
  });

  it('say whose organization an identifier is of that does not align', async () => {
    const { found } = await gather(['cut.example.com']);
    expect(found).toMatchObject([
      {
        organizationalDomain: 'cut.example.com',
        dkim: { domain: 'example.com', relaxed: false, organizationalDomain: 'example.com' },
      },
    ]);
  });

  it('come with the keys of whoever signs as the very name before SES does', async () => {
    const both = ['strict.example.com', 'news.example.com'];
    const { found } = await gather(both, ['example.com'], ses, true);
    expect(found?.map(({ selfSigned }) => selfSigned?.records.map(({ name }) => name))).toEqual([
      undefined,
      ['corp._domainkey.strict.example.com'],
    ]);
  });

  it('take no notice of addresses, which send as themselves alone', async () => {
    const { found } = await gather(['news.example.com'], ['example.com', 'me@news.example.com']);
    expect(found).toHaveLength(1);
  });

  it('belong to the nearest identity alone', async () => {
    const nearer = subdomainFacts().ses;
    const { found } = await gather(['a.news.example.com'], ['example.com', 'news.example.com'], nearer);
    expect(found?.map(({ authorDomain }) => authorDomain)).toEqual(['a.news.example.com']);
  });

  it('are at most twenty', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `s${index}.example.com`);
    expect((await gather(many)).found).toHaveLength(20);
  });
});
