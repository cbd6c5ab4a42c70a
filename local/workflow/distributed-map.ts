/**
 * aws-local-stepfunctions runs a Distributed Map as an inline one: no executions of its own, no tolerance. This splits
 * such a map: its item processor becomes one Task that runs a child execution, followed by a Task that counts failures.
 */

/** A child may take a whole scan; without a number of its own the interpreter would end a Task after 60 seconds. */
const CHILD_SECONDS = 12 * 3600;

export interface Definition {
  StartAt: string;
  States: { [name: string]: { [key: string]: unknown } };
  TimeoutSeconds?: number;
}

export interface DistributedMap {
  label: string;
  processor: Definition;
  toleranceState: string;
  nextChildName: () => string;
  succeeded: () => void;
  failed: (error: unknown) => void;
  /** @throws States.ExceedToleratedFailureThreshold */
  checkTolerance: () => void;
}

export interface SplitDefinition {
  definition: Definition;
  /** By the name of the Task that stands for the map's item processor. */
  maps: { [stateName: string]: DistributedMap };
}

/** Leaves the given definition as it is. */
export function splitDistributedMaps(original: Definition): SplitDefinition {
  const definition = structuredClone(original);
  const maps: { [stateName: string]: DistributedMap } = {};
  for (const [name, state] of Object.entries(definition.States)) {
    const processor = state['ItemProcessor'] as
      (Definition & { ProcessorConfig?: { Mode?: string } }) | undefined;
    if (state['Type'] !== 'Map' || processor?.ProcessorConfig?.Mode !== 'DISTRIBUTED') continue;
    const childState = `${name} (child)`;
    const toleranceState = `${name} (tolerance)`;
    maps[childState] = createMap(name, toleranceState, processor, state);
    const { Next, End } = state;
    state['ItemProcessor'] = {
      StartAt: childState,
      States: {
        [childState]: {
          Type: 'Task',
          Resource: `local:${childState}`,
          TimeoutSeconds: CHILD_SECONDS,
          End: true,
        },
      },
    };
    definition.States[toleranceState] = {
      Type: 'Task',
      Resource: `local:${toleranceState}`,
      ResultPath: null,
      ...(Next === undefined ? { End } : { Next }),
    };
    delete state['End'];
    state['Next'] = toleranceState;
  }
  return { definition, maps };
}

function createMap(
  name: string,
  toleranceState: string,
  processor: Definition,
  state: { [key: string]: unknown },
): DistributedMap {
  const percentage = Number(state['ToleratedFailurePercentage'] ?? 0);
  const count = Number(state['ToleratedFailureCount'] ?? 0);
  let children = 0;
  let good = 0;
  const failures: unknown[] = [];
  return {
    label: String(state['Label'] ?? name),
    processor: { StartAt: processor.StartAt, States: processor.States },
    toleranceState,
    nextChildName: () => `child-${(children += 1)}`,
    succeeded: () => void (good += 1),
    failed: (error) => void failures.push(error),
    checkTolerance() {
      const total = good + failures.length;
      const tolerated = failures.length <= count || (failures.length / total) * 100 <= percentage;
      if (failures.length === 0 || tolerated) return;
      const first = failures[0] instanceof Error ? failures[0].message : String(failures[0]);
      const error = new Error(
        `${failures.length} of ${total} children of ${name} failed, the first: ${first}`,
      );
      error.name = 'States.ExceedToleratedFailureThreshold';
      throw error;
    },
  };
}
