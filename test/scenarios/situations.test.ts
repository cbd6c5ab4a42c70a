/** Every row of "Situations to test" (V1, V2) as a named scenario: one organization each, one scan each. */
import { SITUATIONS } from './groups.ts';
import { runScenarios } from './run.ts';

for (const group of SITUATIONS) runScenarios(group);
