/**
 * Somebody who follows a plan to the letter in a World: changes its zones, runs exactly the commands that a plan may print,
 * and throws at anything else. SES reacts as its developer guide says.
 */
import { dkimZoneOf } from '../../local/organization/regions.ts';
import { easyDkimTokens, publicKeyFor } from '../../local/organization/dkim-keys.ts';
import type { World, WorldIdentity, WorldRecord, WorldTarget } from '../../local/organization/types.ts';
import type { Plan, RecordSetChange } from '../../lambda/fixes/types.ts';
import { dnsOf } from '../organization/support.ts';

/** The steps in their order; `world` is changed. */
export function carryOut(plan: Plan, world: World): void {
  for (const step of plan.steps) {
    if (step.kind === 'dns') {
      for (const { name, unseen } of step.changes) {
        if (unseen && world.zones.some((record) => record.name === name))
          throw new Error(`${name} is not free.`);
      }
      for (const change of step.changes) changeRecords(change, world);
    }
    if (step.kind === 'command') runCommand(step.command, step.accountId, world);
    sesLooks(world);
  }
}

const valueOf = (record: WorldRecord): string =>
  record.type === 'MX' ? `${record.preference} ${record.data === '' ? '.' : record.data}` : record.data;

/** As a strict provider does it: what the plan did not know of must not be lost, and no CNAME stands beside anything. */
function changeRecords(change: RecordSetChange, world: World): void {
  const { name, type, values, found, displaces, partial, hidden } = change;
  const here = (): WorldRecord[] => world.zones.filter((record) => record.name === name);
  const drop = (gone: (record: WorldRecord) => boolean): void => {
    world.zones = world.zones.filter((record) => record.name !== name || !gone(record));
  };
  for (const one of displaces) {
    if (!here().some((record) => record.type === one.type && valueOf(record) === one.value))
      throw new Error(`${name} has no ${one.type} ${one.value} to remove.`);
    drop((record) => record.type === one.type && valueOf(record) === one.value);
  }
  if (hidden) drop(() => true);
  const there = here()
    .filter((record) => record.type === type)
    .map(valueOf);
  const lost = there.filter((value) => !found.includes(value) && !values.includes(value));
  if (lost.length > 0 && !partial) throw new Error(`${name} ${type} would lose ${lost.join(', ')}.`);
  const imagined = found.filter((value) => !there.includes(value));
  if (imagined.length > 0) throw new Error(`${name} ${type} has no ${imagined.join(', ')}.`);
  drop((record) => record.type === type);
  for (const value of partial ? [...lost, ...values] : values) world.zones.push(recordOf(name, type, value));
  if (here().length > 1 && here().some((record) => record.type === 'CNAME'))
    throw new Error(`A CNAME stands beside other records at ${name}.`);
}

function recordOf(name: string, type: RecordSetChange['type'], value: string): WorldRecord {
  if (type !== 'MX') return { name, type, data: value };
  const [preference = '', host = ''] = value.split(' ');
  return { name, type, preference: Number(preference), data: host === '.' ? '' : host };
}

/** A command runs for one account and Region and one identity, all of which have to be there. */
function runCommand(text: string, accountId: string, world: World): void {
  const [program, ...words] = shellWords(text);
  if (program !== 'aws') throw new Error(`Not of the AWS CLI: ${text}`);
  const [service = '', operation = '', ...options] = words;
  const given = optionsOf(options);
  const region = given.get('--region') ?? '';
  const target = world.accounts.find(({ id }) => id === accountId)?.targets[region];
  if (target === undefined) throw new Error(`${accountId} has nothing in ${region}: ${text}`);
  const command = COMMANDS[`${service} ${operation}`];
  if (command === undefined) throw new Error(`No plan may print this command: ${text}`);
  const allowed = new Set([...command.options, '--region']);
  const unknown = [...given.keys()].filter((option) => !allowed.has(option));
  if (unknown.length > 0) throw new Error(`${operation} has no ${unknown.join(', ')}: ${text}`);
  command.run({ target, accountId, region, world, given });
}

interface Run {
  target: WorldTarget;
  accountId: string;
  region: string;
  world: World;
  given: Map<string, string>;
}

const COMMANDS: { [command: string]: { options: string[]; run: (run: Run) => void } } = {
  'sesv2 create-email-identity': {
    options: ['--email-identity'],
    run(run) {
      const name = wanted(run, '--email-identity');
      if (run.target.identities.some((one) => one.name === name)) throw new Error(`${name} exists already.`);
      const identity: WorldIdentity = {
        name,
        type: name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
        verificationStatus: 'PENDING',
        verifiedForSending: false,
        feedbackForwarding: true,
      };
      run.target.identities.push(identity);
      if (identity.type === 'DOMAIN') newKeys(identity, run);
    },
  },
  'ses verify-email-identity': {
    options: ['--email-address'],
    run(run) {
      // The link is followed at once.
      const identity = identityOf(run, wanted(run, '--email-address'));
      identity.verificationStatus = 'SUCCESS';
      identity.verifiedForSending = true;
    },
  },
  'sesv2 put-email-identity-dkim-signing-attributes': {
    options: ['--email-identity', '--signing-attributes-origin', '--signing-attributes'],
    run(run) {
      const identity = identityOf(run, wanted(run, '--email-identity'));
      expectOption(run, '--signing-attributes-origin', 'AWS_SES');
      expectOption(run, '--signing-attributes', 'NextSigningKeyLength=RSA_2048_BIT');
      if (identity.dkim?.tokens === undefined) newKeys(identity, run);
      else longerKeys(identity, run);
    },
  },
  'ses verify-domain-dkim': {
    options: ['--domain'],
    run(run) {
      const identity = identityOf(run, wanted(run, '--domain'));
      if (identity.dkim?.tokens === undefined) throw new Error(`${identity.name} has no tokens to verify.`);
      identity.dkim.status = 'PENDING';
      if (identity.verificationStatus === 'FAILED') identity.verificationStatus = 'PENDING';
    },
  },
  'sesv2 put-email-identity-dkim-attributes': {
    options: ['--email-identity', '--signing-enabled'],
    run(run) {
      const identity = identityOf(run, wanted(run, '--email-identity'));
      expectOption(run, '--signing-enabled', '');
      if (identity.dkim) identity.dkim.signingEnabled = true;
    },
  },
  'sesv2 put-email-identity-mail-from-attributes': {
    options: ['--email-identity', '--mail-from-domain', '--behavior-on-mx-failure'],
    run(run) {
      const identity = identityOf(run, wanted(run, '--email-identity'));
      const behavior = wanted(run, '--behavior-on-mx-failure');
      if (behavior !== 'USE_DEFAULT_VALUE' && behavior !== 'REJECT_MESSAGE')
        throw new Error(`No behavior ${behavior}.`);
      const domain = wanted(run, '--mail-from-domain');
      if (!domain.endsWith(`.${identity.name.split('@').pop()}`))
        throw new Error(`${domain} is not below ${identity.name}.`);
      identity.mailFrom = { domain, status: 'PENDING', behaviorOnMxFailure: behavior };
    },
  },
  'sesv2 put-email-identity-configuration-set-attributes': {
    options: ['--email-identity', '--configuration-set-name'],
    run(run) {
      const name = wanted(run, '--configuration-set-name');
      if (!run.target.configurationSets.some((one) => one.name === name)) throw new Error(`No set ${name}.`);
      identityOf(run, wanted(run, '--email-identity')).configurationSet = name;
    },
  },
};

/** SES makes three tokens and publishes the keys behind them; the owner's CNAMEs are still to come. */
function newKeys(identity: WorldIdentity, { accountId, region, world }: Run): void {
  const tokens = easyDkimTokens(accountId, region, identity.name);
  const hostedZone = dkimZoneOf(region);
  identity.dkim = {
    signingEnabled: true,
    status: 'PENDING',
    tokens,
    origin: 'AWS_SES',
    hostedZone,
    currentKeyLength: 'RSA_2048_BIT',
    nextKeyLength: 'RSA_2048_BIT',
  };
  for (const token of tokens) publishKey(`${token}.${hostedZone}`, token, world);
}

/** SES changes to the new length in its own time, behind the same CNAMEs. */
function longerKeys(identity: WorldIdentity, { world }: Run): void {
  const { dkim } = identity;
  if (!dkim) return;
  dkim.nextKeyLength = 'RSA_2048_BIT';
  dkim.currentKeyLength = 'RSA_2048_BIT';
  for (const token of dkim.tokens ?? []) publishKey(`${token}.${dkim.hostedZone}`, token, world);
}

function publishKey(name: string, token: string, world: World): void {
  world.zones = world.zones.filter((record) => record.name !== name || record.type !== 'TXT');
  world.zones.push({ name, type: 'TXT', data: `p=${publicKeyFor(token, 2048)}` });
}

/** What SES finds out by itself: it looks while a status is PENDING or TEMPORARY_FAILURE, never after FAILED. */
function sesLooks(world: World): void {
  const waits = world.accounts.some(({ targets }) =>
    Object.values(targets).some(({ identities }) =>
      identities.some(({ dkim, mailFrom }) => isLooking(dkim?.status) || isLooking(mailFrom?.status)),
    ),
  );
  if (!waits) return;
  const resolve = dnsOf(world);
  for (const { targets } of world.accounts) {
    for (const { identities } of Object.values(targets)) {
      for (const identity of identities) {
        const { dkim, mailFrom } = identity;
        if (dkim && isLooking(dkim.status) && identity.type === 'DOMAIN' && cnamesRight(identity, resolve)) {
          dkim.status = 'SUCCESS';
          identity.verificationStatus = 'SUCCESS';
          identity.verifiedForSending = true;
        }
        if (mailFrom && isLooking(mailFrom.status) && mxRight(mailFrom.domain, resolve)) {
          mailFrom.status = 'SUCCESS';
        }
      }
    }
  }
}

type Resolve = ReturnType<typeof dnsOf>;

function isLooking(status: string | undefined): boolean {
  return status === 'PENDING' || status === 'TEMPORARY_FAILURE';
}

function cnamesRight({ name, dkim }: WorldIdentity, resolve: Resolve): boolean {
  const tokens = dkim?.tokens ?? [];
  if (dkim?.origin === 'EXTERNAL') return Array.isArray(resolve(`${tokens[0]}._domainkey.${name}`, 'TXT'));
  return (
    tokens.length > 0 &&
    tokens.every((token) => {
      const answer = resolve(`${token}._domainkey.${name}`, 'CNAME');
      return Array.isArray(answer) && answer[0] === `${token}.${dkim?.hostedZone}`;
    })
  );
}

function mxRight(domain: string, resolve: Resolve): boolean {
  const answer = resolve(domain, 'MX');
  return (
    Array.isArray(answer) &&
    answer.length === 1 &&
    /^10 feedback-smtp\.[a-z0-9-]+\.amazonses\.com$/.test(answer[0] ?? '')
  );
}

function identityOf({ target }: Run, name: string): WorldIdentity {
  const identity = target.identities.find((one) => one.name === name);
  if (!identity) throw new Error(`There is no identity ${name}.`);
  return identity;
}

function wanted({ given }: Run, option: string): string {
  const value = given.get(option);
  if (value === undefined || value === '') throw new Error(`${option} is missing.`);
  return value;
}

function expectOption(run: Run, option: string, value: string): void {
  if (run.given.get(option) !== value) throw new Error(`${option} is not "${value}".`);
}

function optionsOf(words: string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const [option = '', next = '--'] = [words[at], words[at + 1]];
    if (!option.startsWith('--')) throw new Error(`"${option}" is no option.`);
    options.set(option, next.startsWith('--') ? '' : next);
    if (!next.startsWith('--')) at += 1;
  }
  return options;
}

/** Words of POSIX shell, single quotes and backslashes only: written anew here, so that the plan's own reading is held against it. */
function shellWords(text: string): string[] {
  const words = text.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /'([^']*)'|\\(.)/g,
      (_, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? '',
    ),
  );
}
