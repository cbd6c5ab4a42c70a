/** What can be wrong with configuration sets, event destinations, topics and sending authorization of an identity. */
import { healthyStream, healthyTopic } from '../ses-preset.ts';
import type { WorldConfigurationSet, WorldEventDestination, WorldIdentity, WorldTarget } from '../types.ts';
import {
  expectation,
  fail,
  onIdentity,
  onTarget,
  warn,
  type IdentityFault,
  type IdentitySite,
} from './types.ts';

/** An account of nobody in the organization. */
const STRANGER = '909090909090';

export const CONFIGURATION_SET_FAULTS = {
  'set-tls-optional': {
    about: 'The configuration set sends without TLS where a receiver offers none.',
    target: (target, identity) => {
      ownSet(target, identity).tlsPolicy = 'OPTIONAL';
    },
    expects: (site) => [warn(onTarget(site), 'CS-01')],
  },
  'set-paused': {
    about: 'Sending is paused for the default configuration set: mail that names no other is refused.',
    target: (target, identity) => {
      ownSet(target, identity).sendingEnabled = false;
    },
    expects: (site) => [fail(onTarget(site), 'CS-02')],
  },
  'set-without-reputation-metrics': {
    about: 'The configuration set publishes no reputation metrics of its own.',
    target: (target, identity) => {
      ownSet(target, identity).reputationMetricsEnabled = false;
    },
    expects: (site) => [warn(onTarget(site), 'CS-03')],
  },
  'set-suppresses-nothing': {
    about: 'The configuration set overrides the suppression list of the account with nothing.',
    target: (target, identity) => {
      ownSet(target, identity).suppressedReasons = [];
    },
    expects: (site) => [warn(onTarget(site), 'CS-04')],
  },
  'set-inherits-suppression': {
    about:
      'Rightly so: the configuration set says nothing of suppression and inherits the list of the account.',
    target: (target, identity) => {
      delete ownSet(target, identity).suppressedReasons;
    },
    expects: (site) => [expectation('PASS', onTarget(site), 'CS-04')],
  },
  'tracking-domain-dangling': {
    about: 'Links in mail lead over a tracking domain whose CNAME is gone.',
    zone: (zone, site) => zone.remove(`click.${site.domain}`),
    expects: (site) => [fail(onTarget(site), 'CS-05')],
  },
  'complaints-unwired': {
    about: 'Only bounces are published in this target, complaints are told by e-mail alone.',
    target: (target) => {
      for (const destination of target.configurationSets.flatMap((set) => set.eventDestinations)) {
        destination.matchingEventTypes = destination.matchingEventTypes.filter(
          (type) => type !== 'COMPLAINT',
        );
      }
    },
    expects: (site) => [warn(onIdentity(site), 'EVT-02', 'FORWARDING_ONLY'), warn(onTarget(site), 'EVT-05')],
  },
  'topic-unconfirmed': {
    about: 'Nobody ever confirmed the subscription to the topic of the events.',
    target: (target, identity, site) => {
      const arn = redirectEvents(ownSet(target, identity), site);
      const subscriptions = [{ protocol: 'email', endpoint: `postmaster@${site.domain}`, confirmed: false }];
      target.topics?.push({ ...healthyTopic(arn, site.accountId), subscriptions });
    },
    expects: (site) => [fail(onTarget(site), 'EVT-04')],
  },
  'topic-missing': {
    about: 'The topic that events are published to was deleted.',
    target: (target, identity, site) => {
      redirectEvents(ownSet(target, identity), site);
    },
    expects: (site) => [fail(onTarget(site), 'EVT-04')],
  },
  'destination-disabled': {
    about: 'A second event destination of the configuration set is switched off.',
    target: (target, identity, site) => {
      const set = ownSet(target, identity);
      set.eventDestinations.push({ ...toStream(set, site), enabled: false });
      addStream(target, set, site);
    },
    expects: (site) => [warn(onTarget(site), 'EVT-05')],
  },
  'events-to-stream': {
    about: 'Rightly so: the events also go to a stream, and by way of a bucket to whoever queries them.',
    target: (target, identity, site) => {
      const set = ownSet(target, identity);
      set.eventDestinations.push(toStream(set, site));
      addStream(target, set, site);
    },
    expects: (site) => [expectation('PASS', onTarget(site), 'EVT-04', 'STREAM_ACTIVE')],
  },
  'stream-missing': {
    about: 'The stream that events are put into was deleted.',
    target: (target, identity, site) => {
      const set = ownSet(target, identity);
      set.eventDestinations.push(toStream(set, site));
    },
    expects: (site) => [fail(onTarget(site), 'EVT-04', 'STREAM_MISSING')],
  },
  'default-set-deleted': {
    about: 'The default configuration set of the identity was deleted.',
    ses: (identity) => {
      identity.configurationSet = 'last-year';
    },
    expects: (site) => [fail(onIdentity(site), 'IDENT-08')],
  },
  'policy-public': {
    about: 'A sending authorization policy lets everybody send as the domain.',
    ses: (identity, site) => allow(identity, site, 'anybody', '*'),
    expects: (site) => [fail(onIdentity(site), 'IDENT-07')],
  },
  'policy-foreign': {
    about: 'A sending authorization policy names an account outside the organization.',
    ses: (identity, site) => allow(identity, site, 'agency', { AWS: `arn:aws:iam::${STRANGER}:root` }),
    expects: (site) => [fail(onIdentity(site), 'IDENT-07')],
  },
} as const satisfies Record<string, IdentityFault>;

/** A configuration set for this identity alone, its default from now on; healthy until something is changed in it. */
function ownSet(target: WorldTarget, identity: WorldIdentity): WorldConfigurationSet {
  const [healthy] = target.configurationSets;
  if (!healthy) throw new Error('The target has no configuration set to copy.');
  const set = { ...structuredClone(healthy), name: identity.name.replaceAll(/[.@]/g, '-') };
  target.configurationSets.push(set);
  identity.configurationSet = set.name;
  return set;
}

/** Lets the set publish to a topic of its own; returns the ARN. */
function redirectEvents(set: WorldConfigurationSet, { accountId, region }: IdentitySite): string {
  const arn = `arn:aws:sns:${region}:${accountId}:${set.name}-events`;
  for (const destination of set.eventDestinations) destination.snsTopicArn = arn;
  return arn;
}

/** What is sent and delivered, put into a stream of the set's own. */
function toStream(
  { name }: WorldConfigurationSet,
  { accountId, region }: IdentitySite,
): WorldEventDestination {
  return {
    name: 'to-data-lake',
    enabled: true,
    matchingEventTypes: ['SEND', 'DELIVERY'],
    firehose: {
      streamArn: `arn:aws:firehose:${region}:${accountId}:deliverystream/${name}-events`,
      roleArn: `arn:aws:iam::${accountId}:role/ses-to-firehose`,
    },
  };
}

function addStream(
  target: WorldTarget,
  { name }: WorldConfigurationSet,
  { accountId, now }: IdentitySite,
): void {
  (target.streams ??= []).push(healthyStream(`${name}-events`, accountId, now));
}

function allow(
  identity: WorldIdentity,
  { accountId, region }: IdentitySite,
  name: string,
  principal: '*' | { AWS: string },
): void {
  const statement = {
    Effect: 'Allow',
    Principal: principal,
    Action: ['ses:SendEmail', 'ses:SendRawEmail'],
    Resource: `arn:aws:ses:${region}:${accountId}:identity/${identity.name}`,
  };
  identity.policies = { [name]: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
}
