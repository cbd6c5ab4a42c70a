/** One plan for a domain, out of stored findings: as text, or its DNS part in a format that tools take. */
import type { FixFormat, FixOptions } from '../commands/fix.ts';
import { writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { buildPlan } from '../../lambda/fixes/build-plan.ts';
import { planInput } from '../../lambda/fixes/plan-input.ts';
import { renderBind } from '../../lambda/fixes/render-bind.ts';
import { renderRoute53 } from '../../lambda/fixes/render-route53.ts';
import { renderTerraform } from '../../lambda/fixes/render-terraform.ts';
import { isInOrder } from '../../lambda/fixes/own-words.ts';
import { renderText, summaryOf } from '../../lambda/fixes/render-text.ts';
import type { Plan } from '../../lambda/fixes/types.ts';
import { createFindingsTable, type FindingsTable } from '../../lambda/findings/table.ts';
import { useCallerCredentials } from '../caller.ts';
import { readWords } from '../fix/read-words.ts';
import { interruption, printable } from '../interruption.ts';
import { withStoredTable } from '../stored-table.ts';

/** Of the domain something is to be done, decided, or was not judged. */
const NOT_DONE = 1;

export async function fix(domain: string, options: FixOptions): Promise<void> {
  interruption.watch();
  const words = await withTable(options, (table) => readWords(table, domain));
  const plan = buildPlan(planInput(domain, words));
  const documents = documentsOf(plan, options.format);
  write(documents, options.output);
  if (options.format !== 'text') explain(plan, documents);
  process.exitCode = isInOrder(plan) ? 0 : NOT_DONE;
}

interface Document {
  text: string;
  /** What the format cannot say. */
  cautions: string[];
  /** The registrable domain, where there is a document for each. */
  zone?: string;
}

function documentsOf(plan: Plan, format: FixFormat): Document[] {
  switch (format) {
    case 'text':
      return [{ text: renderText(plan), cautions: [] }];
    case 'bind':
      return [{ text: renderBind(plan), cautions: [] }];
    case 'terraform':
      return [{ text: renderTerraform(plan), cautions: [] }];
    case 'route53':
      return renderRoute53(plan).map(({ zone, batch, cautions }) => ({
        text: `${JSON.stringify(batch, null, 2)}\n`,
        cautions,
        zone,
      }));
  }
}

/** @throws Error when there are several documents and no file to name them after, or when a file cannot be written */
function write(documents: Document[], output: string | undefined): void {
  if (output === undefined) {
    if (documents.length > 1) {
      const zones = documents.map(({ zone }) => zone).join(', ');
      throw new Error(
        `The changes need ${documents.length} change batches (${zones}), which one stream cannot hold. Give --output: each gets a file of its own.`,
      );
    }
    process.stdout.write(documents[0]?.text ?? '');
    return;
  }
  for (const [index, { text, zone }] of documents.entries()) {
    const file = documents.length === 1 ? resolve(output) : resolve(numbered(output, index + 1, zone ?? ''));
    try {
      writeFileSync(file, text);
    } catch (error) {
      const because = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new Error(`${file} cannot be written (${because}). Give another file with --output.`, {
        cause: error,
      });
    }
    console.error(`Written: ${printable(file)}`);
  }
}

/** `change.json` becomes `change-1-example.com.json`. */
function numbered(output: string, number: number, zone: string): string {
  const extension = extname(output);
  const stem = extension === '' ? output : output.slice(0, -extension.length);
  return `${stem}-${number}-${zone.replace(/[^a-z0-9.-]/g, '_')}${extension}`;
}

/** On the other stream, so that a file or a pipe holds the records alone. */
function explain(plan: Plan, documents: Document[]): void {
  const say = (text: string): void => console.error(printable(text));
  say(summaryOf(plan));
  const commands = plan.steps.filter(({ kind }) => kind === 'command').length;
  if (documents.length === 0) say('The plan changes no DNS record, so there is no change batch.');
  for (const { zone, cautions } of documents) {
    if (zone !== undefined)
      say(`For the hosted zone that holds the names under ${zone}: see which it is before you send it.`);
    for (const caution of cautions) say(`Caution: ${caution}.`);
  }
  if (commands > 0)
    say(
      `${commands === 1 ? '1 step is a command' : `${commands} steps are commands`} for SES, to be run when DNS answers: see --format text.`,
    );
  if (plan.conflicts.length + plan.advice.length > 0)
    say('What is not in the plan, and why, is in --format text.');
}

/** A folder of scans without a deployment, or a deployed table. */
async function withTable<T>(options: FixOptions, use: (table: FindingsTable) => Promise<T>): Promise<T> {
  return options.table === undefined
    ? withStoredTable(options, use)
    : withDeployed(options.table, options, use);
}

async function withDeployed<T>(
  tableName: string,
  options: FixOptions,
  use: (table: FindingsTable) => Promise<T>,
): Promise<T> {
  await useCallerCredentials(options);
  const client = new DynamoDBClient({ maxAttempts: 4 });
  try {
    // Nothing is written, so that nothing expires.
    return await use(createFindingsTable({ client, tableName, retentionDays: 365 }));
  } finally {
    client.destroy();
  }
}
