#!/usr/bin/env node
// The program `ses-posture`: loads the TypeScript sources through tsx, in this one process.
import { register } from 'tsx/esm/api';

register();
await import('./cli.ts');
