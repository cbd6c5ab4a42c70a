/** What the DNS formats say, read back by other means than they were written with. */
import type { Route53Batch } from '../../lambda/fixes/render-route53.ts';
import type { Plan, RecordSetChange } from '../../lambda/fixes/types.ts';

/** `name TYPE` to its sorted values. */
export type RecordSets = { [nameAndType: string]: string[] };

export function changesOf(plan: Plan): RecordSetChange[] {
  return plan.steps.flatMap((step) => (step.kind === 'dns' ? step.changes : []));
}

/** The record sets that have to be there once the plan is done. */
export function wantedSets(plan: Plan): RecordSets {
  const sets: RecordSets = {};
  for (const { name, type, values } of changesOf(plan)) {
    if (values.length > 0) sets[`${name} ${type}`] = [...values].sort();
  }
  return sets;
}

/** A master file of one record a line, fields separated by blanks (RFC 1035 section 5.1). */
export function readMasterFile(text: string): RecordSets {
  const sets: RecordSets = {};
  for (const line of text.split('\n')) {
    if (line.startsWith(';') || line === '') continue;
    const match = /^(\S+)\t(\d+)\tIN\t(CNAME|TXT|MX|A|AAAA)\t(.+)$/.exec(line);
    if (!match) throw new Error(`No record of a master file: ${line}`);
    const [, name = '', , type = '', data = ''] = match;
    add(sets, `${readName(name, 10)} ${type}`, readData(type, data, 10));
  }
  return sets;
}

/** What Route 53 holds once the batches are through, and what they delete. */
export function readBatches(batches: Route53Batch[]): { sets: RecordSets; deleted: RecordSets } {
  const [sets, deleted]: RecordSets[] = [{}, {}];
  for (const { batch } of batches) {
    for (const { Action, ResourceRecordSet } of JSON.parse(JSON.stringify(batch))
      .Changes as Route53Batch['batch']['Changes']) {
      const { Name, Type, TTL, ResourceRecords } = ResourceRecordSet;
      if (!(TTL > 0)) throw new Error(`${Name} has no TTL.`);
      const into = Action === 'DELETE' ? deleted : sets;
      for (const { Value } of ResourceRecords)
        add(into ?? {}, `${readName(Name, 8)} ${Type}`, readData(Type, Value, 8));
    }
  }
  return { sets: sets ?? {}, deleted: deleted ?? {} };
}

/** The resources of Terraform's text; templates in it are an error, because nothing of a plan is one. */
export function readTerraform(text: string): RecordSets {
  const sets: RecordSets = {};
  for (const [, body = ''] of text.matchAll(
    /^resource "aws_route53_record" "[a-z0-9_-]+" \{\n(.*?)^\}$/gms,
  )) {
    const field = (name: string): string => new RegExp(`^  ${name} += (.*)$`, 'm').exec(body)?.[1] ?? '';
    const name = readName(`${readHcl(field('name'))[0]}.`, 8);
    const type = readHcl(field('type'))[0] ?? '';
    for (const value of readHcl(field('records'))) {
      // The provider puts the outer quotes.
      add(sets, `${name} ${type}`, readData(type, type === 'TXT' ? `"${value}"` : value, 8));
    }
  }
  return sets;
}

/** The quoted strings of an HCL expression. */
function readHcl(expression: string): string[] {
  const strings = expression.match(/"(?:[^"\\]|\\.)*"/gs) ?? [];
  return strings.map((string) => {
    const inside = string.slice(1, -1);
    if (/(?<!\$)\$\{|(?<!%)%\{/.test(inside)) throw new Error(`A template: ${string}`);
    return inside
      .replace(/\\u([0-9a-f]{4})|\\(.)/g, (_, code: string | undefined, character: string | undefined) =>
        code === undefined ? (character ?? '') : String.fromCharCode(parseInt(code, 16)),
      )
      .replace(/([$%])\1\{/g, '$1{');
  });
}

function readData(type: string, data: string, base: 8 | 10): string {
  if (type === 'CNAME') return readName(data, base);
  if (type === 'MX') {
    const [preference = '', host = ''] = data.split(' ');
    return `${preference} ${readName(host, base)}`;
  }
  if (type !== 'TXT') return data;
  const strings: Buffer[] = [];
  let rest = data;
  while (rest !== '') {
    const match = /^ ?"((?:[^"\\]|\\.)*)"/s.exec(rest);
    if (!match) throw new Error(`No strings of a TXT: ${data}`);
    strings.push(octetsOf(match[1] ?? '', base));
    rest = rest.slice(match[0].length);
  }
  if (strings.some(({ length }) => length > 255))
    throw new Error(`A string of more than 255 octets: ${data}`);
  return Buffer.concat(strings).toString('utf8');
}

function readName(name: string, base: 8 | 10): string {
  if (!name.endsWith('.')) throw new Error(`${name} is not absolute.`);
  return octetsOf(name.slice(0, -1), base).toString('utf8');
}

function octetsOf(text: string, base: 8 | 10): Buffer {
  if (/[^\x20-\x7e]/.test(text)) throw new Error(`Not printable: ${JSON.stringify(text)}`);
  const octets: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '\\') octets.push(text.charCodeAt(at));
    else if (/^\d{3}$/.test(text.slice(at + 1, at + 4))) {
      octets.push(parseInt(text.slice(at + 1, at + 4), base));
      at += 3;
    } else {
      at += 1;
      octets.push(text.charCodeAt(at));
    }
  }
  return Buffer.from(octets);
}

function add(sets: RecordSets, key: string, value: string): void {
  sets[key] = [...(sets[key] ?? []), value].sort();
}
