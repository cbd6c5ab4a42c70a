import { acct08 } from '../../lambda/controls/acct-08.ts';
import { seen, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { unseenCases } from './target-cases.ts';

describeControl(acct08, [
  {
    when: 'it is off, which is no fault',
    facts: targetFacts(),
    says: { status: 'PASS', reason: 'VDM_OFF', evidence: { pricingPlan: 'ESSENTIALS' } },
  },
  {
    when: 'it is on',
    facts: targetFacts((facts) => (facts.vdmEnabled = seen(true))),
    says: { status: 'PASS', reason: 'VDM_ON' },
  },
  ...unseenCases('vdmEnabled'),
]);
