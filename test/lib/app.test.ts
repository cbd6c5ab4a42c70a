import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addStacks, checkWithNag } from '../../lib/app.ts';
import { appContext, COMPLETE_SETTINGS, synthesize } from './synthesized.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined; // a failed validation sets it for the CDK command line
});

/** What synth with cdk-nag says; empty when it passes. */
function synthesizeWithNag(change: (stacks: ReturnType<typeof addStacks>) => void = () => undefined): string {
  vi.spyOn(console, 'error').mockReturnValue(undefined); // where CDK prints its validation report
  const outdir = mkdtempSync(join(tmpdir(), 'ses-posture-nag-'));
  try {
    const app = new App({ outdir, context: appContext(COMPLETE_SETTINGS), analyticsReporting: false });
    change(addStacks(app));
    checkWithNag(app);
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

describe('cdk-nag', { timeout: 120_000 }, () => {
  it('finds nothing that is not acknowledged', () => {
    expect(synthesizeWithNag()).toBe('');
  });

  it('fails the synth on a policy that is too broad', () => {
    const message = synthesizeWithNag(({ scanner }) => {
      scanner.functions.scannerRole.addToPolicy(
        new PolicyStatement({ actions: ['ses:*'], resources: ['*'] }),
      );
    });
    expect(message).toMatch(/validation/i);
  });
});

describe('placeholders', () => {
  const unset = 'organizationId, targetOuIds, alertAddresses';

  it.each(['scanner', 'memberRole', 'memberRoleStackSet'] as const)(
    'let %s synthesize, with a warning, but never deploy',
    (name) => {
      vi.spyOn(console, 'error').mockReturnValue(undefined); // where CDK prints the warning
      const app = synthesize({});
      const template = app[name].toJSON() as { Rules: unknown; Parameters: { [id: string]: unknown } };
      // The one value that the parameter may have is not the one that the rule demands.
      expect(template.Parameters['UnsetSettings']).toMatchObject({
        Type: 'String',
        Default: unset,
        AllowedValues: [unset],
      });
      expect(template.Rules).toMatchObject({
        SettingsAreComplete: {
          Assertions: [
            {
              Assert: { 'Fn::Equals': [{ Ref: 'UnsetSettings' }, 'none'] },
              AssertDescription: `Set ${unset} under the context key ses-posture in cdk.json (docs/deployment.md, "Settings").`,
            },
          ],
        },
      });
      expect(app.warnings[app.stacks[name].stackName]).toEqual([
        expect.stringContaining(`${unset}: not set`),
      ]);
    },
  );

  it('leave no trace once everything is set', () => {
    const app = synthesize();
    for (const template of [app.scanner, app.memberRole, app.memberRoleStackSet]) {
      const { Rules, Parameters } = template.toJSON() as { Rules?: object; Parameters?: object };
      expect(Object.keys(Rules ?? {})).not.toContain('SettingsAreComplete');
      expect(Object.keys(Parameters ?? {})).not.toContain('UnsetSettings');
    }
    expect(Object.values(app.warnings).flat()).toEqual([]);
  });
});

describe('the scanner stack', () => {
  it('belongs to the account that members trust, when the settings name it', () => {
    const { stacks } = synthesize({ ...COMPLETE_SETTINGS, scannerAccountId: '333333333333' });
    expect(stacks.scanner.account).toBe('333333333333');
  });
});

describe('the templates as a whole', () => {
  it('change only on purpose', () => {
    const { scanner, memberRole, memberRoleStackSet } = synthesize();
    const masked = JSON.stringify({ scanner, memberRole, memberRoleStackSet }).replace(
      /[0-9a-f]{64}/g,
      '<asset>',
    );
    expect(JSON.parse(masked)).toMatchSnapshot();
  });
});
