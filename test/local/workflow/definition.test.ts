import { describe, expect, it } from 'vitest';
import { synthesizeScanWorkflow } from '../../../local/workflow/definition.ts';

describe('synthesizeScanWorkflow', () => {
  it('leaves nothing that only CloudFormation could resolve', async () => {
    const { definition } = await synthesizeScanWorkflow();
    const text = JSON.stringify(definition);
    expect(text).not.toMatch(/\$\{|Fn::|"Ref"/);
    expect(text).toContain('arn:aws:lambda:us-east-1:111111111111:function:scan-region"');
  });

  it("knows the handler behind a task's resource", async () => {
    const { functionOf } = await synthesizeScanWorkflow();
    expect(functionOf('arn:aws:lambda:us-east-1:111111111111:function:survey-account')).toBe(
      'survey-account',
    );
    expect(() => functionOf('arn:aws:states:::sns:publish')).toThrow(
      'names no function of the synthesized workflow',
    );
  });
});
