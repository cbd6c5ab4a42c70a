/** The CDK app: `npx cdk synth`, `npx cdk deploy`. Settings stand in cdk.json under the context key ses-posture. */
import { App } from 'aws-cdk-lib';
import { addStacks, checkWithNag } from '../lib/app.ts';
import { SettingsError } from '../lib/settings.ts';
import { namesControl } from './names-control.ts';

try {
  const app = new App();
  addStacks(app, { namesControl });
  checkWithNag(app);
  app.synth();
} catch (error) {
  // The operator's mistake gets its sentence, ours its stack trace.
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
