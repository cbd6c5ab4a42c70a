/**
 * RSA public keys (SubjectPublicKeyInfo, base64) that stand behind the DKIM tokens of the simulated SES.
 * The private halves were thrown away when these were made: nothing here signs, a verifier only parses.
 */
import { createHash } from 'node:crypto';

const KEYS_2048 = [
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlE3XTQ4/QY4B9dgl1MIe9ryDnG/1OguDzkjnMOAQF+0qEuXz0a26oNzK4mZeqjdNoWga/K+NwYfXMOknUSIdtnWWPdCcYujEpUh/3QJfEkLoFAGoJ2gFRbNkF5OCOrzW+PQ8o7cSygi2jqLxY2f/mF6ICEEwUT7nGWroqUmJSknjXtKjO7vdM7ThwuTaCblN9EYC+qTWISlOaLFe1d6jhKrHF/ZtNN1I/5n4G7cAGhmI8dzsKOA7mKKQcVG/O2CJCwnf+IFKzr2fspnYMFxv6YZ3+FZlg3n3tE3KmQ3l30iUGz9d5DXSCEsi3MveOT0zwg2mcoEe1EQgKjYtUtt6TwIDAQAB',
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAugrLI2yl7nSB4G0VHfJOt1acyPmsQ+nttaT9IXY4hJpKUQ3efWGAgDz5lw1LsJaRatTRhx6O10a7kFT3rxAbFvR/M/QQBa7U4F3wxbt/o2w4Oehc5/GnzyhK6zBm9X2b/Bpdf5l1RCk8PqQQHMCWSMfEqWotZ6ZeeEDQINGR3RSiEELsApVSY2NPjWEwW7XsUQtQZZaYCeQq9b6XUlFn2SJZzGBHdbCt98yz3uUi15b+MYCY9V6yDjNCAByL3R8ssEAeFrp1V7Its31NvbyQy2f8HEler3nCzkucOlpP1XJlnPK4Q8xH9wPEYnGiBO1s0mBQntSqdNx2nf9Ap8mW8wIDAQAB',
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoVA8thfxwCFEeK/C8WGYHS03IDcTqbTXdK9PomyHOezi7KDNu9HiDwRBwqAg41PaNO7wlbEACrO5zodcsWj5BU9Gv4hTnRemoISVCG+1MzudHaTqbJwfp09NswRkcStl3As9CeuQ8+Qllps+F4nVarq1TelqUOj2WMZczGy8/z/Vums7km0duTXHpbac/EP7w4nW/gqVaksZ5tRUs9m+2rn5ob9Fw+2e/CTMk1Pi9m5of7kiMhvWjiqr1hhECsq47rVtq64pzwHRZDJhXKsjC/Vv6KIDDKWBK5hRBjE0hijhqrjko8FyYIeSqJft76alH3bLGFrsJ6vs73no9xao6QIDAQAB',
] as const;

const KEYS_1024 = [
  'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDoPB+wgpIarok9LqPWBf8wB2A8aXSJZb0ieiJIwg2w479pKPArwq/DV9VFGjb84rZXTFpsq+H1Qmw63E7lGNijP9RmBSasm00Ye1akwlZhxbYMOdBReBqt0bFPL5nNLb8tP0TxqTbtvea/oMdNY5uhRlcYtSLvMRvjnEwQcvbYZwIDAQAB',
  'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC2shu+UGQ9cA71E+L/D5b5Sc/AEO49yPsNYHjVo0OG0hxynhWyr32ajt5N3csfNS9yy+zLipF0d54191mbSkL4UH7Jd6kU89cnSO/Kk344t5ws4E1tj/B/OFOVKJ8y1WCJdcXBaRAJ555hbkLdLqeThXCwlgZ/vqTHNr6ufixvIQIDAQAB',
] as const;

/** The public key behind a token: always the same one for the same token. */
export function publicKeyFor(token: string, bits: 1024 | 2048): string {
  const keys = bits === 1024 ? KEYS_1024 : KEYS_2048;
  const pick = createHash('sha256').update(token).digest().readUInt32BE(0) % keys.length;
  return keys[pick] ?? KEYS_2048[0];
}

/**
 * The three Easy DKIM tokens of a domain in a target: 32 characters like SES's, the same in every run, different
 * in every account and Region.
 */
export function easyDkimTokens(accountId: string, region: string, domain: string): string[] {
  return [1, 2, 3].map((n) => {
    const digest = createHash('sha256').update(`${accountId}/${region}/${domain}/${n}`).digest();
    return [...digest].map((byte) => TOKEN_ALPHABET[byte % TOKEN_ALPHABET.length]).join('');
  });
}

const TOKEN_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
