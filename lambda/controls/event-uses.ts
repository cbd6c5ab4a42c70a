/** Which identities and event destinations name a topic or a stream: for the sentences and evidence of EVT-04. */
import type { TargetFacts } from '../facts/types.ts';
import { listed } from './say.ts';

export interface Users {
  names: string[];
  /** `, named by example.com and main/feedback,`, to stand behind the name; empty where nobody is known. */
  words: string;
}

export function usersOf(arn: string, uses: TargetFacts['topicUses'] = []): Users {
  const names = uses.filter((use) => use.arn === arn).map(({ by }) => by);
  return { names, words: names.length > 0 ? `, named by ${listed(names)},` : '' };
}
