/** What settings declare or switch off, what a second scan or a second resolver adds, what is said where something is lost. */
import { CIRCUMSTANCES } from './groups.ts';
import { runScenarios } from './run.ts';

for (const group of CIRCUMSTANCES) runScenarios(group);
