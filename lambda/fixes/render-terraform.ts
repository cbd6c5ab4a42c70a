/** The DNS part of a plan as Terraform: resources `aws_route53_record` of the AWS provider, and what to give them. */
import { createHash } from 'node:crypto';
import { printable } from '../controls/bounds.ts';
import { registrableDomain } from '../controls/fixes.ts';
import { hclString, route53Name, route53String, txtStrings } from './escape.ts';
import { compareText, refText } from './names.ts';
import { cautions, RECORD_TTL, zoneRecord } from './render-bind.ts';
import { route53Value } from './render-route53.ts';
import type { Plan, RecordSetChange, RecordType, Step } from './types.ts';

type DnsStep = Extract<Step, { kind: 'dns' }>;

export function renderTerraform(plan: Plan): string {
  const steps = plan.steps.filter((step): step is DnsStep => step.kind === 'dns');
  const published = steps.flatMap(({ changes }) => changes).filter(({ values }) => values.length > 0);
  const zones = [...new Set(published.map(({ name }) => registrableDomain(name)))].sort(compareText);
  const blocks = [
    `# DNS part of the fix plan for ${printable(plan.domain)}.`,
    ...(published.length === 0 ? ['# The plan publishes no DNS record.'] : []),
    ...zones.map(variableBlock),
    ...steps.flatMap(stepBlocks),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function variableBlock(zone: string): string {
  return [
    `variable ${hclString(zoneVariable(zone))} {`,
    `  description = ${hclString(`Id of the Route 53 hosted zone that holds the names under ${printable(zone)}.`)}`,
    '  type        = string',
    '}',
  ].join('\n');
}

function zoneVariable(zone: string): string {
  return `zone_id_${identifier(zone)}`;
}

function stepBlocks(step: DnsStep): string[] {
  const heading = [
    `# ${printable(step.title)}`,
    ...[...step.heals, ...step.serves].map((ref) => `#   for ${printable(refText(ref))}`),
  ];
  return [heading.join('\n'), ...step.changes.map(changeBlock)];
}

function changeBlock(change: RecordSetChange): string {
  const { name, type, values, found, displaces } = change;
  const gone = found.filter((value) => !values.includes(value));
  const comments = [
    ...gone.map((value) => `# stands there now and goes: ${zoneRecord({ name, type, value })}`),
    ...displaces.map((record) => `# remove by hand in the same change: ${zoneRecord(record)}`),
    ...cautions(change).map((text) => `# ${text}`),
  ];
  if (values.length === 0) return [...comments, '# nothing takes its place'].join('\n');
  return [
    ...comments,
    `resource "aws_route53_record" ${hclString(resourceName(name, type))} {`,
    `  zone_id = var.${zoneVariable(registrableDomain(name))}`,
    `  name    = ${hclString(route53Name(name).replace(/\.$/, ''))}`,
    `  type    = ${hclString(type)}`,
    `  ttl     = ${RECORD_TTL}`,
    `  records = [${values.map((value) => hclString(recordValue(type, value))).join(', ')}]`,
    // A set that another state manages is imported there instead; without it Terraform refuses to touch what it did not make.
    ...(found.length > 0 ? ['', '  allow_overwrite = true'] : []),
    '}',
  ].join('\n');
}

/**
 * The provider puts one pair of quotes round a TXT itself, so that its further strings are separated by `""` inside
 * (Terraform AWS provider, aws_route53_record: records longer than 255 characters).
 */
export function recordValue(type: RecordType, value: string): string {
  return type === 'TXT' ? txtStrings(value).map(route53String).join('""') : route53Value(type, value);
}

/** The same name for the same record set, whatever else the plan holds: type, name, and a hash that keeps it unique. */
export function resourceName(name: string, type: RecordType): string {
  const hash = createHash('sha256').update(`${type} ${name}`).digest('hex').slice(0, 8);
  return `${type.toLowerCase()}_${identifier(name).slice(0, 80)}_${hash}`;
}

function identifier(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9-]/g, '_');
}
