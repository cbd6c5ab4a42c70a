/** Reading one DKIM key record: RFC 6376 section 3.6.1, RFC 8301 (hashes), RFC 8463 (Ed25519). */
import { readKeyMaterial } from './dkim-key-material.ts';
import { dkimAccidents } from './dkim-accidents.ts';
import type { Tag, TagListProblem } from './dkim-tag-list.ts';
import { parseTagList, trimFolding } from './dkim-tag-list.ts';
import type { DkimKey, DkimProblem, DkimProblemCode } from './dkim-types.ts';
import { excerpt } from './names.ts';

/** The most that one TXT record can hold. */
const MAX_RECORD_LENGTH = 65_535;

const KNOWN_TAGS = new Set(['v', 'h', 'k', 'n', 'p', 's', 't', 'g']);
/**
 * Parses the text of a DKIM key record, its TXT chunks joined. Never throws; linear; looks at 65,535 characters at most.
 *
 * A record that breaks the format is not usable, because verifiers MUST ignore it (RFC 6376 section 6.1.2 step 5).
 *
 * @example parseDkimKey('v=DKIM1; p=').revoked // true
 */
export function parseDkimKey(text: string): DkimKey {
  return new KeyReader(text).read();
}

class KeyReader {
  private readonly text: string;
  private readonly problems: DkimProblem[] = [];
  private tags: Tag[] = [];

  constructor(text: string) {
    this.text = text;
  }

  read(): DkimKey {
    if (this.text.length > MAX_RECORD_LENGTH) {
      this.error('TOO_LONG', 'The text is longer than a TXT record can be.');
      return this.key({});
    }
    if (trimFolding(this.text) === '') {
      this.error('EMPTY_RECORD', 'The record is empty.');
      return this.key({});
    }
    const list = parseTagList(this.text);
    this.tags = list.tags;
    for (const problem of list.problems) this.reportTagList(problem);
    this.readVersion();
    const keyType = this.readKeyType();
    const lists = { hashes: this.readHashes(), services: this.readServices() };
    const flags = this.readFlags();
    const material = this.readMaterial(keyType);
    this.lint();
    this.problems.push(...dkimAccidents(this.text, this.problems));
    return this.key({ ...lists, ...flags, ...(keyType === undefined ? {} : { keyType }), ...material });
  }

  private key(found: Partial<DkimKey> & { hashes?: string[] | undefined }): DkimKey {
    const { hashes, ...rest } = found;
    const notes = this.value('n');
    return {
      usable: !this.problems.some(({ severity }) => severity === 'error'),
      revoked: this.value('p') === '',
      testMode: false,
      strictIdentity: false,
      services: ['*'],
      ...(notes === undefined ? {} : { notes }),
      ...rest,
      ...(hashes === undefined ? {} : { hashes }),
      tags: this.tags,
      problems: this.problems,
    };
  }

  private readVersion(): void {
    const version = this.value('v');
    if (version === undefined) return;
    if (version !== 'DKIM1') {
      this.error('VERSION_WRONG', `v=${excerpt(version, 40)}: the version must be exactly DKIM1.`, 'v');
    } else if (this.tags[0]?.name !== 'v') {
      this.error('VERSION_NOT_FIRST', 'v=DKIM1 must be the first tag where it is given.', 'v');
    }
  }

  /** "rsa" and "ed25519" are ABNF strings, yet section 3.2 has values case-sensitive: verifiers differ on `RSA`. */
  private readKeyType(): 'rsa' | 'ed25519' | undefined {
    const written = this.value('k') ?? 'rsa';
    const type = written.toLowerCase();
    if (type !== 'rsa' && type !== 'ed25519') {
      this.error('KEY_TYPE_UNKNOWN', `k=${excerpt(written, 40)} is no key type that verifiers know.`, 'k');
      return undefined;
    }
    if (type !== written) {
      this.warn('KEY_TYPE_CASE', `k=${written} is not in lower case; some verifiers do not know it.`, 'k');
    }
    return type;
  }

  /** RFC 8301 section 3.1: rsa-sha1 MUST NOT be used, so a list without sha256 allows nothing. */
  private readHashes(): string[] | undefined {
    const value = this.value('h');
    if (value === undefined) return undefined;
    const hashes = colonList(value);
    if (!hashes.includes('sha256')) {
      this.error('HASH_NO_SHA256', `h=${excerpt(value, 40)} does not allow sha256.`, 'h');
    } else if (hashes.includes('sha1')) {
      this.report(
        'HASH_SHA1_LISTED',
        'info',
        'h lists sha1, which no verifier accepts any more (RFC 8301).',
        'h',
      );
    }
    return hashes;
  }

  private readServices(): string[] {
    const value = this.value('s');
    if (value === undefined) return ['*'];
    const services = colonList(value);
    if (!services.includes('*') && !services.includes('email')) {
      this.error('SERVICE_NOT_EMAIL', `s=${excerpt(value, 40)}: the key is not for e-mail.`, 's');
    }
    return services;
  }

  private readFlags(): { testMode: boolean; strictIdentity: boolean } {
    const flags = colonList(this.value('t') ?? '');
    const found = { testMode: flags.includes('y'), strictIdentity: flags.includes('s') };
    if (found.testMode) {
      this.warn('TEST_MODE', 't=y: verifiers treat mail signed with this key as if it were unsigned.', 't');
    }
    if (found.strictIdentity) {
      this.report(
        'STRICT_IDENTITY',
        'info',
        't=s: the domain of i= must be that of d=, no subdomain of it.',
        't',
      );
    }
    return found;
  }

  private readMaterial(keyType: 'rsa' | 'ed25519' | undefined): Pick<DkimKey, 'keyBits' | 'encoding'> {
    const { problems, ...material } = readKeyMaterial(this.value('p'), keyType);
    this.problems.push(...problems);
    return material;
  }

  private lint(): void {
    for (const { name } of this.tags) {
      if (KNOWN_TAGS.has(name)) continue;
      const known = KNOWN_TAGS.has(name.toLowerCase());
      const because = known ? 'tag names are case-sensitive' : 'it is not known';
      this.report(
        'UNKNOWN_TAG',
        known ? 'warning' : 'info',
        `Tag ${excerpt(name, 30)} is ignored: ${because}.`,
      );
    }
    const granularity = this.value('g');
    if (granularity === undefined || granularity === '*') return;
    const message = 'g was removed by RFC 6376; verifiers of RFC 4871 match it against the local part of i=.';
    this.warn('LEGACY_GRANULARITY', message, 'g');
  }

  private reportTagList(problem: TagListProblem): void {
    switch (problem.code) {
      case 'TAG_SYNTAX':
        return this.error('TAG_SYNTAX', `"${excerpt(problem.text)}" is no tag=value pair.`);
      case 'EMPTY_TAG':
        return this.error(
          'EMPTY_TAG',
          'A tag between two semicolons is empty, which the format does not allow.',
        );
      case 'DUPLICATE_TAG':
        return this.error(
          'DUPLICATE_TAG',
          `Tag ${excerpt(problem.name, 30)} is given twice, which voids the record.`,
        );
      case 'NON_ASCII':
        return this.error(
          'NON_ASCII',
          `Tag ${excerpt(problem.name, 30)} holds characters that are not printable ASCII.`,
        );
    }
  }

  private value(name: string): string | undefined {
    return this.tags.find((tag) => tag.name === name)?.value;
  }

  private error(code: DkimProblemCode, message: string, tag?: string): void {
    this.report(code, 'error', message, tag);
  }

  private warn(code: DkimProblemCode, message: string, tag?: string): void {
    this.report(code, 'warning', message, tag);
  }

  private report(
    code: DkimProblemCode,
    severity: DkimProblem['severity'],
    message: string,
    tag?: string,
  ): void {
    this.problems.push({ code, severity, message, ...(tag === undefined ? {} : { tag }) });
  }
}

/** `[FWS] ":" [FWS]` separates the items of `h`, `s` and `t`. Their names are ABNF strings, hence any letter case. */
function colonList(value: string): string[] {
  return value.split(':').map((item) => trimFolding(item).toLowerCase());
}
