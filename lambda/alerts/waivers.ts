/** Waivers in a digest: those that end soon, and those that have ended and still stand in the settings; attestations likewise. */
import type { Attestation } from '../contract.ts';
import type { WaiverUse } from '../findings/waiver-matches.ts';
import { clean, countOf, dateOf, wrap } from './text.ts';

/** Each waiver still covers something that is open. */
export interface WaiverNotices {
  endSoon: readonly WaiverUse[];
  ended: readonly WaiverUse[];
  /** Those that end soon. */
  attestations?: readonly Attestation[];
}

const MAX_WAIVERS = 20;
const MAX_PATTERN = 260;

/** Sections with their lines; none where there is nothing to say. */
export function waiverSections(notices: WaiverNotices | undefined): { title: string; lines: string[] }[] {
  const { endSoon = [], ended = [], attestations = [] } = notices ?? {};
  return [
    { title: 'WAIVERS THAT END SOON (then these findings alert again)', lines: linesOf(endSoon, 'until') },
    {
      title: 'WAIVERS THAT HAVE ENDED (renew them, or take them out of the settings)',
      lines: linesOf(ended, 'ended'),
    },
    {
      title: 'ATTESTATIONS THAT END SOON (then BULK-06 warns that nobody vouches any more)',
      lines: attestationLines(attestations),
    },
  ].filter(({ lines }) => lines.length > 0);
}

function linesOf(uses: readonly WaiverUse[], ends: 'until' | 'ended'): string[] {
  const lines = uses.slice(0, MAX_WAIVERS).flatMap(({ waiver, open }) => {
    const until = ends === 'until' ? `until ${dateOf(waiver.expires)}` : `ended on ${dateOf(waiver.expires)}`;
    const owner = clean(waiver.owner, 120);
    return [
      ...wrap(`${placeOf(waiver)}: by ${owner}, ${until}; ${countOf(open, 'open finding')}`, '  - ', '    '),
      ...wrap(clean(waiver.reason, 500), '    '),
    ];
  });
  const more = uses.length - MAX_WAIVERS;
  return more > 0 ? [...lines, `  - and ${more} more`] : lines;
}

/** What the quiet subject line says of them. */
export function announcement({ endSoon = [], ended = [] }: Partial<WaiverNotices> = {}): string {
  return endSoon.length + ended.length > 0 ? 'waivers end' : 'attestations end';
}

function attestationLines(attestations: readonly Attestation[]): string[] {
  const lines = attestations
    .slice(0, MAX_WAIVERS)
    .flatMap(({ domain, topic, owner, expires }) =>
      wrap(
        `${topic} of ${clean(domain, MAX_PATTERN)}: by ${clean(owner, 120)}, until ${dateOf(expires)}`,
        '  - ',
        '    ',
      ),
    );
  const more = attestations.length - MAX_WAIVERS;
  return more > 0 ? [...lines, `  - and ${more} more`] : lines;
}

/** `DKIM-04 of *.shop.example in account 222222222222, eu-*`. */
function placeOf({ control, subject, account, region }: WaiverUse['waiver']): string {
  const shown = (pattern: string): string => clean(pattern, MAX_PATTERN);
  const places = [
    ...(account === '*' ? [] : [`account ${account}`]),
    ...(region === '*' ? [] : [shown(region)]),
  ];
  return [
    shown(control),
    ...(subject === '*' ? [] : [`of ${shown(subject)}`]),
    ...(places.length > 0 ? [`in ${places.join(', ')}`] : []),
  ].join(' ');
}
