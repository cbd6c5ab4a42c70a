/** `npm run docs:workflow`: docs/workflow.md, a diagram and a table of the synthesized state machine. */
import {
  type FlowDefinition,
  type ScanWorkflowDefinition,
  type StateDefinition,
  synthesizeScanWorkflow,
} from '../local/workflow/definition.ts';
import { publish } from './generated-doc.ts';

const workflow = await synthesizeScanWorkflow();
await publish('docs/workflow.md', page(workflow), 'docs:workflow');

function page({ definition, functionOf }: ScanWorkflowDefinition): string {
  const rows = allStates(definition).map(([name, state]) => row(name, state, functionOf));
  return [
    '# The workflow',
    '',
    '<!-- Generated from the synthesized definition by `npm run docs:workflow`. Do not edit. -->',
    '',
    'The state machine `ses-posture-scan`, as it is deployed and as it runs on a laptop.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...diagram(definition, '  '),
    '```',
    '',
    '| State | Kind | Runs | Timeout | What it does |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function diagram(flow: FlowDefinition, indent: string): string[] {
  return [
    `${indent}[*] --> ${id(flow.StartAt)}`,
    ...Object.entries(flow.States).flatMap(([name, state]) => stateLines(name, state, indent)),
  ];
}

function stateLines(name: string, state: StateDefinition, indent: string): string[] {
  const own = id(name);
  const declared =
    state.Type === 'Choice'
      ? [`${indent}state "${name}" as ${own}`]
      : name === own
        ? []
        : [`${indent}${own} : ${name}`];
  const inside = state.ItemProcessor
    ? [`${indent}state ${own} {`, ...diagram(state.ItemProcessor, `${indent}  `), `${indent}}`]
    : [];
  return [...declared, ...inside, ...arrows(state).map((arrow) => `${indent}${own} --> ${arrow}`)];
}

/** Where a state goes, with the condition. */
function arrows(state: StateDefinition): string[] {
  const choices = (state.Choices ?? []).map(
    (choice) => `${id(choice.Next)} : ${String(choice['Variable']).slice(2)}`,
  );
  const caught = (state.Catch ?? []).map(({ Next }) => `${id(Next)} : on error`);
  return [
    ...(state.Next ? [id(state.Next)] : []),
    ...choices,
    ...(state.Default ? [`${id(state.Default)} : otherwise`] : []),
    ...caught,
    ...(state.End || state.Type === 'Succeed' ? ['[*]'] : []),
  ];
}

function row(name: string, state: StateDefinition, functionOf: (resource: string) => string): string {
  const runs = state.Resource ? `\`${functionOf(state.Resource)}\`` : concurrency(state);
  const timeout = state['TimeoutSeconds'] === undefined ? '' : `${String(state['TimeoutSeconds'])} s`;
  return `| ${name} | ${kind(state)} | ${runs} | ${timeout} | ${state.Comment ?? ''} |`;
}

function kind({ Type, ItemProcessor }: StateDefinition): string {
  if (Type !== 'Map') return Type;
  return ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED' ? 'Distributed Map' : 'Map';
}

function concurrency(state: StateDefinition): string {
  return state['MaxConcurrency'] === undefined ? '' : `at most ${String(state['MaxConcurrency'])} at once`;
}

function allStates(flow: FlowDefinition): [string, StateDefinition][] {
  return Object.entries(flow.States).flatMap(([name, state]) => [
    [name, state] as [string, StateDefinition],
    ...(state.ItemProcessor ? allStates(state.ItemProcessor) : []),
  ]);
}

/** Mermaid takes letters and digits as the id of a state. */
function id(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '');
}
