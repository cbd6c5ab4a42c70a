/** Who signs: the World's own access keys, and the sessions that AssumeRole has issued. */
import { randomBytes } from 'node:crypto';
import type { World, WorldAccount, WorldRole } from '../organization/types.ts';
import { CommonFailure, MESSAGE } from './errors.ts';
import type { PolicyStatement } from './policy.ts';
import { sameText } from './signature.ts';

export interface Principal {
  accountId: string;
  /** As GetCallerIdentity answers it. */
  arn: string;
  userId: string;
  secretAccessKey: string;
  /** Only sessions have the rest. */
  session?: { token: string; expiresAt: number; roleName: string; policy?: PolicyStatement[] };
}

export interface IssuedCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface Principals {
  /** @throws CommonFailure `unknownKey` or `expiredToken` */
  find(accessKeyId: string, sessionToken: string | undefined): Principal;
  issue(
    role: { accountId: string; role: WorldRole },
    session: { name: string; durationSeconds: number; policy?: PolicyStatement[] },
  ): { credentials: IssuedCredentials; arn: string; userId: string };
  setWorld(world: World): void;
}

/** Role of an assumed-role ARN (`arn:aws:sts::<id>:assumed-role/<role>/<session>`) as IAM names it, else the ARN itself. */
export function principalArnForTrust(arn: string): string {
  const [, accountId, role] = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]{1,64})\//.exec(arn) ?? [];
  return accountId === undefined ? arn : `arn:aws:iam::${accountId}:role/${role}`;
}

/** Accounts in these states have no working principals. */
export function isClosed(account: WorldAccount): boolean {
  return account.state === 'SUSPENDED' || account.state === 'CLOSED';
}

/** @param now milliseconds since 1970, by which sessions expire */
export function createPrincipals(world: World, now: () => number): Principals {
  let keys = ownKeys(world);
  let accounts = byId(world);
  const sessions = new Map<string, Principal>();
  const refuse = (): never => {
    throw new CommonFailure('unknownKey', MESSAGE.unknownKey);
  };
  return {
    find(accessKeyId, sessionToken) {
      const principal = sessions.get(accessKeyId) ?? keys.get(accessKeyId) ?? refuse();
      const account = accounts.get(principal.accountId);
      if (!account || isClosed(account)) return refuse();
      const { session } = principal;
      if (!session) return sessionToken === undefined ? principal : refuse();
      if (!sameText(session.token, sessionToken ?? '')) return refuse();
      if (now() >= session.expiresAt) throw new CommonFailure('expiredToken', MESSAGE.expiredToken);
      // A role that was deleted takes its sessions with it.
      return account.roles.some((role) => role.name === session.roleName) ? principal : refuse();
    },
    issue({ accountId, role }, { name, durationSeconds, policy }) {
      const credentials = {
        accessKeyId: `ASIA${randomText(16)}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(120).toString('base64'),
        expiresAt: now() + durationSeconds * 1000,
      };
      const arn = `arn:aws:sts::${accountId}:assumed-role/${role.name}/${name}`;
      const userId = `AROA${randomText(16)}:${name}`;
      const { sessionToken: token, expiresAt, secretAccessKey } = credentials;
      sessions.set(credentials.accessKeyId, {
        accountId,
        arn,
        userId,
        secretAccessKey,
        session: { token, expiresAt, roleName: role.name, ...(policy && { policy }) },
      });
      forgetOldest(sessions);
      return { credentials, arn, userId };
    },
    setWorld(next) {
      keys = ownKeys(next);
      accounts = byId(next);
    },
  };
}

/** A long-lived sandbox must not grow for ever; twice the largest organization's sessions is plenty. */
const MAX_SESSIONS = 50_000;

function forgetOldest(sessions: Map<string, Principal>): void {
  const [oldest] = sessions.keys();
  if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
}

function randomText(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...randomBytes(length)].map((byte) => alphabet[byte % 32]).join('');
}

function ownKeys(world: World): Map<string, Principal> {
  const keys = new Map<string, Principal>();
  for (const { id, credentials } of world.accounts) {
    if (!credentials) continue;
    const { accessKeyId, secretAccessKey, principalArn } = credentials;
    keys.set(accessKeyId, { accountId: id, arn: principalArn, userId: `AIDA${id}`, secretAccessKey });
  }
  return keys;
}

function byId(world: World): Map<string, WorldAccount> {
  return new Map(world.accounts.map((account) => [account.id, account]));
}
