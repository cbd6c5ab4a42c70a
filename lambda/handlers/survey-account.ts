/** State SurveyAccount. */
import type { SurveyAccountInput } from '../contract.ts';
import { surveyAccount } from '../scan/survey-account.ts';
import { instrument } from './instrument.ts';

export const handler = instrument('SurveyAccount', (event: SurveyAccountInput, { runtime }) =>
  surveyAccount(event, runtime),
);
