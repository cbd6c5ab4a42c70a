/** Short words for the scenarios of one account: where an expectation stands, and the usual ways to break things. */
import type { WorldConfigurationSet, WorldTarget } from '../../../local/organization/types.ts';
import { domain, type IdentitySpec } from '../../../local/organization/vocabulary.ts';
import { on, type Expected, type Place, type Scenario, type Scene } from '../scenario.ts';

export const REGION = 'us-east-1';
export const ELSEWHERE = 'eu-west-1';

export type Said = Omit<Expected, 'subject'>;
export type Says = (place: Place) => Said[];

/** The one identity that most scenarios need: the place's own domain. */
export const own = ({ domain: name }: Place): IdentitySpec[] => [domain(name)];

/** The same word of several controls. */
export const each = (controls: string[], say: (control: string) => Said): Said[] => controls.map(say);

/** What is said of the account's subjects, each kind for itself. */
export interface Speech {
  /** Of the identity named like the place's domain. */
  identity?: Says;
  /** Of other identities of REGION, by name below the domain or as address; `@`: at the domain. */
  of?: { [name: string]: Says };
  target?: Says;
  account?: Says;
  /** Of the place's domain. */
  domain?: Says;
  /** Of `bounce.<domain>`. */
  mailFrom?: Says;
}

export function saidBy(speech: Speech): (place: Place) => Expected[] {
  return (place) => [
    ...about(on.identity(place, REGION, place.domain), speech.identity?.(place)),
    ...Object.entries(speech.of ?? {}).flatMap(([name, says]) =>
      about(on.identity(place, REGION, nameIn(place, name)), says(place)),
    ),
    ...about(on.target(place, REGION), speech.target?.(place)),
    ...about(on.account(place), speech.account?.(place)),
    ...about(on.domain(place.domain), speech.domain?.(place)),
    ...about(on.domain(`bounce.${place.domain}`), speech.mailFrom?.(place)),
  ];
}

function about(subject: Expected['subject'], said: Said[] = []): Expected[] {
  return said.map((one) => ({ subject, ...one }));
}

/** `news` is `news.<domain>`, `billing@` an address at the domain, `a@mail` one at a subdomain. */
export function nameIn(place: Place, name: string): string {
  if (name.includes('.')) return name;
  return name.endsWith('@') ? `${name}${place.domain}` : `${name}.${place.domain}`;
}

/** One account with one Region. */
export function inOneRegion(
  name: string,
  identities: (place: Place) => IdentitySpec[],
  speech: Speech,
  more: Partial<Scenario> = {},
): Scenario {
  return { name, targets: (place) => ({ [REGION]: identities(place) }), says: saidBy(speech), ...more };
}

export const pass = (control: string, reason: string, more: Partial<Said> = {}): Said => ({
  ...{ control, status: 'PASS', reason, ...more },
});
export const unknown = (control: string, reason: string, more: Partial<Said> = {}): Said => ({
  ...{ control, status: 'UNKNOWN', reason, ...more },
});
export const notApplicable = (control: string, reason: string, more: Partial<Said> = {}): Said => ({
  ...{ control, status: 'NOT_APPLICABLE', reason, ...more },
});
type Open = Partial<Said> & Required<Pick<Said, 'severity'>>;
export const fail = (control: string, reason: string, more: Open): Said => ({
  ...{ control, status: 'FAIL', reason, ...more },
});
export const warn = (control: string, reason: string, more: Open): Said => ({
  ...{ control, status: 'WARN', reason, ...more },
});

export function targetOf(scene: Scene, region = REGION): WorldTarget {
  const target = scene.account.targets[region];
  if (!target) throw new Error(`The scenario has no target in ${region}.`);
  return target;
}

export function defaultSetOf(scene: Scene): WorldConfigurationSet {
  const [set] = targetOf(scene).configurationSets;
  if (!set) throw new Error('The target has no configuration set.');
  return set;
}

/** The member role loses these actions: AWS answers AccessDenied in each service's own shape. */
export function deny(scene: Scene, ...actions: string[]): void {
  for (const role of scene.account.roles) {
    for (const action of actions) {
      if (!role.allowedActions.includes(action)) throw new Error(`No role is allowed ${action}.`);
    }
    role.allowedActions = role.allowedActions.filter((action) => !actions.includes(action));
  }
}
