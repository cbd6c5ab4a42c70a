/** The commands of many findings: the same one stands once, contradicting ones not at all. */
import { accountOf, commandOrder, commandPlace, parseCommand, type AwsCommand } from './commands.ts';
import { compareText, refOf } from './names.ts';
import type { Conflict, FindingRef, OpenFinding } from './types.ts';

export interface PlannedCommand {
  accountId: string;
  command: AwsCommand;
  findings: FindingRef[];
}

/** In the order of the plan: by what the commands do, then by account, Region and identity. */
export function mergeCommands(findings: readonly OpenFinding[]): {
  commands: PlannedCommand[];
  conflicts: Conflict[];
} {
  const places = new Map<string, PlannedCommand[]>();
  for (const one of findings) {
    const { fix } = one.finding;
    const command = fix?.command === undefined ? undefined : parseCommand(fix.command);
    const accountId = accountOf(one.subject, fix?.account);
    if (command === undefined || accountId === undefined) continue;
    const place = commandPlace(accountId, command);
    const planned = places.get(place) ?? [];
    const same = planned.find((other) => other.command.text === command.text);
    if (same) same.findings.push(refOf(one));
    else places.set(place, [...planned, { accountId, command, findings: [refOf(one)] }]);
  }
  const agreed = [...places.values()].filter((planned) => planned.length === 1).flat();
  return {
    commands: agreed.sort(byOrder),
    conflicts: [...places.values()].filter((planned) => planned.length > 1).map(conflictOf),
  };
}

function byOrder(left: PlannedCommand, right: PlannedCommand): number {
  return (
    commandOrder(left.command) - commandOrder(right.command) ||
    compareText(left.accountId, right.accountId) ||
    compareText(left.command.text, right.command.text)
  );
}

function conflictOf(planned: PlannedCommand[]): Conflict {
  const [first] = planned;
  const { operation = '', region = '', identity } = first?.command ?? {};
  return {
    about: `${operation}${identity === undefined ? '' : ` of ${identity}`} (${first?.accountId ?? ''} ${region})`,
    wishes: planned.flatMap(({ findings, command }) =>
      findings.map((finding) => ({ finding, wants: command.text })),
    ),
  };
}
