/** What can be wrong with a target or an account. */
import {
  expectation,
  fail,
  onAccount,
  onTarget,
  warn,
  type AccountFault,
  type TargetFault,
} from './types.ts';

export const TARGET_FAULTS = {
  sandbox: {
    about: 'The Region is still in the SES sandbox: 200 messages a day to verified recipients.',
    ses: (target) => {
      Object.assign(target, {
        productionAccess: false,
        max24HourSend: 200,
        maxSendRate: 1,
        sentLast24Hours: 12,
      });
      for (const point of target.sendStatistics) Object.assign(point, { deliveryAttempts: 12, bounces: 0 });
      delete target.reviewStatus;
    },
    expects: (site) => [warn(onTarget(site), 'ACCT-01', 'SANDBOX')],
  },
  'sending-paused': {
    about: 'Somebody paused sending for the Region.',
    ses: (target) => {
      target.sendingEnabled = false;
    },
    expects: (site) => [fail(onTarget(site), 'ACCT-03', 'SENDING_PAUSED')],
  },
  probation: {
    about: 'AWS put the Region under review for its bounces.',
    ses: (target) => {
      target.enforcementStatus = 'PROBATION';
    },
    expects: (site) => [fail(onTarget(site), 'ACCT-02', 'PROBATION')],
  },
} as const satisfies Record<string, TargetFault>;

export const ACCOUNT_FAULTS = {
  suspended: {
    about: 'The account is suspended: nobody can look into it.',
    apply: (account) => {
      account.state = 'SUSPENDED';
    },
    expects: (site) => [expectation('NOT_APPLICABLE', onAccount(site), 'SCAN-01', 'EXCLUDED')],
  },
  'no-member-role': {
    about: 'The member role is not there.',
    apply: (account) => {
      account.roles = [];
    },
    expects: (site) => [fail(onAccount(site), 'SCAN-01', 'ROLE_MISSING')],
  },
  'region-denied': {
    about: 'A service control policy denies SES in a Region that nobody listed as expected.',
    apply: (account, site) => {
      account.deniedRegions = site.deniedRegions.map((region) => ({ region }));
    },
    expects: (site) =>
      site.deniedRegions.map((region) =>
        fail(onTarget({ accountId: site.accountId, region }), 'SCAN-02', 'DENIED_BY_POLICY'),
      ),
  },
} as const satisfies Record<string, AccountFault>;
