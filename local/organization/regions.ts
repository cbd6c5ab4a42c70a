/** Regions as the simulated AWS knows them. Kept apart from lambda/'s own table on purpose: tests hold one against the other. */

/** Every commercial Region that an account can list. `own`: SES publishes its DKIM keys in a zone of that Region. */
const CATALOGUE: readonly { name: string; optIn?: true; ses?: false; ownDkimZone?: true }[] = [
  { name: 'af-south-1', optIn: true, ownDkimZone: true },
  { name: 'ap-east-1', optIn: true, ses: false },
  { name: 'ap-east-2', optIn: true, ses: false },
  { name: 'ap-northeast-1' },
  { name: 'ap-northeast-2' },
  { name: 'ap-northeast-3', ownDkimZone: true },
  { name: 'ap-south-1' },
  { name: 'ap-south-2', optIn: true, ownDkimZone: true },
  { name: 'ap-southeast-1' },
  { name: 'ap-southeast-2' },
  { name: 'ap-southeast-3', optIn: true, ownDkimZone: true },
  { name: 'ap-southeast-4', optIn: true, ses: false },
  { name: 'ap-southeast-5', optIn: true, ownDkimZone: true },
  { name: 'ap-southeast-6', optIn: true, ses: false },
  { name: 'ap-southeast-7', optIn: true, ses: false },
  { name: 'ca-central-1' },
  { name: 'ca-west-1', optIn: true, ownDkimZone: true },
  { name: 'eu-central-1' },
  { name: 'eu-central-2', optIn: true, ownDkimZone: true },
  { name: 'eu-north-1' },
  { name: 'eu-south-1', optIn: true, ownDkimZone: true },
  { name: 'eu-south-2', optIn: true, ses: false },
  { name: 'eu-west-1' },
  { name: 'eu-west-2' },
  { name: 'eu-west-3' },
  { name: 'il-central-1', optIn: true, ownDkimZone: true },
  { name: 'me-central-1', optIn: true, ownDkimZone: true },
  { name: 'me-south-1', optIn: true },
  { name: 'mx-central-1', optIn: true, ses: false },
  { name: 'sa-east-1' },
  { name: 'us-east-1' },
  { name: 'us-east-2' },
  { name: 'us-west-1' },
  { name: 'us-west-2' },
];

export const REGIONS: readonly { name: string; optIn: boolean }[] = CATALOGUE.map(({ name, optIn }) => ({
  name,
  optIn: optIn === true,
}));

/** Regions that offer SES. */
export const SES_REGIONS: readonly string[] = CATALOGUE.filter(({ ses }) => ses !== false).map(
  ({ name }) => name,
);

/** The zone that an Easy DKIM CNAME of a Region points into (Amazon SES endpoints and quotas, "DKIM domains"). */
export function dkimZoneOf(region: string): string {
  const own = CATALOGUE.some((entry) => entry.name === region && entry.ownDkimZone);
  return own ? `dkim.${region}.amazonses.com` : 'dkim.amazonses.com';
}

/** Host that takes bounces of a custom MAIL FROM domain in a Region. */
export function feedbackHostOf(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}

/** Host behind a custom domain for opens and clicks ("Configure custom domains to handle open and click tracking"). */
export function trackingHostOf(region: string): string {
  return `r.${region}.awstrack.me`;
}
