/** Domains of mailbox providers: mail From these can never align when another than the provider sends it (IDENT-05). */

/** Each covers its subdomains, too (Japanese carriers gave out `x.ezweb.ne.jp`). */
const PROVIDER_DOMAINS: ReadonlySet<string> = new Set([
  'gmail.com',
  'googlemail.com',
  'ymail.com',
  'rocketmail.com',
  'outlook.com',
  'outlook.jp',
  'outlook.fr',
  'outlook.de',
  'outlook.es',
  'outlook.it',
  'outlook.com.br',
  'live.com',
  'live.jp',
  'live.co.uk',
  'live.fr',
  'live.nl',
  'live.ca',
  'live.it',
  'live.com.au',
  'msn.com',
  'passport.com',
  'icloud.com',
  'me.com',
  'mac.com',
  'aol.com',
  'aol.jp',
  'aim.com',
  'docomo.ne.jp',
  'ezweb.ne.jp',
  'au.com',
  'softbank.ne.jp',
  'i.softbank.jp',
  'vodafone.ne.jp',
  'ymobile.ne.jp',
  'ymobile1.ne.jp',
  'uqmobile.jp',
  'willcom.com',
  'nifty.com',
  'ocn.ne.jp',
  'biglobe.ne.jp',
  'so-net.ne.jp',
  'gmx.com',
  'gmx.net',
  'gmx.de',
  'gmx.at',
  'gmx.ch',
  'web.de',
  't-online.de',
  'freenet.de',
  'orange.fr',
  'wanadoo.fr',
  'free.fr',
  'laposte.net',
  'libero.it',
  'virgilio.it',
  'mail.ru',
  'bk.ru',
  'inbox.ru',
  'list.ru',
  'yandex.ru',
  'yandex.com',
  'rambler.ru',
  'proton.me',
  'protonmail.com',
  'pm.me',
  'tutanota.com',
  'zohomail.com',
  'fastmail.com',
  'mail.com',
  'email.com',
  'qq.com',
  'foxmail.com',
  '163.com',
  '126.com',
  'yeah.net',
  'sina.com',
  'sohu.com',
  'naver.com',
  'daum.net',
  'hanmail.net',
  'rediffmail.com',
  'uol.com.br',
  'bol.com.br',
  'terra.com.br',
  'comcast.net',
  'verizon.net',
  'att.net',
  'sbcglobal.net',
  'bellsouth.net',
  'cox.net',
  'charter.net',
  'btinternet.com',
  'sky.com',
  'seznam.cz',
  'wp.pl',
  'o2.pl',
  'interia.pl',
]);

/** Providers under many country codes: `yahoo.de`, `yahoo.co.jp`, `yahoo.com.br`, `yahoo.ne.jp`. */
const PROVIDERS_UNDER_MANY_SUFFIXES = /^(?:yahoo|hotmail)\.(?:(?:co|com|ne)\.)?[a-z]{2,3}$/;

/**
 * The provider's domain that `domain` is or is under.
 *
 * @param domain lower-case A-label form
 * @param extra the operator's own list (settings `freemailDomains`)
 * @example freemailProvider('mail.yahoo.co.jp') // 'yahoo.co.jp'
 */
export function freemailProvider(domain: string, extra: readonly string[] = []): string | undefined {
  const labels = domain.toLowerCase().split('.');
  for (let start = 0; start < labels.length - 1; start += 1) {
    const name = labels.slice(start).join('.');
    if (PROVIDER_DOMAINS.has(name) || extra.includes(name) || PROVIDERS_UNDER_MANY_SUFFIXES.test(name))
      return name;
  }
  return undefined;
}
