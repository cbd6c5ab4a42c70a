/** DKIM key records: the door of this protocol. docs/mail-authentication.md says what is decided how. */
export { parseDkimKey } from './dkim-key.ts';
export { selectDkimKey, type DkimKeySelection } from './dkim-records.ts';
export type { DkimKey, DkimProblem, DkimProblemCode } from './dkim-types.ts';
