/** A small XML writer: enough for AWS's Query and S3 answers. */

/** Text, a number, a flag, a list of equally named elements, or elements by name. Absent ones are not written. */
export type XmlContent = string | number | boolean | undefined | XmlContent[] | { [tag: string]: XmlContent };

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

/** Escapes text for element content. Characters that XML 1.0 cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character);
}

/**
 * Writes `<tag>content</tag>`; a list repeats the tag, absent content writes nothing.
 * @example element('Code', 'a<b') // '<Code>a&lt;b</Code>'
 */
export function element(tag: string, content: XmlContent, attributes = ''): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((one) => element(tag, one, attributes)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([name, value]) => element(name, value))
          .join('')
      : escapeXml(String(content));
  return `<${tag}${attributes}>${inner}</${tag}>`;
}

/** A whole document with its declaration. */
export function xmlDocument(tag: string, namespace: string | undefined, content: XmlContent): string {
  const attributes = namespace === undefined ? '' : ` xmlns="${escapeXml(namespace)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(tag, content ?? '', attributes)}`;
}
