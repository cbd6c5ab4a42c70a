/** The two ways to people: findings (the digest) and operations (alarms about the scanner itself). */
import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { NAME_PREFIX } from './functions.ts';
import type { Settings } from './settings.ts';

/**
 * Both topics are encrypted with one key of our own: services may only publish to an encrypted topic whose key policy
 * names them, and AWS's own key for SNS names nobody. CDK writes neither the key's nor the topic's statements for an
 * alarm, and an alarm whose topic refuses it is silent.
 */
export class AlertTopics extends Construct {
  readonly key: Key;
  readonly findings: Topic;
  readonly operations: Topic;

  constructor(scope: Construct, id: string, props: { settings: Settings }) {
    super(scope, id);
    const { findings, operations } = props.settings.alertAddresses;
    this.key = this.makeKey();
    this.findings = this.makeTopic('Findings', `${NAME_PREFIX}-findings`, 'SES posture findings', findings);
    this.operations = this.makeTopic(
      'Operations',
      `${NAME_PREFIX}-operations`,
      'SES posture operations',
      operations,
    );
  }

  private makeKey(): Key {
    const key = new Key(this, 'Key', {
      alias: `alias/${NAME_PREFIX}-topics`,
      description: 'Encrypts the findings and operations topics of ses-posture.',
      enableKeyRotation: true,
      // Encrypts messages in transit through SNS only; nothing is readable by it afterwards.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey*'];
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudWatchAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions,
        resources: ['*'], // in a key policy: this key
        conditions: this.onlyFrom('cloudwatch', `alarm:${NAME_PREFIX}-*`),
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        // EventBridge sends no source account or ARN to KMS: a condition would lock it out. The topics' own policies name the source.
        sid: 'EventBridgeRules',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions,
        resources: ['*'],
      }),
    );
    return key;
  }

  private makeTopic(id: string, topicName: string, displayName: string, addresses: readonly string[]): Topic {
    const topic = new Topic(this, id, { topicName, displayName, masterKey: this.key, enforceSSL: true });
    for (const [sid, service, conditions] of [
      ['CloudWatchAlarms', 'cloudwatch', this.onlyFrom('cloudwatch', `alarm:${NAME_PREFIX}-*`)],
      [
        'EventBridgeRules',
        'events',
        { ArnLike: { 'aws:SourceArn': this.arn('events', `rule/${NAME_PREFIX}-*`) } },
      ],
    ] as const) {
      topic.addToResourcePolicy(
        new PolicyStatement({
          sid,
          effect: Effect.ALLOW,
          principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions,
        }),
      );
    }
    for (const address of new Set(addresses)) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }

  /** Alarms and rules of this account and Region only, or another customer's could speak through the topic. */
  private onlyFrom(service: string, resource: string): { [operator: string]: { [key: string]: string } } {
    return {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': this.arn(service, resource) },
    };
  }

  private arn(service: string, resource: string): string {
    const stack = Stack.of(this);
    return `arn:${stack.partition}:${service}:${stack.region}:${stack.account}:${resource}`;
  }
}
