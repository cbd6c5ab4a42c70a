/** Reading an execution's input: refused whole, with one sentence, when anything in it is not understood. */
import { executionInputSchema, type ExecutionInput } from '../contract.ts';
import { OperatorError } from '../organization/errors.ts';

/**
 * @throws OperatorError naming the key at fault and the keys that are allowed.
 */
export function parseExecutionInput(input: unknown): ExecutionInput {
  const result = executionInputSchema.safeParse(input);
  if (result.success) return result.data;
  const allowed = Object.keys(executionInputSchema.shape).join(', ');
  const issue = result.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${printable(key)}"`).join(', ');
    throw new OperatorError(
      'InputInvalid',
      `The execution input has an unknown key ${keys}. Allowed keys: ${allowed}.`,
    );
  }
  const path = issue?.path.join('.') ?? '';
  const where = path ? `"${printable(path)}"` : 'The execution input';
  const what = path ? `In the execution input ${where}` : where;
  throw new OperatorError(
    'InputInvalid',
    `${what}: ${issue?.message ?? 'is not understood'}. Allowed keys: ${allowed}; start a full scan with {}.`,
  );
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
}
