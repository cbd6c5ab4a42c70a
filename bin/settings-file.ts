/** The operator's settings for a scan without a deployment: cdk.json, or a file that holds just them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS_FILE_NAME, scanSettingsSchema, type ScanSettings } from '../lambda/contract.ts';
import { readSettings, SETTINGS_CONTEXT_KEY, SettingsError, toScanSettings } from '../lib/settings.ts';
import { namesControl } from './names-control.ts';

/**
 * @param file cdk.json (its context's key `ses-posture` counts), or a JSON object of the settings themselves
 * @throws Error with one sentence for each fault: the file cannot be read, or a setting cannot be used
 */
export function readSettingsFile(file: string): Partial<ScanSettings> {
  const given = settingsIn(parse(file));
  const { settings, placeholders } = readSettings(given, { namesControl, source: file });
  const { externalId, ...rest } = toScanSettings(settings);
  // Without an organization id the external id would be made up from a placeholder.
  const madeUp = placeholders.includes('organizationId') && !hasKey(given, 'externalId');
  return externalId === undefined || madeUp ? rest : { ...rest, externalId };
}

/**
 * The settings that the last scan of a folder was made with. Whoever opens the folder hands them on, because the stack
 * writes its settings there. A file of another version of this software is no matter: then those are the defaults.
 */
export function settingsOfLastScan(folder: string): Partial<ScanSettings> {
  try {
    const stored: unknown = JSON.parse(readFileSync(join(folder, SETTINGS_FILE_NAME), 'utf8'));
    return scanSettingsSchema.parse(stored);
  } catch {
    return {};
  }
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SettingsError([
      `The settings file ${file} cannot be read (${code ?? message}). Name cdk.json, or a JSON file of settings, with --settings.`,
    ]);
  }
}

function settingsIn(content: unknown): unknown {
  const context = hasKey(content, 'context') ? content['context'] : undefined;
  if (context === undefined) return content;
  return hasKey(context, SETTINGS_CONTEXT_KEY) ? context[SETTINGS_CONTEXT_KEY] : {};
}

function hasKey<Key extends string>(value: unknown, key: Key): value is { [name in Key]: unknown } {
  return typeof value === 'object' && value !== null && key in value;
}
