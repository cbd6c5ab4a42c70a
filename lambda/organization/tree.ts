/** The tree of roots, organizational units and accounts. */
import {
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import pLimit from 'p-limit';
import { plainText } from './classify.ts';
import { collectPages } from './pages.ts';

/** Organizations allows only a handful of tree reads a second; more at once would only be throttled. */
const CONCURRENCY = 3;

export interface TreeNode {
  /** `r-...` or `ou-...` */
  id: string;
  name: string;
  /** Absent for a root. */
  parentId?: string;
}

/** Roots and units by id. */
export type UnitTree = ReadonlyMap<string, TreeNode>;

/** Every root and unit; one or more calls for each of them. */
export async function readUnitTree(organizations: OrganizationsClient): Promise<UnitTree> {
  const tree = new Map<string, TreeNode>();
  let level: TreeNode[] = await listRoots(organizations);
  const limit = pLimit(CONCURRENCY);
  while (level.length > 0) {
    for (const node of level) tree.set(node.id, node);
    const below = await Promise.all(level.map((node) => limit(() => listUnits(organizations, node.id))));
    // AWS allows five levels; a unit met twice would mean a loop, so only new ones are followed.
    level = below.flat().filter((node) => !tree.has(node.id));
  }
  return tree;
}

/** The parent of every account, by account id: one or more calls for each root and unit. */
export async function readAccountParents(
  organizations: OrganizationsClient,
  tree: UnitTree,
): Promise<Map<string, string>> {
  const limit = pLimit(CONCURRENCY);
  const parents = new Map<string, string>();
  const readUnit = async (unitId: string) => {
    for (const id of await listAccountIds(organizations, unitId)) parents.set(id, unitId);
  };
  await Promise.all([...tree.keys()].map((unitId) => limit(() => readUnit(unitId))));
  return parents;
}

/**
 * The unit ids on the way to an account, root first, out of `Account.Paths`.
 *
 * The documents name no exact format; entity paths elsewhere read `o-x/r-y/ou-a/ou-b/<account>/`, so the segments that
 * have the form of a root's or a unit's id are taken, in their order.
 *
 * @returns an empty array when no such segment stands there
 */
export function unitIdsOfPaths(paths: readonly string[] | undefined): string[] {
  for (const path of (paths ?? []).slice(0, 10)) {
    const ids = path
      .slice(0, 2048)
      .split('/')
      .filter((part) => /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/.test(part));
    if (ids.length > 0) return ids;
  }
  return [];
}

/** The ids from the root down to a unit, itself included. */
export function unitIdsDownTo(unitId: string, tree: UnitTree): string[] {
  const ids: string[] = [];
  for (
    let id: string | undefined = unitId;
    id !== undefined && !ids.includes(id);
    id = tree.get(id)?.parentId
  ) {
    ids.unshift(id);
  }
  return ids;
}

/** `Root/Workloads/Production`; ids stand in for names that are not known. */
export function unitPathName(ids: readonly string[], tree: UnitTree): string {
  return ids.map((id) => tree.get(id)?.name ?? id).join('/');
}

async function listRoots(organizations: OrganizationsClient): Promise<TreeNode[]> {
  const roots = await collectPages('organizations:ListRoots', async (token) => {
    const answer = await organizations.send(new ListRootsCommand({ ...(token ? { NextToken: token } : {}) }));
    return { items: answer.Roots, next: answer.NextToken };
  });
  return roots.flatMap(({ Id, Name }) => (Id ? [{ id: Id, name: plainText(Name ?? Id, 128) }] : []));
}

async function listUnits(organizations: OrganizationsClient, parentId: string): Promise<TreeNode[]> {
  const units = await collectPages('organizations:ListOrganizationalUnitsForParent', async (token) => {
    const answer = await organizations.send(
      new ListOrganizationalUnitsForParentCommand({
        ParentId: parentId,
        ...(token ? { NextToken: token } : {}),
      }),
    );
    return { items: answer.OrganizationalUnits, next: answer.NextToken };
  });
  return units.flatMap(({ Id, Name }) =>
    Id ? [{ id: Id, name: plainText(Name ?? Id, 128), parentId }] : [],
  );
}

async function listAccountIds(organizations: OrganizationsClient, parentId: string): Promise<string[]> {
  const accounts = await collectPages('organizations:ListAccountsForParent', async (token) => {
    const answer = await organizations.send(
      new ListAccountsForParentCommand({ ParentId: parentId, ...(token ? { NextToken: token } : {}) }),
    );
    return { items: answer.Accounts, next: answer.NextToken };
  });
  return accounts.flatMap(({ Id }) => (Id ? [Id] : []));
}
