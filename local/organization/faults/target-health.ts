/** What can be wrong with a target as Amazon SES and CloudWatch tell it: quota, reputation, suppression, alarms, addresses. */
import { globalEndpoint } from '../ses-preset.ts';
import type { WorldTarget } from '../types.ts';
import { reverseName } from '../zone-preset.ts';
import {
  consequence,
  fail,
  onDomain,
  onTarget,
  warn,
  type TargetFault,
  type TargetFaultSite,
} from './types.ts';

export const TARGET_HEALTH_FAULTS = {
  'quota-nearly-used': {
    about: 'Most of what may be sent in a day has been sent.',
    ses: (target) => {
      Object.assign(target, { max24HourSend: 2_000, sentLast24Hours: 1_700 });
    },
    expects: (site) => [warn(onTarget(site), 'ACCT-04')],
  },
  'bounce-rate-high': {
    about: 'Six of a hundred messages bounce: Amazon SES reviews from five on.',
    ses: (target) => {
      setMetric(target, 'Reputation.BounceRate', 0.06);
      for (const point of target.sendStatistics) point.bounces = point.deliveryAttempts * 0.06;
    },
    expects: (site) => [fail(onTarget(site), 'ACCT-06')],
  },
  'complaint-rate-high': {
    about: 'Two of a thousand messages are complained of: Amazon SES reviews from one on.',
    ses: (target) => {
      setMetric(target, 'Reputation.ComplaintRate', 0.0021);
      for (const point of target.sendStatistics) point.complaints = 3;
    },
    expects: (site) => [fail(onTarget(site), 'ACCT-07')],
  },
  'suppression-off': {
    about: 'The account-level suppression list is off: addresses that bounced are mailed again.',
    ses: (target) => {
      delete target.suppressedReasons;
    },
    expects: (site) => [fail(onTarget(site), 'ACCT-10')],
  },
  'alarms-missing': {
    about: 'No CloudWatch alarm watches the bounce and complaint rates.',
    ses: (target) => {
      target.alarms = [];
    },
    expects: (site) => [warn(onTarget(site), 'ACCT-11')],
  },
  'reputation-entity-disabled': {
    about: 'Amazon SES disabled one of the tenants for its bounces.',
    ses: (target, { accountId, region }) => {
      const tenant = (name: string): string => `arn:aws:ses:${region}:${accountId}:tenant/${name}/tn-${name}`;
      target.reputationEntities = [
        { reference: tenant('quiet'), type: 'RESOURCE', sendingStatus: 'ENABLED', impact: 'LOW' },
        {
          reference: tenant('noisy'),
          type: 'RESOURCE',
          sendingStatus: 'DISABLED',
          impact: 'HIGH',
          cause: 'Bounce rate of 14 %',
        },
      ];
    },
    expects: (site) => [fail(onTarget(site), 'ACCT-12')],
  },
  'vdm-recommends': {
    about: 'Virtual Deliverability Manager recommends, with high impact, to mend the sender authentication.',
    ses: (target, site) => {
      target.vdm = true;
      target.recommendations = recommendations(target, site);
    },
    expects: (site) => [warn(onTarget(site), 'ACCT-09')],
  },
  'dedicated-ip-without-ptr': {
    about: 'A dedicated address has no reverse DNS.',
    zone: (zone, { dedicatedIps }) => zone.remove(reverseName(dedicatedIps[0] ?? '')),
    expects: (site) => [
      fail(onTarget(site), 'IP-01'),
      // Outlook.com does not ask for it, and what is sent there is not in bulk.
      ...site.domains.flatMap((name) =>
        ['BULK-01', 'BULK-03', 'BULK-05'].map((id) => consequence(fail(onDomain(name), id))),
      ),
    ],
  },
  'endpoint-failed': {
    about: 'The multi-region endpoint that was to fail over to a second Region could not be created.',
    ses: (target, { region, now }) => {
      const regions = [region, region === 'us-east-1' ? 'us-east-2' : 'us-east-1'];
      target.multiRegionEndpoints = [{ ...globalEndpoint(regions, now), status: 'FAILED' }];
    },
    expects: (site) => [fail(onTarget(site), 'ACCT-13', 'ENDPOINT_FAILED')],
  },
  'endpoint-one-sided': {
    about: 'One of the identities was never created in the second Region of the multi-region endpoint.',
    expects: (site) => [fail(onTarget(site), 'ACCT-13', 'IDENTITY_GAP')],
  },
} as const satisfies Record<string, TargetFault>;

function setMetric(target: WorldTarget, name: string, value: number): void {
  for (const metric of target.metrics ?? []) {
    if (metric.name === name) for (const point of metric.points) point.value = value;
  }
}

function recommendations(
  target: WorldTarget,
  { accountId, region, now }: TargetFaultSite,
): NonNullable<WorldTarget['recommendations']> {
  const resourceArn = `arn:aws:ses:${region}:${accountId}:identity/${target.identities[0]?.name}`;
  const created = new Date(now.getTime() - 20 * 86_400_000).toISOString();
  const about = { resourceArn, created };
  return [
    {
      ...about,
      type: 'BOUNCE',
      status: 'OPEN',
      impact: 'HIGH',
      description: 'Your bounce rate at one provider is high.',
    },
    { ...about, type: 'BIMI', status: 'OPEN', impact: 'LOW', description: 'BIMI was not found.' },
    { ...about, type: 'SPF', status: 'FIXED', impact: 'HIGH', description: 'SPF was not found.' },
  ];
}
