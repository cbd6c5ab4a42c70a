import { describe, expect, it } from 'vitest';
import { providerMatrix } from '../../lambda/report/provider-matrix.ts';
import { textOf } from '../../bin/actions/providers.ts';
import { start } from './support.ts';

describe('ses-posture providers', () => {
  it('shows a block a domain: each provider, its state, and why', () => {
    const rows = providerMatrix([
      {
        subject: { kind: 'domain', name: 'example.com' },
        finding: {
          controlId: 'BULK-03',
          status: 'FAIL',
          reason: 'DKIM_MISSING',
          summary: '',
          evidence: { because: ['DKIM_MISSING'] },
        },
      },
    ]);
    const lines = textOf(rows)
      .replace(/\u001b\[\d+m/g, '')
      .split('\n');
    expect(lines[0]).toBe('example.com');
    expect(lines).toContain('  Yahoo              not ready: DKIM does not pass');
    expect(lines).toHaveLength(6);
  });

  it('says in a sentence that there are no scans', async () => {
    const { code, stdout, stderr } = await start(['providers', 'example.com']).ended;
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/holds no scans\. Run `ses-posture scan` first/);
  }, 60_000);
});
