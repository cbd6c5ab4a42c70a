/** Serves the scenarios as one organization, scans it once, and holds what is stored against what each expects. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV, scanSettingsSchema, type ScanSettings } from '../../lambda/contract.ts';
import type { Finding, Subject } from '../../lambda/controls/types.ts';
import type { StoredSubject } from '../../lambda/findings/types.ts';
import { startDnsServer, type DnsServer } from '../../local/dns/server.ts';
import { deriveWorld } from '../../local/organization/build-world.ts';
import type { Fault } from '../../local/gateway/faults.ts';
import type { World, WorldAccount, WorldRecord } from '../../local/organization/types.ts';
import { startSandbox, type Sandbox } from '../scan/support.ts';
import {
  findingFor,
  inWords,
  type Expected,
  type Place,
  type Scenario,
  type ScenarioGroup,
  type Scene,
} from './scenario.ts';

const ROOT = 'r-test';
const MANAGEMENT = '111111111111';

/** One `describe` with a test a scenario. All of a group share one world; a second scan follows where one has a `later`. */
export function runScenarios({ title, scenarios, settings = {}, secondOpinion }: ScenarioGroup): void {
  const places = placesOf(scenarios);
  describe(title, () => {
    let sandbox: Sandbox;
    let second: DnsServer | undefined;
    beforeAll(async () => {
      const stage = stageOf(places);
      // Cloned before anything happens: `elsewhere` changes what the second resolver alone sees.
      if (secondOpinion) second = await startDnsServer({ world: seenElsewhere(stage.world, places) });
      sandbox = await startSandbox(stage.world, settingsOf(settings, places));
      if (second) process.env[ENV.secondOpinionServers] = second.address;
      await scanOnce(sandbox, stage.faults);
      if (!scenarios.some(({ later }) => later)) return;
      const between = changeLater(stage.world, places);
      sandbox.stack.setWorld(stage.world);
      await scanOnce(sandbox, between);
    }, 180_000);
    afterAll(async () => {
      await sandbox?.close();
      await second?.close();
    });

    it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
      '%s',
      async (_name, scenario) => {
        const place = placeIn(places, scenario);
        const expected = scenario.says(place);
        expect(expected.length, 'a scenario says something').toBeGreaterThan(0);
        for (const one of expected) expectSaid(one, await latestOf(sandbox, one.subject));
        if (scenario.nothingElse) await expectNothingElse(sandbox, scenario, place);
      },
    );
  });
}

async function scanOnce(sandbox: Sandbox, faults: readonly Fault[]): Promise<void> {
  for (const fault of faults) sandbox.stack.gateway.inject(fault);
  const { execution } = await sandbox.scan();
  if (execution.status !== 'SUCCEEDED') throw new Error(`The scan ended ${execution.status}.`);
}

type Places = ReadonlyMap<Scenario, Place>;

/** Each scenario's own account and names, by its position in the group. */
export function placesOf(scenarios: readonly Scenario[]): Places {
  return new Map(scenarios.map((scenario, index) => [scenario, placeOf(index + 1)] as const));
}

function placeOf(index: number): Place {
  const number = String(index).padStart(3, '0');
  return { accountId: `2${number}`.padEnd(12, '2'), domain: `s${number}.test`, tld: `t${number}` };
}

function placeIn(places: Places, scenario: Scenario): Place {
  const place = places.get(scenario);
  if (!place) throw new Error(`No place for ${scenario.name}.`);
  return place;
}

/** No scenario waits for an answer that never comes, and a busy machine is no silent name server. */
const PATIENT: ScanSettings['dns'] = { ...scanSettingsSchema.parse({}).dns, timeoutMs: 15_000 };

function settingsOf(settings: NonNullable<ScenarioGroup['settings']>, places: Places): Partial<ScanSettings> {
  if (typeof settings !== 'function') return { dns: PATIENT, ...settings };
  const given = settings((name) => {
    const found = [...places].find(([scenario]) => scenario.name === name);
    if (!found) throw new Error(`No scenario is named ${name}.`);
    return found[1];
  });
  return { dns: PATIENT, ...given };
}

function stageOf(places: Places): { world: World; faults: Fault[] } {
  const now = new Date();
  const accounts = [...places].map(([scenario, place]) => ({
    id: place.accountId,
    name: place.domain.split('.')[0] ?? place.domain,
    in: ROOT,
    ...scenario.account,
    targets: Object.fromEntries(
      Object.entries(scenario.targets(place)).map(([region, identities]) => [region, { identities }]),
    ),
  }));
  const world = deriveWorld(
    {
      id: 'o-test',
      name: 'Test',
      rootId: ROOT,
      managementAccountId: MANAGEMENT,
      units: [],
      accounts: [{ id: MANAGEMENT, name: 'management', in: ROOT, targets: {} }, ...accounts],
    },
    { now },
  );
  // Only Regions that some scenario uses are asked of each account.
  const regions = new Set(accounts.flatMap(({ targets }) => Object.keys(targets)));
  world.sesRegions = world.sesRegions.filter((region) => regions.has(region));
  const faults: Fault[] = [];
  for (const [scenario, place] of places) {
    world.zoneApexes.push(...(scenario.apexes?.(place) ?? []));
    scenario.change?.(sceneOf(world, place, now, faults));
  }
  return { world, faults };
}

/** @returns the faults that the second scan meets */
function changeLater(world: World, places: Places): Fault[] {
  const faults: Fault[] = [];
  for (const [scenario, place] of places) scenario.later?.(sceneOf(world, place, new Date(), faults));
  return faults;
}

function seenElsewhere(world: World, places: Places): World {
  const copy = structuredClone(world);
  for (const [scenario, place] of places) scenario.elsewhere?.(sceneOf(copy, place, new Date(), []));
  return copy;
}

function sceneOf(world: World, place: Place, now: Date, faults: Fault[]): Scene {
  const account = world.accounts.find(({ id }) => id === place.accountId) as WorldAccount;
  const identity: Scene['identity'] = (region, name = place.domain) => {
    const found = account.targets[region]?.identities.find((one) => one.name === name);
    if (!found) throw new Error(`The scenario has no identity ${name} in ${region}.`);
    return found;
  };
  return {
    ...place,
    world,
    account,
    now,
    identity,
    publish(name, ...records) {
      const types = new Set(records.map(({ type }) => type));
      world.zones = world.zones.filter((one) => one.name !== name || !types.has(one.type as 'TXT'));
      const drafts = records.map((record) => ({
        name,
        ...record,
        ...(record.type === 'MX' ? { preference: record.preference ?? 10 } : {}),
      }));
      world.zones.push(...(drafts as WorldRecord[]));
    },
    remove(name, type) {
      const before = world.zones.length;
      world.zones = world.zones.filter((one) => one.name !== name || (type && one.type !== type));
      if (world.zones.length === before) throw new Error(`There is nothing to remove at ${name}.`);
    },
    records: (name) => world.zones.filter((one) => one.name === name),
    dnsFault: (fault) => void world.dnsFaults.push(fault),
    awsFault: (fault) =>
      void faults.push({ ...fault, match: { ...fault.match, accountId: place.accountId } }),
    dkim(region, name = place.domain) {
      const { dkim } = identity(region, name);
      const domain = name.slice(name.lastIndexOf('@') + 1);
      return (dkim?.tokens ?? []).map((token) => ({
        token,
        name: `${token}._domainkey.${domain}`,
        target: `${token}.${dkim?.hostedZone ?? ''}`,
      }));
    },
  };
}

async function latestOf(sandbox: Sandbox, subject: Subject): Promise<Finding[]> {
  const stored: StoredSubject | undefined = await sandbox.table.readSubject(subject);
  return Object.values(stored?.findings ?? {}).map(({ latest }) => latest);
}

function expectSaid(expected: Expected, findings: readonly Finding[]): void {
  const finding = findingFor(expected, findings);
  const words = inWords(expected);
  expect(finding, `${words}; nothing was said`).toBeDefined();
  if (!finding) return;
  if (expected.status !== 'any') {
    expect(`${finding.status} ${finding.reason}`, `${words}; it said: ${finding.summary}`).toBe(
      `${expected.status} ${expected.reason}`,
    );
  }
  const open = expected.status === 'FAIL' || expected.status === 'WARN';
  if (open) {
    expect(expected.severity, `${words}: an open finding is expected with its severity`).toBeDefined();
    expect(finding.fix?.text, `${words}: an open finding says what to do`).toMatch(/\w/);
  }
  if (expected.severity) expect(finding.severity, words).toBe(expected.severity);
  if (expected.summary) expect(finding.summary, words).toMatch(expected.summary);
  if (expected.publish) expect(finding.fix?.publish ?? [], words).toEqual(expected.publish);
  if (expected.remove) expect(finding.fix?.remove ?? [], words).toEqual(expected.remove);
  if (typeof expected.command === 'string') expect(finding.fix?.command, words).toBe(expected.command);
  else if (expected.command) expect(finding.fix?.command, words).toMatch(expected.command);
  if (expected.fixText) expect(finding.fix?.text, words).toMatch(expected.fixText);
  if (expected.evidence) expect(finding.evidence, words).toMatchObject(expected.evidence);
  if (expected.cause === null) expect(finding.cause, words).toBeUndefined();
  else if (expected.cause) expect(finding.cause?.controlId, words).toBe(expected.cause);
  if (expected.tracked) expect(finding.tracked?.value, words).toBe(expected.tracked);
}

/** Of the subjects that the scenario names. */
async function expectNothingElse(sandbox: Sandbox, scenario: Scenario, place: Place): Promise<void> {
  const expected = scenario.says(place);
  const subjects = new Map(expected.map(({ subject }) => [JSON.stringify(subject), subject]));
  const others: string[] = [];
  for (const [id, subject] of subjects) {
    const named = expected.filter((one) => JSON.stringify(one.subject) === id);
    for (const { controlId, status, reason, summary } of await latestOf(sandbox, subject)) {
      const open = status === 'FAIL' || status === 'WARN';
      if (open && !named.some(({ control }) => control === controlId)) {
        others.push(`${controlId} ${status} ${reason}: ${summary}`);
      }
    }
  }
  expect(others).toEqual([]);
}
