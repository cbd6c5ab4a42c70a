/** Every control of the catalogue as a scan says it: PASS, what fails, what is not known, what does not apply. */
import { CONTROLS } from './groups.ts';
import { runScenarios } from './run.ts';

for (const group of CONTROLS) runScenarios(group);
